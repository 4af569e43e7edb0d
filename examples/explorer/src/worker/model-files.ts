import * as tf from '@tensorflow/tfjs-core';
import type { NamedFile } from '../protocol';

type Json = Readonly<Record<string, unknown>>;

/** A model in files: what TensorFlow.js loads it from, and what lay beside it. */
export interface ModelFiles {
  readonly handler: tf.io.IOHandler;
  /** What `metadata.json` holds, as Teachable Machine writes it. */
  readonly metadata: Json | null;
}

const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

/** Finds the model among files, and sees that all its weights are there. */
export async function readModelFiles(files: readonly NamedFile[]): Promise<ModelFiles> {
  const { file, json } = await findModel(files);
  const groups = groupsOf(file.path, json);
  const data: ArrayBuffer[] = [];
  for (const group of groups) data.push(await readGroup(file.path, group, files));
  const beside = files.find(({ path }) => nameOf(path) === 'metadata.json');
  return {
    handler: {
      load: () =>
        tf.io.getModelArtifactsForJSON(json as unknown as tf.io.ModelJSON, async (manifest) => [
          tf.io.getWeightSpecs(manifest),
          data,
        ]),
    },
    metadata: beside ? await parseJson(beside).catch(() => null) : null,
  };
}

/** A JSON file, and the object in it; null where it is something else. */
export interface ParsedFile {
  readonly file: NamedFile;
  readonly json: Json | null;
}

/** The JSON files that may be a model or a topology. */
export function jsonFiles(files: readonly NamedFile[]): NamedFile[] {
  return files.filter(({ path }) => /\.json$/i.test(path) && nameOf(path) !== 'metadata.json');
}

/** The error for more than one model. */
export function severalModels(models: readonly NamedFile[]): Error {
  const names = models.slice(0, 4).map(({ path }) => `‘${path}’`);
  return new Error(
    `There are several models: ${names.join(', ')}${models.length > 4 ? ' …' : ''}. Please drop only one of them.`,
  );
}

async function findModel(files: readonly NamedFile[]): Promise<{ file: NamedFile; json: Json }> {
  const candidates = jsonFiles(files);
  const parsed = await Promise.all(candidates.map(async (file) => ({ file, json: await parseJson(file) })));
  const models = parsed.filter((entry): entry is { file: NamedFile; json: Json } =>
    Boolean(entry.json && ('modelTopology' in entry.json || 'weightsManifest' in entry.json)),
  );
  const [model, second] = models;
  if (second) throw severalModels(models.map(({ file }) => file));
  if (model) return model;
  const topology = parsed.find(({ json }) => json && isTopology(json));
  if (topology) {
    throw new Error(
      `‘${topology.file.path}’ is the topology of a model of Keras, without its weights. Drop it together with the file of weights (.weights.h5), or save the whole model in Keras and drop that: model.save('model.keras').`,
    );
  }
  if (candidates[0]) {
    throw new Error(
      `‘${candidates[0].path}’ is not a model: a model of TensorFlow.js has 'modelTopology' and 'weightsManifest'.`,
    );
  }
  throw new Error(
    `There is no model.json among ${files
      .slice(0, 3)
      .map(({ path }) => `‘${path}’`)
      .join(', ')}${files.length > 3 ? ' …' : ''}. Drop it together with its weights.`,
  );
}

/** Whether JSON is what `model.to_json()` of Keras writes. */
export function isTopology(json: Json): boolean {
  return typeof json.class_name === 'string' && typeof json.config === 'object' && json.config !== null;
}

/** The JSON object in a file; null where it holds something else. */
export async function parseJson({ path, blob }: NamedFile): Promise<Json | null> {
  try {
    const value: unknown = JSON.parse((await blob.text()).replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null ? (value as Json) : null;
  } catch (cause) {
    throw new Error(`‘${path}’ is not JSON: it is damaged, or it is another kind of file.`, { cause });
  }
}

function groupsOf(path: string, { format, modelTopology, weightsManifest }: Json): tf.io.WeightsManifestConfig {
  const isGraph = typeof modelTopology === 'object' && modelTopology !== null && 'node' in modelTopology;
  if (format === 'graph-model' || isGraph) {
    throw new Error(
      `‘${path}’ is a graph model (GraphModel), which does not have layers any more. A layers model (LayersModel) is needed. If the network was made with Keras, save the original there, and drop that file: model.save('model.keras').`,
    );
  }
  const groups = weightsManifest as tf.io.WeightsManifestConfig | undefined;
  const whole =
    Array.isArray(groups) && groups.every(({ paths, weights }) => Array.isArray(paths) && Array.isArray(weights));
  if (whole && modelTopology) return groups;
  throw new Error(
    `‘${path}’ contains ${modelTopology ? 'layers without weights' : 'weights without layers'}. Save the whole model again, and drop all its files: in Keras with model.save('model.keras'), in TensorFlow.js with model.save().`,
  );
}

async function readGroup(
  model: string,
  { paths, weights }: tf.io.WeightsManifestConfig[number],
  files: readonly NamedFile[],
): Promise<ArrayBuffer> {
  const shards = paths.map((path) => {
    const found = files.find((file) => file.path === path) ?? files.find((file) => nameOf(file.path) === nameOf(path));
    if (found) return found;
    throw new Error(`The weights file ‘${path}’, which ‘${model}’ names, is missing. Drop it together with the model.`);
  });
  const bytes = await new Blob(shards.map(({ blob }) => blob)).arrayBuffer();
  const expected = weights.reduce((sum, { shape, dtype, quantization }) => {
    const size = BYTES[quantization?.dtype ?? dtype] ?? Number.NaN;
    return sum + shape.reduce((product, length) => product * length, size);
  }, 0);
  if (bytes.byteLength !== expected) {
    const names = shards.map(({ path }) => `‘${path}’`).join(', ');
    throw new Error(
      `The weights in ${names} have ${bytes.byteLength} bytes, and ‘${model}’ needs ${expected}. They belong to another model, or a part of them is missing: copy them again.`,
    );
  }
  return bytes;
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
