// Stage: after `mine/`. `render/` draws.
// In: projections, patches, activations, or the weights of a first layer.
// Out: pictures, which are RGBA pixels. Zero is mid-grey in projections and filters. `montage.ts` arranges pictures.

import { checkKeys, checkValue, isCount } from '../errors/check-options.js';
import type { Picture } from '../input/picture.js';
import type { Projection } from '../project/projection.js';
import { type ContrastOptions, checkContrast, clippedShare, scaleOfValues } from './contrast.js';
import { drawValues } from './draw-values.js';
import { gridOf, readProjection } from './read-projection.js';
import { drawnSize, resizeGrid } from './resize-grid.js';

/** Whether pictures share one scale. */
export interface ScaleOptions {
  /**
   * `common`: all pictures have the same scale, so that they can be compared. `each`: every picture has its own scale,
   * so that weak ones are visible too. Default: `common` for `renderProjections`, `each` for `renderFilters`.
   */
  readonly scale?: 'common' | 'each';
}

/** The size and the contrast of the drawing of a projection. */
export interface ProjectionDrawingOptions extends ContrastOptions {
  /**
   * The longer side of the drawing, in pixels, or, if there is a tile for each channel, of a tile. A larger projection is
   * shrunk first: its values are averaged by area, and then the contrast is chosen. A smaller one is enlarged by the
   * largest whole factor that fits, so that each of its pixels stays a square. Default: the size of the projection.
   */
  readonly tile?: number;
}

/** The picture of a projection, and the scale on which it is drawn. */
export interface ProjectionPicture extends Picture {
  /** The absolute value that is drawn as full black or white, in units of the activation; 0 if all values are zero. */
  readonly scale: number;
  /** The share of the drawn values that are not zero whose absolute value is beyond the scale, from 0 to 1. */
  readonly clipped: number;
}

/**
 * Draws one projection as `128 + 127 * sign(v) * min(|v| / s, 1) ^ gamma`, so that zero is mid-grey. By default the
 * scale `s` is the 99.5th percentile of the absolute values that are drawn and not zero, and `gamma` is 1. The
 * projections of BGR networks are drawn in true colours. If there are not 1 or 3 channels, there is one grey tile per
 * channel.
 *
 * @param projection stays the caller's, and so do its pixels
 * @throws DeconvnetError `invalid-option`, `disposed`; `unsupported-option` if it does not have one or two spatial axes.
 * @example
 * ```ts
 * import { renderProjection, type Projection } from 'deconvnet';
 *
 * const draw = async (projection: Projection) => {
 *   const { width, scale, clipped } = await renderProjection(projection, { tile: 96, contrast: 99 });
 *   console.log(`${width} pixels wide; white is ${scale}, and ${100 * clipped} % of the values are beyond it`);
 * };
 * ```
 */
export async function renderProjection(
  projection: Projection,
  options: ProjectionDrawingOptions = {},
): Promise<ProjectionPicture> {
  checkKeys('renderProjection', options, ['tile', 'contrast', 'gamma']);
  const [picture] = await renderProjections([projection], options);
  return picture!;
}

/**
 * Draws several projections as `renderProjection` does. By default they share one scale, so that the nine of one feature
 * map can be compared: the percentile is then taken over the values of all of them.
 *
 * @example
 * ```ts
 * import { montage, renderProjections, type Projection } from 'deconvnet';
 *
 * const sheet = async (projections: Projection[]) =>
 *   montage(await renderProjections(projections, { tile: 96 }), { columns: 3 });
 * ```
 * @throws DeconvnetError the same codes as `renderProjection`.
 */
export async function renderProjections(
  projections: readonly Projection[],
  options: ScaleOptions & ProjectionDrawingOptions = {},
): Promise<ProjectionPicture[]> {
  checkKeys('renderProjections', options, ['scale', 'tile', 'contrast', 'gamma']);
  const { tile, scale = 'common' } = options;
  checkScale(scale);
  const { percentile, gamma } = checkContrast(options);
  checkValue(tile === undefined || isCount(tile, 1), 'tile is a whole number of pixels, 1 or more', tile);
  checkValue(
    Array.isArray(projections),
    'renderProjections draws a list of projections',
    projections,
    'renderProjection draws one.',
  );
  const read = (await Promise.all(projections.map(readProjection))).map(gridOf);
  const grids = tile === undefined ? read : read.map((grid) => resizeGrid(grid, drawnSize(grid, tile)));
  const values = grids.map((grid) => grid.values);
  const common = scale === 'common' ? scaleOfValues(values, percentile) : undefined;
  return grids.map((grid, i) => {
    const own = common ?? scaleOfValues([grid.values], percentile);
    const picture = drawValues(grid, { scale: own, gamma, order: projections[i]!.channels });
    return { ...picture, scale: own, clipped: clippedShare([grid.values], own) };
  });
}

/** Checks whether pictures share a scale. */
export function checkScale(scale: unknown): void {
  checkValue(scale === 'common' || scale === 'each', "scale is 'common' or 'each'", scale);
}
