import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { io, Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { checkKeys, checkValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type Quantize, quantize } from '../../models/weights/quantize.js';
import { checkPath } from '../check-path.js';
import { libraryVersion } from '../library-version.js';
import { ownDraft, writeAtomically } from '../write-atomically.js';
import { orModelWriteFailed, removeOlderShards, ShardWriter } from './weight-shards.js';

/** How `saveModel` saves a model. */
export interface SaveModelOptions {
  /**
   * Rounds the weights, so that the files are smaller: `'float16'` to half of their size, `'uint8'` to a quarter. A `uint8`
   * weight has 256 equal steps from its least to its greatest value, and 0 is one of them; weights with one axis, such as
   * biases, are not rounded. By default nothing is rounded.
   */
  readonly quantize?: 'float16' | 'uint8';
}

/** The files of a model that was saved. */
export interface SavedModel {
  /** The path of the model.json. */
  readonly path: string;
  /** The number of files with weights. */
  readonly shards: number;
  /** The bytes of all files together. */
  readonly bytes: number;
}

const MODEL_FILE = 'model.json';
/** How a model.json of this library begins to say who wrote it. */
const WRITER = 'deconvnet ';

/**
 * Saves a model in the form that pages load: a `model.json`, and files of at most 4 MiB with the weights beside it.
 * `tf.loadLayersModel`, `loadModel`, and `loadLayersModel` of `deconvnet/models` read it. Optimizers are not saved.
 *
 * Older files that this function wrote to the folder are replaced when the new ones are complete.
 *
 * @param folder the folder to write to, which is made if it is missing
 * @returns where the model is, and how large it is
 * @example
 * ```ts
 * import { loadModel, saveModel, useBackend } from 'deconvnet/node';
 *
 * const shrink = async (from: string, to: string) => {
 *   await useBackend('cpu');
 *   const model = await loadModel(from);
 *   console.log(await saveModel(model, to, { quantize: 'uint8' }));
 *   model.dispose();
 * };
 * ```
 * @throws DeconvnetError `invalid-option`; `write-failed`, also if the folder has a model.json that this library did not
 * write.
 */
export async function saveModel(
  model: LayersModel,
  folder: string,
  options: SaveModelOptions = {},
): Promise<SavedModel> {
  checkValue(typeof model?.toJSON === 'function', 'saveModel takes a LayersModel', model);
  checkPath('saveModel writes to a folder', folder);
  checkKeys('saveModel', options, ['quantize'] satisfies readonly (keyof SaveModelOptions)[]);
  const { quantize: to } = options;
  checkValue(to === undefined || to === 'float16' || to === 'uint8', "quantize is 'float16' or 'uint8'", to);
  const path = join(folder, MODEL_FILE);
  await checkReplaceable(path);
  const shards = new ShardWriter(folder);
  const weights: io.WeightsManifestEntry[] = [];
  await orModelWriteFailed(folder, () => mkdir(folder, { recursive: true }));
  for (const { name, tensor } of namedWeights(model)) {
    const { spec, bytes } = await encoded(name, tensor, to);
    weights.push(spec);
    await shards.write(bytes);
  }
  const paths = await shards.end();
  const metadata = model.getUserDefinedMetadata();
  const json = {
    ...{ format: 'layers-model', generatedBy: 'TensorFlow.js', convertedBy: `${WRITER}${libraryVersion()}` },
    modelTopology: model.toJSON(null, false) as object,
    ...(metadata && { userDefinedMetadata: metadata }),
    weightsManifest: [{ paths, weights }],
  };
  const text = Buffer.from(JSON.stringify(json));
  await orModelWriteFailed(path, () => writeAtomically(path, [text], { draft: ownDraft(path) }));
  await removeOlderShards(folder, paths);
  return { path, shards: paths.length, bytes: shards.bytes + text.length };
}

/** The weights of a model, with the names by which they are loaded. */
function namedWeights(model: LayersModel): { readonly name: string; readonly tensor: Tensor }[] {
  const weights = model.weights.map((weight) => ({ name: weight.originalName, tensor: weight.read() }));
  const names = new Set<string>();
  for (const { name } of weights) {
    if (names.has(name)) {
      throw new DeconvnetError(
        'weights-mismatch',
        `Two weights of the model have the name '${name}', so a file could not tell them apart. Give the layers different names.`,
      );
    }
    names.add(name);
  }
  return weights;
}

async function encoded(
  name: string,
  tensor: Tensor,
  to: Quantize | undefined,
): Promise<{ readonly spec: io.WeightsManifestEntry; readonly bytes: Uint8Array }> {
  const values = await tensor.data();
  const spec = { name, shape: [...tensor.shape], dtype: tensor.dtype as io.WeightsManifestEntry['dtype'] };
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (to === undefined || !(values instanceof Float32Array)) return { spec, bytes };
  const { quantization, ...rounded } = quantize(values, tensor.shape.length, to);
  return { spec: quantization ? { ...spec, quantization } : spec, ...rounded };
}

/** Refuses to replace a model that somebody else wrote: it may be the one from which this one was made. */
async function checkReplaceable(path: string): Promise<void> {
  const text = await orModelWriteFailed(path, () =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    }),
  );
  if (text === undefined || isOurs(text)) return;
  throw new DeconvnetError(
    'write-failed',
    `${path} exists, and saveModel did not write it. Name another folder, or remove the file.`,
  );
}

function isOurs(text: string): boolean {
  try {
    const { convertedBy } = JSON.parse(text) as { convertedBy?: unknown };
    return typeof convertedBy === 'string' && convertedBy.startsWith(WRITER);
  } catch {
    return false;
  }
}
