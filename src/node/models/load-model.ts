import { engine } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { checkFlag, checkKeys } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkWarn, type LoadOptions } from '../../models/keras/load-options.js';
import { repairModel } from '../../models/keras/repair-model.js';
import { fillModel } from '../../models/weights/fill-model.js';
import { checkOnDisk, checkPath } from '../check-path.js';
import { checkTopology } from './model-place.js';
import { openModel } from './open-model.js';

/** How `loadModel` loads a model. */
export interface LoadModelOptions extends LoadOptions {
  /**
   * Whether the weights are read; `true` by default. With `false` only the topology is read, which takes no time and no memory for
   * the weights, and the files of weights may be missing. This is enough to list the layers. A weight that is used all
   * the same then has its initial values.
   */
  readonly weights?: boolean;
  /**
   * The path of the file with the topology, if the model is a file of weights alone: what `model.to_json()` of Keras
   * writes, a `config.json`, or another file of the same model. By default it is looked for beside the weights:
   * `NAME.json` for `NAME.weights.h5` and `NAME.h5`.
   */
  readonly topology?: string;
}

/**
 * Loads a model from disk: a `.keras`, `.h5` or `.hdf5` file of Keras 2 or 3; a file of weights alone, with `topology`; a
 * model.json that `model.save()` of TensorFlow.js or `tensorflowjs_converter` wrote, also with quantised weights; or an
 * export of Teachable Machine, whose `metadata.json` says how pictures become input. A backend must be ready
 * (`useBackend`). Files of Keras need the package h5wasm.
 *
 * Register layer classes of your own with `tf.serialization.registerClass` first. Layers that no output needs are left
 * out with their weights, and `warn` is called. Initializers are not run, and the weights are copied once, from the files
 * to the backend.
 *
 * @param path a file of Keras, or a model.json, or the folder or zip file that contains it
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
 * @throws DeconvnetError `backend-unavailable`, `missing-peer`, `invalid-option`, `model-not-found`, `model-unreadable`, `graph-model`, `unsupported-layer`,
 * `unsupported-option`, `weights-mismatch`.
 */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<LayersModel> {
  if (engine().backendNames().length === 0) {
    throw new DeconvnetError(
      'backend-unavailable',
      "A model needs a backend, and none has been imported: call `await useBackend('wasm')` first.",
    );
  }
  checkPath('loadModel reads a model file, or the folder or zip file that contains it', path);
  checkOnDisk(
    path,
    'model-not-found',
    'To load from the web, call tfl.loadLayersModel(keras3(tf.io.http(url))): tfl is @tensorflow/tfjs-layers, and keras3 is in deconvnet/models. To load from a file:// address, make a path from it with fileURLToPath of node:url.',
  );
  checkKeys('loadModel', options, ['warn', 'weights', 'topology'] satisfies readonly (keyof LoadModelOptions)[]);
  const { weights: wanted = true, topology, ...rest } = options;
  checkFlag('weights', wanted);
  checkTopology({ model: path, topology });
  const warn = checkWarn('loadModel', rest);
  const file = await openModel(path, topology, wanted);
  try {
    const { weights, warnings, built } = await repairModel(file.saved, file.path, file.describe, {
      strict: true,
      // A network is only run here.
      keepOptimizer: false,
    });
    try {
      for (const warning of warnings) warn(warning);
      const metadata = await file.metadata();
      if (metadata) built!.model.setUserDefinedMetadata(metadata);
      return wanted ? await fillModel(file.path, built!, weights!, file.pieces()) : built!.model;
    } catch (error) {
      built!.dispose();
      throw error;
    }
  } finally {
    file.close();
  }
}
