import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { Deconvnet } from '../deconvnet.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { Picture } from '../input/picture.js';
import { weightsOf } from '../network/layer-access.js';
import { drawValues, largestOf } from './draw-values.js';
import { type ScaleOptions, scaleOf } from './render-projection.js';

/**
 * Draws the weights of the filters of the first Conv2D layer as `128 + 127 * weight / s`, where `s` is the largest
 * absolute weight. By default each filter has its own scale, because on a common scale one filter may dominate
 * (Figure 6 of the paper).
 *
 * A filter over three channels becomes a colour picture, and one over one channel a grey picture. For any other number
 * of channels there is one grey tile per channel. The filters of a BGR network are drawn in true colours if its input
 * format is known.
 *
 * @param model a LayersModel, or a Deconvnet made from one; stays the caller's
 * @returns one picture per filter, in order, with as many pixels as the kernel has spatial positions
 * @throws DeconvnetError `unsupported-layer` if there is no Conv2D layer, `invalid-option`, `not-finite`, `disposed`,
 * `inside-tidy`; if `model` is a LayersModel, also the codes of `new Deconvnet`.
 */
export async function renderFilters(model: LayersModel | Deconvnet, options: ScaleOptions = {}): Promise<Picture[]> {
  const scale = scaleOf('renderFilters', options, 'each');
  const deconvnet = typeof model === 'object' && model !== null && 'engine' in model ? model : new Deconvnet(model);
  const { engine, inputFormat } = deconvnet;
  engine.assertUsable();
  const node = filtersLayer(engine.network.nodes);
  if (!node) {
    throw new DeconvnetError(
      'unsupported-layer',
      `Model '${deconvnet.model.name}' has no Conv2D layer whose filters could be drawn.`,
    );
  }
  await engine.checkWeights([node]);
  const moved = tf.tidy(() => tf.transpose(weightsOf(node.layer)[0]!, [3, 0, 1, 2]));
  try {
    const [count, height, width, channels] = moved.shape as [number, number, number, number];
    const weights = await moved.data();
    const size = height * width * channels;
    const filters = Array.from({ length: count }, (_, i) => weights.subarray(i * size, (i + 1) * size));
    const common = largestOf(weights);
    return filters.map((values) =>
      drawValues(
        { values, height, width, channels },
        scale === 'common' ? common : largestOf(values),
        inputFormat?.channels ?? 'rgb',
      ),
    );
  } finally {
    moved.dispose();
  }
}

/**
 * The layer whose filters are drawn. Its class is named here because drawing depends on the shape of its kernel:
 * `[height, width, channels, filters]`.
 */
export function filtersLayer<One extends { readonly className: string }>(layers: readonly One[]): One | undefined {
  return layers.find(({ className }) => className === 'Conv2D');
}
