import type { io } from '@tensorflow/tfjs-core';
import { checkFlag, checkKeys, checkValue } from '../../errors/check-options.js';
import { checkWarn, type LoadOptions } from './load-options.js';
import { repairModel } from './repair-model.js';
import { specsToLoad, withSafeNames } from './safe-names.js';
import { SUBJECT, specsOf, topologyOf } from './saved-artifacts.js';
import { keptBytes } from './weight-buffer.js';

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
 * - The topology is built once without weights, and disposed. If a weight or a layer does not fit, an error names it
 *   before TensorFlow.js begins to load. (TensorFlow.js keeps the weights of a model that it cannot finish.)
 *
 * It needs neither a browser nor Node. Weights are not copied. To run a large model, `loadLayersModel` is faster, because
 * it also takes the place of `tf.loadLayersModel`, which makes initial weights and copies the loaded ones several times.
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
  const saved = topologyOf(artifacts);
  const repaired = await repairModel(saved, SUBJECT, async () => specsOf(artifacts), { strict, keepOptimizer: true });
  repaired.built?.dispose();
  for (const warning of repaired.warnings) warn(warning);
  const { weights } = repaired;
  const modelTopology: io.ModelArtifacts['modelTopology'] = withSafeNames(repaired.topology);
  return {
    ...artifacts,
    modelTopology,
    ...(weights && {
      weightSpecs: specsToLoad(weights),
      weightData: keptBytes(weights, artifacts.weightData!),
    }),
  };
}
