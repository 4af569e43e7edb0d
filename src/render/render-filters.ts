import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { Deconvnet } from '../deconvnet.js';
import { checkKeys } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { Picture } from '../input/picture.js';
import { weightsOf } from '../network/layer-access.js';
import { scaleOfValues } from './contrast.js';
import { drawValues } from './draw-values.js';
import { checkScale, type ScaleOptions } from './render-projection.js';

/**
 * Draws the weights of the filters of the first Conv2D layer as `128 + 127 * weight / s`, where `s` is the largest
 * absolute weight: filters are small, so that none of their weights is clipped. By default each filter has its own scale,
 * because on a common scale one filter may dominate (Figure 6 of the paper).
 *
 * A filter over three channels becomes a colour picture, and one over one channel a grey picture. For any other number
 * of channels there is one grey tile per channel, arranged in a square. Between tiles there is a transparent line, except
 * in a 1x1 filter, whose weights are the cells of one grid. The filters of a BGR network are drawn in true colours if its input
 * format is known.
 *
 * @param model a LayersModel, or a Deconvnet made from one; stays the caller's
 * @returns one picture per filter, in order; each weight is a pixel
 * @throws DeconvnetError `unsupported-layer` if there is no Conv2D layer, `invalid-option`, `not-finite`, `disposed`,
 * `inside-tidy`; if `model` is a LayersModel, also the codes of `new Deconvnet`.
 */
export async function renderFilters(model: LayersModel | Deconvnet, options: ScaleOptions = {}): Promise<Picture[]> {
  checkKeys('renderFilters', options, ['scale']);
  const { scale = 'each' } = options;
  checkScale(scale);
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
    const weights = await moved.data<'float32'>();
    const size = height * width * channels;
    const filters = Array.from({ length: count }, (_, i) => weights.subarray(i * size, (i + 1) * size));
    const order = inputFormat?.channels ?? 'rgb';
    const largest = (list: Float32Array): number => scaleOfValues([list], 100);
    const common = largest(weights);
    return filters.map((values) =>
      drawValues(
        { values, height, width, channels },
        { scale: scale === 'common' ? common : largest(values), gamma: 1, order },
      ),
    );
  } finally {
    moved.dispose();
  }
}

/**
 * The layer whose filters are drawn; with groups, a filter has the channels of its group. Its class is named here because drawing depends on the shape of its kernel:
 * `[height, width, channels, filters]`.
 */
export function filtersLayer<One extends { readonly className: string }>(layers: readonly One[]): One | undefined {
  return layers.find(({ className }) => /^(Keras)?Conv2D$/.test(className));
}
