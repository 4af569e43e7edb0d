import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors.js';
import { describeValue } from '../options.js';
import type { Picture } from '../picture.js';
import type { Projection } from '../project/projection.js';
import { drawValues, gridSize, largestOf, type ValueGrid } from './draw-values.js';

/** Whether tiles share one scale. */
export interface ScaleOptions {
  /**
   * `common`: all tiles on one scale, so that they can be compared. `each`: every tile on its own, so that none is
   * drowned by another.
   */
  readonly scale?: 'common' | 'each';
}

/**
 * Draws one projection: `128 + 127 * value / s` with `s` the largest absolute value, so that zero is mid-grey. BGR
 * networks are drawn in true colours; with other than 1 or 3 channels each channel is a grey tile.
 *
 * @param projection stays the caller's, as do its pixels
 * @throws DeconvnetError `disposed`, `unsupported-option` where it has other than one or two spatial axes.
 */
export async function renderProjection(projection: Projection): Promise<Picture> {
  const [picture] = await renderProjections([projection]);
  return picture!;
}

/**
 * Draws projections, all on one scale by default: the nine of one feature map can then be compared.
 *
 * @example
 * ```ts
 * import { montage, renderProjections, type Projection } from 'deconvnet';
 *
 * const sheet = async (projections: Projection[]) => montage(await renderProjections(projections), { columns: 3 });
 * ```
 * @throws DeconvnetError as `renderProjection`.
 */
export async function renderProjections(
  projections: readonly Projection[],
  { scale = 'common' }: ScaleOptions = {},
): Promise<Picture[]> {
  if (scale !== 'common' && scale !== 'each') {
    throw new DeconvnetError('invalid-option', `The scale '${scale}' is unknown; there are 'common' and 'each'.`);
  }
  const grids = await Promise.all(projections.map(gridOf));
  const largest = grids.map(({ values }) => largestOf(values));
  const common = Math.max(...largest);
  return grids.map((grid, i) => drawValues(grid, scale === 'common' ? common : largest[i]!, projections[i]!.channels));
}

async function gridOf(projection: Projection): Promise<ValueGrid> {
  if (projection?.pixels === undefined) {
    throw new DeconvnetError('invalid-option', `A projection is drawn; this is ${describeValue(projection)}.`);
  }
  const { pixels, channelAxis, layer } = projection;
  if (pixels.isDisposed) {
    throw new DeconvnetError('disposed', `A projection of layer '${layer}' has been disposed before it was drawn.`, {
      layer,
    });
  }
  const size = gridSize(pixels.shape, channelAxis);
  const last = pixels.rank - 1;
  const order = pixels.shape.map((_, axis) => axis).filter((axis) => axis !== channelAxis);
  const moved = tf.tidy(() =>
    channelAxis === last ? tf.clone(pixels) : tf.transpose(pixels, [...order, channelAxis]),
  );
  try {
    return { ...size, values: await moved.data() };
  } finally {
    moved.dispose();
  }
}
