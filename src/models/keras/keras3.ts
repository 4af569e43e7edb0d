import type { io } from '@tensorflow/tfjs-core';
import { checkFlag, checkKeys, checkValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkWarn, type LoadOptions } from './load-options.js';
import { readTopology } from './read-topology.js';
import { repairModel } from './repair-model.js';
import type { SavedWeights } from './repair-weights.js';
import { checkWeight, isWeightSpec, weightBytes } from './weight-bytes.js';

/** The name of the model in messages. */
const SUBJECT = 'the model';

/** How a model is read by `keras3`. */
export interface Keras3Options extends LoadOptions {
  /**
   * Whether every weight must have a place in the topology, and every place a weight. If you give `false` to
   * `tf.loadLayersModel`, give it here too: places without a weight then keep their initial values. `true` by default.
   */
  readonly strict?: boolean;
}

/**
 * Wraps an `IOHandler` so that `tf.loadLayersModel` can load models that Keras exports. The wrapper repairs the topology
 * and the names of the weights. It accepts every layers model, whether Keras 2, Keras 3 or TensorFlow.js wrote it.
 * `loadModel` of `deconvnet/node` already includes these repairs.
 *
 * - Keras 3 writes topologies in a form that TensorFlow.js does not read. They are translated.
 * - Some options are ignored by TensorFlow.js, or read in one form only. They are expressed in another way, or refused.
 * - References between layers are checked first, because TensorFlow.js would search for a missing tensor forever.
 * - Layers that no output needs are left out with their weights, and a warning names them.
 * - The topology is built once with weights of zeros, and disposed. If a weight or a layer does not fit, an error names
 *   it before TensorFlow.js begins to load. (TensorFlow.js keeps the weights of a model that it cannot finish.)
 *
 * It needs neither a browser nor Node. Weights are not copied.
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
 * @throws DeconvnetError `invalid-option`. When the handler loads: `graph-model`; `unsupported-layer` for Lambda layers,
 * operations that are not layers, and classes that are not registered; `unsupported-option` if TensorFlow.js would
 * silently compute something else than Keras; `model-unreadable`; `weights-mismatch`.
 */
export function keras3(handler: io.IOHandler, options: Keras3Options = {}): io.IOHandler {
  checkKeys('keras3', options, ['warn', 'strict'] satisfies readonly (keyof Keras3Options)[]);
  const { strict = true, ...rest } = options;
  checkFlag('strict', strict);
  const warn = checkWarn('keras3', rest);
  return {
    async load() {
      const canLoad = typeof handler?.load === 'function';
      checkValue(
        canLoad,
        'keras3 takes a handler with a function load',
        handler,
        'tf.io.http(url) makes one from an address.',
      );
      return repairArtifacts(await handler.load!(), { warn, strict });
    },
  };
}

async function repairArtifacts(
  artifacts: io.ModelArtifacts,
  { warn, strict }: { readonly warn: (message: string) => void; readonly strict: boolean },
): Promise<io.ModelArtifacts> {
  const saved = readTopology(artifacts.modelTopology, artifacts.format, 'The model');
  if (!saved) {
    throw new DeconvnetError(
      'model-unreadable',
      "What was loaded is not a layers model. Expected: 'modelTopology' with 'class_name' and 'config', as model.save() and tensorflowjs_converter write it.",
    );
  }
  const { topology, weights, warnings } = await repairModel(saved, SUBJECT, async () => weightsOf(artifacts), {
    strict,
  });
  for (const warning of warnings) warn(warning);
  const modelTopology: io.ModelArtifacts['modelTopology'] = topology;
  return {
    ...artifacts,
    modelTopology,
    ...(weights && { weightSpecs: [...weights.specs], weightData: weights.data }),
  };
}

/** The weights that were loaded with a model; undefined if there are none. */
function weightsOf({ weightSpecs: specs, weightData: data }: io.ModelArtifacts): SavedWeights | undefined {
  if (!specs || !data) return undefined;
  if (!Array.isArray(specs) || !specs.every(isWeightSpec)) {
    throw new DeconvnetError(
      'model-unreadable',
      `The weights of ${SUBJECT} are not described: weightSpecs must be a list of { name, shape, dtype }. Convert or save the model again.`,
    );
  }
  for (const spec of specs) checkWeight(SUBJECT, spec);
  const expected = specs.reduce((sum, spec) => sum + weightBytes(spec), 0);
  const found = [data].flat().reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (found !== expected) {
    throw new DeconvnetError(
      'model-unreadable',
      `The weights of ${SUBJECT} need ${expected} bytes, and ${found} were loaded. A weights file was cut short or is too long: copy or convert the model again.`,
    );
  }
  return { specs, data };
}
