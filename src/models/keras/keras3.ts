import type { io } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors.js';
import { checkValue } from '../../options.js';
import { checkWarn, type LoadOptions } from './load-options.js';
import { readTopology } from './read-topology.js';
import { repairTopology } from './repair-topology.js';
import { repairWeights } from './repair-weights.js';

/**
 * Lets TensorFlow.js load what Keras exports: wraps the way a model is read, and brings its topology and the names of
 * its weights into the one form that `tf.loadLayersModel` reads. Every layers model can be loaded through it, whether
 * Keras 2, Keras 3 or TensorFlow.js wrote it. `loadModel` of `deconvnet/node` already includes these repairs.
 *
 * - Keras 3 writes topologies that TensorFlow.js does not read; they are translated.
 * - Options that a layer of TensorFlow.js ignores, or reads in one form alone, are expressed in another way, or refused.
 * - References between layers are checked first: TensorFlow.js would look for a missing tensor for ever.
 * - Layers that no output needs are left out with their weights, and a warning names them.
 *
 * It needs neither a browser nor Node. Nothing is computed, and weights are not copied.
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
 * @throws DeconvnetError when it loads: `graph-model`; `unsupported-layer` for Lambda layers, bare operations and classes
 * that nobody registered; `unsupported-option` where TensorFlow.js would compute something else without a word;
 * `model-unreadable`.
 */
export function keras3(handler: io.IOHandler, options: LoadOptions = {}): io.IOHandler {
  const warn = checkWarn('keras3', options);
  return {
    async load() {
      const canLoad = typeof handler?.load === 'function';
      checkValue(canLoad, 'keras3 takes a handler that can load', handler, 'tf.io.http(url) makes one of an address.');
      return repairArtifacts(await handler.load!(), warn);
    },
  };
}

function repairArtifacts(artifacts: io.ModelArtifacts, warn: (message: string) => void): io.ModelArtifacts {
  const saved = readTopology(artifacts.modelTopology, artifacts.format, 'The model');
  if (!saved) {
    throw new DeconvnetError(
      'model-unreadable',
      "What was loaded is not a layers model: 'modelTopology' with 'class_name' and 'config' is expected, as model.save() and tensorflowjs_converter write it.",
    );
  }
  const repaired = repairTopology(saved);
  for (const warning of repaired.warnings) warn(warning);
  const { weightSpecs, weightData } = artifacts;
  const modelTopology: io.ModelArtifacts['modelTopology'] = repaired.topology;
  if (!weightSpecs || !weightData) return { ...artifacts, modelTopology };
  const { specs, data } = repairWeights(saved, repaired, { specs: weightSpecs, data: weightData });
  return { ...artifacts, modelTopology, weightSpecs: [...specs], weightData: data };
}
