import type { io } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors.js';
import { checkValue } from '../options.js';
import { type ConfigEntry, isConfigEntry, isRecord } from './config-entry.js';
import { repairTopology } from './repair-topology.js';
import { repairWeights } from './repair-weights.js';

/**
 * Lets TensorFlow.js load what Keras 3 exports: wraps the way a model is read, and brings topology and names of weights
 * into the form of Keras 2, the only one that `tf.loadLayersModel` reads. Other layers models pass unchanged, so that
 * every model can be loaded through it. `loadModel` of `deconvnet/node` does this by itself.
 *
 * Needs neither a browser nor Node. Nothing is computed, and weights are not copied.
 *
 * @param handler where the model comes from: `tf.io.http(url)`, `tf.io.browserFiles(files)` or a handler of your own
 * @returns a handler for `tf.loadLayersModel`
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import * as tfl from '@tensorflow/tfjs-layers';
 * import { Deconvnet } from 'deconvnet';
 * import { keras3 } from 'deconvnet/models';
 *
 * const open = async (url: string) => new Deconvnet(await tfl.loadLayersModel(keras3(tf.io.http(url))));
 * ```
 * @throws DeconvnetError when it loads: `graph-model`; `unsupported-layer` for Lambda layers and bare operations;
 * `unsupported-option` where TensorFlow.js would compute something else without a word; `model-unreadable`.
 */
export function keras3(handler: io.IOHandler): io.IOHandler {
  return {
    async load() {
      const canLoad = typeof handler?.load === 'function';
      checkValue(canLoad, 'keras3 takes a handler that can load', handler, 'tf.io.http(url) makes one of an address.');
      return repairArtifacts(await handler.load!());
    },
  };
}

function repairArtifacts(artifacts: io.ModelArtifacts): io.ModelArtifacts {
  const topology = topologyOf(artifacts);
  const modelTopology = repairTopology(topology);
  if (modelTopology === topology) return artifacts;
  const { weightSpecs, weightData } = artifacts;
  if (!weightSpecs || !weightData) return { ...artifacts, modelTopology };
  const { specs, data } = repairWeights(topology, { specs: weightSpecs, data: weightData });
  return { ...artifacts, modelTopology, weightSpecs: [...specs], weightData: data };
}

function topologyOf({ format, modelTopology: saved }: io.ModelArtifacts): ConfigEntry {
  if (format === 'graph-model' || (isRecord(saved) && Array.isArray(saved.node))) {
    throw new DeconvnetError(
      'graph-model',
      'This is a graph model, in which layers are no longer told apart. Convert the original Keras model again with --output_format=tfjs_layers_model.',
    );
  }
  const topology = isRecord(saved) && isRecord(saved.model_config) ? saved.model_config : saved;
  if (isConfigEntry(topology)) return topology;
  throw new DeconvnetError(
    'model-unreadable',
    "What was loaded is no layers model: 'modelTopology' with 'class_name' and 'config' is expected, as model.save() and tensorflowjs_converter write it.",
  );
}
