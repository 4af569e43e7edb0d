import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { bytesInMemory } from '../../models/bytes/byte-source.js';
import { isConfigEntry, isRecord } from '../../models/keras/config-entry.js';
import { readTopology, type SavedTopology } from '../../models/keras/read-topology.js';
import { isWeightSpec } from '../../models/keras/weight-bytes.js';
import { readFault } from '../read-fault.js';
import { folderFiles, type ModelFiles, zippedFiles } from './model-files.js';
import { unzipped } from './unzipped.js';

/** A group of weights: their files, and their descriptions. */
export type WeightGroup = io.WeightsManifestConfig[number];

/** A model.json, checked as far as possible without its weights. */
export interface ModelFile {
  /** Where it was read, for messages. */
  readonly path: string;
  readonly saved: SavedTopology;
  readonly weightGroups: readonly WeightGroup[];
  readonly metadata?: io.ModelArtifacts['userDefinedMetadata'];
  /** The files beside it. */
  readonly files: ModelFiles;
}

/**
 * Finds and parses a model.json.
 *
 * @param path the model.json, or a folder or zip file that contains it
 * @throws DeconvnetError `model-not-found`, `model-unreadable`, `graph-model`.
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const file = await findModelFile(path);
  if (/\.pb$/i.test(file)) throw foreign(file);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new DeconvnetError('model-not-found', `The model file ${file} cannot be read: ${readFault(cause)}.`, {
      cause,
    });
  });
  if (bytes.toString('latin1', 0, 2) === 'PK' || /\.zip$/i.test(file)) return readZippedModel(file, bytes);
  return parseModel(file, bytes, folderFiles(dirname(file)));
}

/** Reads a model from a zip file, as Teachable Machine exports it. The model.json may be in a folder of the zip file. */
async function readZippedModel(path: string, bytes: Uint8Array): Promise<ModelFile> {
  const files = await unzipped(path, bytesInMemory(bytes));
  const names = [...files.keys()];
  if (names.some((name) => /(^|\/)saved_model\.pb$/.test(name))) throw foreign(path);
  const depth = (name: string): number => name.split('/').length;
  const [name] = names.filter((one) => posix.basename(one) === 'model.json').sort((a, b) => depth(a) - depth(b));
  if (name !== undefined)
    return parseModel(`${path}/${name}`, files.get(name)!, zippedFiles(path, posix.dirname(name), files));
  throw new DeconvnetError(
    'model-not-found',
    `The zip file ${path} has neither a model.json nor what a .keras file has: ${contentOf(names)}.`,
  );
}

function parseModel(path: string, bytes: Uint8Array, files: ModelFiles): ModelFile {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw unreadable(path, `is not JSON (${cause instanceof Error ? cause.message : cause})`, cause);
  }
  if (!isRecord(json)) throw unreadable(path, 'is JSON, but does not contain a model');
  const { modelTopology, format, weightsManifest, userDefinedMetadata } = json;
  const saved = readTopology(modelTopology, format, path);
  if (!saved) {
    if (isConfigEntry(json)) throw weightless(path);
    throw unreadable(
      path,
      "is JSON, but does not contain a model. Expected: 'modelTopology' with 'class_name' and 'config'",
    );
  }
  if (!Array.isArray(weightsManifest) || !weightsManifest.every(isWeightGroup)) {
    throw unreadable(
      path,
      "contains a topology without weights. Expected: 'weightsManifest' with 'paths' and 'weights'",
    );
  }
  return {
    path,
    saved,
    files,
    weightGroups: weightsManifest,
    ...(isRecord(userDefinedMetadata) && { metadata: userDefinedMetadata as NonNullable<ModelFile['metadata']> }),
  };
}

/**
 * Finds the file of a model: the path itself, or the one in a folder.
 *
 * @throws DeconvnetError `model-not-found`, `model-unreadable`.
 */
export async function findModelFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found) {
    throw new DeconvnetError(
      'model-not-found',
      `${path} does not exist. A model is a .keras or .h5 file of Keras, or a model.json of TensorFlow.js, or the folder or zip file that contains it.`,
    );
  }
  if (!found.isDirectory()) return path;
  const names = (await readdir(path)).sort();
  if (names.includes('model.json')) return join(path, 'model.json');
  if (names.includes('saved_model.pb')) throw foreign(path);
  const files = names.filter((name) => /\.(json|h5|hdf5|keras)$/i.test(name));
  // A .keras file that was unpacked.
  if (names.includes('model.weights.h5') && names.includes('config.json')) return join(path, 'model.weights.h5');
  const [only, ...more] = files;
  const hint = only && more.length === 0 ? ` If ${only} is the model, give its path: ${join(path, only)}.` : '';
  throw new DeconvnetError('model-not-found', `The folder ${path} has no model.json: ${contentOf(names)}.${hint}`);
}

function contentOf(names: readonly string[]): string {
  if (names.length === 0) return 'it is empty';
  return `it contains ${names.slice(0, 5).join(', ')}${names.length > 5 ? ' ...' : ''}`;
}

function isWeightGroup(value: unknown): value is WeightGroup {
  return (
    isRecord(value) &&
    Array.isArray(value.paths) &&
    value.paths.every((path) => typeof path === 'string') &&
    Array.isArray(value.weights) &&
    value.weights.every(isWeightSpec)
  );
}

function unreadable(path: string, what: string, cause?: unknown): DeconvnetError {
  return new DeconvnetError(
    'model-unreadable',
    `${path} ${what}. A model is needed: a .keras or .h5 file of Keras, or a model.json of TensorFlow.js, which model.save() writes.`,
    { cause },
  );
}

/** The error for a topology that was given as a model. */
function weightless(path: string): DeconvnetError {
  return new DeconvnetError('model-unreadable', `${path} is a topology from Keras, without weights.`, {
    advice: {
      about: 'give-weights',
      text: "Give the file with the weights as the model, and this one as the option topology. Or save the whole model: model.save('model.keras').",
    },
  });
}

function foreign(path: string): DeconvnetError {
  return new DeconvnetError(
    'model-unreadable',
    `${path} is a SavedModel of TensorFlow, which has no layers any more. Load the original model in Keras, save it with model.save('model.keras'), and give that file.`,
  );
}
