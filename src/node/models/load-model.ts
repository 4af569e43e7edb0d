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
