import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { DeconvnetError } from '../errors.js';
import { placesForWeights, type WeightPlace } from './dry-run.js';
import { matchWeights } from './match-weights.js';
import { type ModelFile, readModelFile } from './model-file.js';
import { type ConfigEntry, entriesOf, isRegistered, withoutUnknownTraining } from './topology.js';
import { readWeightFiles } from './weight-files.js';

/**
 * Loads a layers model of TensorFlow.js from disk: what `model.save()` or `tensorflowjs_converter` writes, quantised
 * weights too. The caller disposes it. A backend must be ready (`useBackend`). Nothing is left behind when it fails.
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
 * @throws DeconvnetError `model-not-found`, `model-unreadable`, `graph-model`, `unsupported-layer`,
 * `weights-mismatch`.
 */
export async function loadModel(path: string): Promise<LayersModel> {
  const file = await readModelFile(path);
  checkClasses(file);
  const topology = withoutUnknownTraining(file.topology);
  const { specs, data } = await readWeightFiles(file);
  const places = await buildDry(file, topology);
  matchWeights(file.path, places, specs);
  return loadLayersModel({
    load: async () => ({
      modelTopology: topology,
      weightSpecs: specs,
      weightData: data,
      ...(file.metadata && { userDefinedMetadata: file.metadata }),
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
    const advice = isKeras3(topology)
      ? 'It was saved by Keras 3, which TensorFlow.js does not read: save it with Keras 2 (the package tf_keras) and convert it again.'
      : 'Convert or save the model again.';
    throw new DeconvnetError('model-unreadable', `The topology in ${path} cannot be built: ${why} ${advice}`, {
      cause,
    });
  }
}

function isKeras3(topology: ConfigEntry): boolean {
  return [...entriesOf(topology)].some(({ config }) => 'batch_shape' in config);
}
