import type { Tensor } from '@tensorflow/tfjs-core';
import type { Picture, Projection } from 'deconvnet';
import { enlarge } from '../node/gallery/enlarge.js';
import type { Library } from './load-library.js';
import type { ContrastChoice } from './options.js';

/** How a projection is drawn. */
export interface DrawingChoice extends ContrastChoice {
  readonly zoom?: number;
  /** Without `zoom`, the drawing is enlarged until its longer side has at least this many pixels. */
  readonly visible: number;
}

/** The drawing of a projection, and its scale. */
export interface DrawnProjection extends Picture {
  readonly scale: number;
  readonly clipped: number;
}

/** The `visible` of a drawing that stands alone. */
export const VISIBLE = 256;
/** The size of the drawing of a signal, in pixels. A channel gets at least `BAND`. */
const SIGNAL = { width: 640, height: 160 };
const BAND = 24;

/** Draws a projection enlarged, or, if the image is a signal, the signal as a line with the projection behind it. */
export async function drawProjection(
  library: Library,
  image: Tensor,
  projection: Projection,
  { contrast, gamma, zoom, visible }: DrawingChoice,
): Promise<DrawnProjection> {
  const shape = image.shape.slice(1);
  if (shape.length < 3) {
    const [length, channels = 1] = shape as [number, number?];
    const whole = { start: [0], size: [length] };
    const receptiveField = projection.cropped && shape.length === 2 ? projection.landing : whole;
    const pixels = { data: (await image.data()) as Float32Array, shape: [length, channels], start: [0] };
    const size = { width: SIGNAL.width, height: Math.max(SIGNAL.height, BAND * channels) };
    const options = { projections: [projection], contrast, gamma, ...size };
    const [drawn] = await library.renderSignals([{ receptiveField, pixels }], options);
    const { scale = 0, clipped = 0 } = drawn!;
    return { ...enlarge(drawn!, zoom ?? 1), scale, clipped };
  }
  const drawn = await library.renderProjection(projection, { contrast, gamma });
  const { scale, clipped } = drawn;
  const factor = zoom ?? Math.max(1, Math.ceil(visible / Math.max(drawn.width, drawn.height)));
  return { ...enlarge(drawn, factor), scale, clipped };
}
