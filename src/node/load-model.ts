import { engine } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { DeconvnetError } from '../errors.js';
import { allEntries, type ConfigEntry, isModelEntry, nameOf } from '../models/keras/config-entry.js';
import { checkWarn, type LoadOptions } from '../models/keras/load-options.js';
import { errorOfMaking } from '../models/keras/make-object.js';
import { repairTopology } from '../models/keras/repair-topology.js';
import { repairWeights } from '../models/keras/repair-weights.js';
import { checkOnDisk, checkPath } from './check-path.js';
import { placesForWeights, type WeightPlace } from './dry-run.js';
import { matchWeights } from './match-weights.js';
import { withMetadataBeside } from './metadata-beside.js';
import { readModelFile } from './model-file.js';
import { readWeightFiles } from './weight-files.js';

/**
 * Loads a layers model of TensorFlow.js from disk: what `model.save()` or `tensorflowjs_converter` writes, from Keras 2
 * or 3, quantised weights too, or an export of Teachable Machine, whose `metadata.json` tells how pictures become input.
 * The caller disposes it. A backend must be ready (`useBackend`). Nothing is left behind when it fails.
 *
 * Layer classes of your own must have been registered with `tf.serialization.registerClass`.
 *
 * Layers that no output needs are left out with their weights, and `warn` is told.
 *
 * @param path a model.json, or the folder or zip file that holds one
 * @example
 * ```ts
 * import { Deconvnet } from 'deconvnet';
 * import { loadModel, useBackend } from 'deconvnet/node';
 *
 * const open = async (path: string) => {
 *   await useBackend();
 *   return new Deconvnet(await loadModel(path));
 * };
 * ```
 * @throws DeconvnetError `backend-unavailable`, `model-not-found`, `model-unreadable`, `graph-model`, `unsupported-layer`,
 * `unsupported-option`, `weights-mismatch`.
 */
export async function loadModel(path: string, options: LoadOptions = {}): Promise<LayersModel> {
  if (engine().backendNames().length === 0) {
    throw new DeconvnetError(
      'backend-unavailable',
      "A model needs a backend to live on, and none has been imported: call `await useBackend('wasm')` first.",
    );
  }
  checkPath('loadModel reads a model.json, or the folder or zip file that holds one', path);
  checkOnDisk(
    path,
    'model-not-found',
    'From the net, load it with tfl.loadLayersModel(keras3(tf.io.http(url))), where tfl is @tensorflow/tfjs-layers and keras3 is in deconvnet/models. Of a file:// address fileURLToPath of node:url makes a path.',
  );
  const warn = checkWarn('loadModel', options);
  const file = await readModelFile(path);
  const repaired = repairTopology(file.saved, file.path);
  const { specs, data } = repairWeights(file.saved, repaired, await readWeightFiles(file));
  matchWeights(file.path, await buildDry(file.path, repaired.topology, specs), specs);
  for (const warning of repaired.warnings) warn(warning);
  const metadata = await withMetadataBeside(file);
  return loadLayersModel({
    load: async () => ({
      modelTopology: repaired.topology,
      weightSpecs: [...specs],
      weightData: data,
      ...(metadata && { userDefinedMetadata: metadata }),
    }),
  });
}

async function buildDry(
  path: string,
  topology: ConfigEntry,
  specs: readonly { readonly shape: readonly number[] }[],
): Promise<WeightPlace[]> {
  const values = specs.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  try {
    return await placesForWeights(topology, values);
  } catch (cause) {
    if (cause instanceof DeconvnetError) throw cause;
    for (const entry of allEntries(topology)) {
      const why = isModelEntry(entry) ? undefined : errorOfMaking(entry);
      if (!why) continue;
      throw new DeconvnetError(
        'model-unreadable',
        `Layer '${nameOf(entry)}' of ${path}, a ${entry.class_name}, cannot be made of its options${whyNot(why)}. Convert or save the model again.`,
        { layer: nameOf(entry), cause: why },
      );
    }
    throw new DeconvnetError(
      'model-unreadable',
      `The topology in ${path} cannot be built${whyNot(cause)}. Convert or save the model again.`,
      { cause },
    );
  }
}

/** What TensorFlow.js says, as far as a person can make something of it. */
function whyNot(cause: unknown): string {
  if (cause instanceof RangeError)
    return ': it is too deep for TensorFlow.js, which goes from layer to layer in recursion';
  // A slip of its own, where it expected something that is not there.
  if (!(cause instanceof Error) || cause instanceof TypeError) return '';
  const lines = cause.message.split('\n').map((line) => line.trim());
  return `: ${lines
    .filter((line) => line !== '')
    .join(' ')
    .replace(/\.$/, '')}`;
}
