import { engine, type io } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { checkFlag, checkKeys } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkWarn, type LoadOptions } from '../../models/keras/load-options.js';
import { repairModel } from '../../models/keras/repair-model.js';
import { fillModel } from '../../models/weights/fill-model.js';
import { checkOnDisk, checkPath } from '../check-path.js';
import { withMetadataBeside } from './metadata-beside.js';
import { readModelFile } from './model-file.js';
import { checkWeightFiles, describedWeights, weightPieces } from './weight-files.js';

/** How `loadModel` loads a model. */
export interface LoadModelOptions extends LoadOptions {
  /**
   * Whether the weights are read; `true` by default. With `false` only the model.json is read, which takes no time and no memory for
   * the weights, and the files of weights may be missing. This is enough to list the layers. A weight that is used all
   * the same then has its initial values.
   */
  readonly weights?: boolean;
}

/**
 * Loads a layers model of TensorFlow.js from disk: one that `model.save()` wrote; one that `tensorflowjs_converter` made
 * from Keras 2 or 3, also with quantised weights; or an export of Teachable Machine, whose `metadata.json` says how
 * pictures become input. A backend must be ready (`useBackend`).
 *
 * Register layer classes of your own with `tf.serialization.registerClass` first. Layers that no output needs are left
 * out with their weights, and `warn` is called. Initializers are not run, and the weights are copied once, from the files
 * to the backend.
 *
 * @param path a model.json, or the folder or zip file that contains it
 * @returns the model, which the caller disposes. If loading fails, no tensors are left
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
 * @throws DeconvnetError `backend-unavailable`, `invalid-option`, `model-not-found`, `model-unreadable`, `graph-model`, `unsupported-layer`,
 * `unsupported-option`, `weights-mismatch`.
 */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<LayersModel> {
  if (engine().backendNames().length === 0) {
    throw new DeconvnetError(
      'backend-unavailable',
      "A model needs a backend, and none has been imported: call `await useBackend('wasm')` first.",
    );
  }
  checkPath('loadModel reads a model.json, or the folder or zip file that contains it', path);
  checkOnDisk(
    path,
    'model-not-found',
    'To load from the web, call tfl.loadLayersModel(keras3(tf.io.http(url))): tfl is @tensorflow/tfjs-layers, and keras3 is in deconvnet/models. To load from a file:// address, make a path from it with fileURLToPath of node:url.',
  );
  checkKeys('loadModel', options, ['warn', 'weights'] satisfies readonly (keyof LoadModelOptions)[]);
  const { weights: wanted = true, ...rest } = options;
  checkFlag('weights', wanted);
  const warn = checkWarn('loadModel', rest);
  const file = await readModelFile(path);
  const describe = async (): Promise<io.WeightsManifestEntry[]> => {
    const specs = describedWeights(file);
    if (wanted) await checkWeightFiles(file);
    return specs;
  };
  const { weights, warnings, built } = await repairModel(file.saved, file.path, describe, {
    strict: true,
    // A network is only run here.
    keepOptimizer: false,
  });
  try {
    for (const warning of warnings) warn(warning);
    const metadata = await withMetadataBeside(file);
    if (metadata) built!.model.setUserDefinedMetadata(metadata);
    return wanted ? await fillModel(file.path, built!, weights!, weightPieces(file)) : built!.model;
  } catch (error) {
    built!.dispose();
    throw error;
  }
}
