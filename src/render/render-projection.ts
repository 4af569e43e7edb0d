// Stage: after `mine/`. `render/` draws.
// In: projections, patches, or the weights of a first layer.
// Out: pictures, which are RGBA pixels. Zero is mid-grey in projections and filters. `montage.ts` arranges pictures.

import * as tf from '@tensorflow/tfjs-core';
import { checkKeys, checkValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { Picture } from '../input/picture.js';
import type { Projection } from '../project/projection.js';
import { drawValues, gridSize, largestOf, type ValueGrid } from './draw-values.js';

/** Whether pictures share one scale. */
export interface ScaleOptions {
  /**
   * `common`: all pictures have the same scale, so that they can be compared. `each`: every picture has its own scale,
   * so that weak ones are visible too. Default: `common` for `renderProjections`, `each` for `renderFilters`.
   */
  readonly scale?: 'common' | 'each';
}

/**
 * Draws one projection as `128 + 127 * value / s`, where `s` is the largest absolute value, so that zero is mid-grey. The
 * projections of BGR networks are drawn in true colours. If there are not 1 or 3 channels, there is one grey tile per
 * channel.
 *
 * @param projection stays the caller's, and so do its pixels
 * @throws DeconvnetError `invalid-option`, `disposed`; `unsupported-option` if it does not have one or two spatial axes.
 */
export async function renderProjection(projection: Projection): Promise<Picture> {
  const [picture] = await renderProjections([projection]);
  return picture!;
}

/**
 * Draws several projections. By default they share one scale, so that the nine of one feature map can be compared.
 *
 * @example
 * ```ts
 * import { montage, renderProjections, type Projection } from 'deconvnet';
 *
 * const sheet = async (projections: Projection[]) => montage(await renderProjections(projections), { columns: 3 });
 * ```
 * @throws DeconvnetError the same codes as `renderProjection`.
 */
export async function renderProjections(
  projections: readonly Projection[],
  options: ScaleOptions = {},
): Promise<Picture[]> {
  const scale = scaleOf('renderProjections', options, 'common');
  checkValue(
    Array.isArray(projections),
    'renderProjections draws a list of projections',
    projections,
    'renderProjection draws one.',
  );
  const grids = await Promise.all(projections.map(gridOf));
  const largest = grids.map(({ values }) => largestOf(values));
  const common = Math.max(...largest);
  return grids.map((grid, i) => drawValues(grid, scale === 'common' ? common : largest[i]!, projections[i]!.channels));
}

/** Checks scale options and fills in the default. */
export function scaleOf(what: string, options: ScaleOptions, usual: 'common' | 'each'): 'common' | 'each' {
  checkKeys(what, options, ['scale']);
  const { scale = usual } = options;
  checkValue(scale === 'common' || scale === 'each', "scale is 'common' or 'each'", scale);
  return scale;
}

async function gridOf(projection: Projection): Promise<ValueGrid> {
  const { pixels: given } = (projection ?? {}) as Partial<Projection>;
  checkValue(typeof given === 'object' && 'dataId' in given, 'The value to draw is a projection', projection);
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
