import { engine } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { DeconvnetError } from '../errors.js';
import { repairTopology } from '../keras3/repair-topology.js';
import { repairWeights } from '../keras3/repair-weights.js';
import { checkOnDisk, checkPath } from './check-path.js';
import { placesForWeights, type WeightPlace } from './dry-run.js';
import { matchWeights } from './match-weights.js';
import { withMetadataBeside } from './metadata-beside.js';
import { type ModelFile, readModelFile } from './model-file.js';
import { type ConfigEntry, entriesOf, isRegistered, withoutUnknownTraining } from './topology.js';
import { readWeightFiles } from './weight-files.js';

/**
 * Loads a layers model of TensorFlow.js from disk: what `model.save()` or `tensorflowjs_converter` writes, from Keras 2
 * or 3, quantised weights too, or an export of Teachable Machine, whose `metadata.json` tells how pictures become input.
 * The caller disposes it. A backend must be ready (`useBackend`). Nothing is left behind when it fails.
 *
 * Layer classes of your own must have been registered with `tf.serialization.registerClass`.
 *
 * @param path a model.json, or the folder that holds one
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
export async function loadModel(path: string): Promise<LayersModel> {
  if (engine().backendNames().length === 0) {
    throw new DeconvnetError(
      'backend-unavailable',
      "A model needs a backend to live on, and none has been imported: call `await useBackend('wasm')` first.",
    );
  }
  checkPath('loadModel reads a model.json, or the folder that holds one', path);
  checkOnDisk(
    path,
    'model-not-found',
    'From the net, load it with tf.loadLayersModel(keras3(tf.io.http(url))); keras3 is in deconvnet/models. Of a file:// address fileURLToPath of node:url makes a path.',
  );
  const saved = await readModelFile(path);
  const file = { ...saved, topology: repairTopology(saved.topology, saved.path) };
  checkClasses(file);
  const topology = withoutUnknownTraining(file.topology);
  const { specs, data } = repairWeights(saved.topology, await readWeightFiles(file));
  const places = await buildDry(file, topology);
  matchWeights(file.path, places, specs);
  const metadata = await withMetadataBeside(file.path, file.metadata);
  return loadLayersModel({
    load: async () => ({
      modelTopology: topology,
      weightSpecs: [...specs],
      weightData: data,
      ...(metadata && { userDefinedMetadata: metadata }),
    }),
  });
}

function checkClasses({ path, topology }: ModelFile): void {
  for (const { class_name, config } of entriesOf(topology)) {
    if (isRegistered(class_name)) continue;
    const name = typeof config.name === 'string' ? config.name : '';
    throw new DeconvnetError(
      'unsupported-layer',
      `Layer '${name}' of ${path} is of the class ${class_name}, which TensorFlow.js does not have. Port the class, call tf.serialization.registerClass(${/^[A-Za-z_$][\w$]*$/.test(class_name) ? class_name : '...'}), then load the model again.`,
      { layer: name },
    );
  }
}

async function buildDry({ path }: ModelFile, topology: ConfigEntry): Promise<WeightPlace[]> {
  try {
    return await placesForWeights(topology);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
    throw new DeconvnetError(
      'model-unreadable',
      `The topology in ${path} cannot be built: ${why} Convert or save the model again.`,
      { cause },
    );
  }
}
