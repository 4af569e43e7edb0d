import { engine } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkWarn, type LoadOptions } from '../../models/keras/load-options.js';
import { repairModel } from '../../models/keras/repair-model.js';
import { checkOnDisk, checkPath } from '../check-path.js';
import { withMetadataBeside } from './metadata-beside.js';
import { readModelFile } from './model-file.js';
import { readWeightFiles } from './weight-files.js';

/**
 * Loads a layers model of TensorFlow.js from disk: one that `model.save()` wrote; one that `tensorflowjs_converter` made
 * from Keras 2 or 3, also with quantised weights; or an export of Teachable Machine, whose `metadata.json` says how
 * pictures become input. A backend must be ready (`useBackend`).
 *
 * Register layer classes of your own with `tf.serialization.registerClass` first. Layers that no output needs are left
 * out with their weights, and `warn` is called.
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
export async function loadModel(path: string, options: LoadOptions = {}): Promise<LayersModel> {
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
  const warn = checkWarn('loadModel', options);
  const file = await readModelFile(path);
  const { topology, weights, warnings } = await repairModel(file.saved, file.path, () => readWeightFiles(file), {
    // A network is only run here.
    keepOptimizer: false,
  });
  for (const warning of warnings) warn(warning);
  const metadata = await withMetadataBeside(file);
  return loadLayersModel({
    load: async () => ({
      modelTopology: topology,
      weightSpecs: [...weights!.specs],
      weightData: weights!.data,
      ...(metadata && { userDefinedMetadata: metadata }),
    }),
  });
}
