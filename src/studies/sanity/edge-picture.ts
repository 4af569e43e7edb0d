import type { Deconvnet } from '../../deconvnet.js';
import type { PictureInput } from '../kit/picture-input.js';
import { cellsOf } from './sanity-projection.js';

/** How much red, green and blue contribute to the luminance of a pixel (ITU-R BT.601). */
const LUMINANCE = [0.299, 0.587, 0.114] as const;

/** The luminance of each pixel, row by row, in units of the model's input. Other channels than three count alike. */
export async function luminanceOf({ inputFormat }: Deconvnet, picture: PictureInput): Promise<Float32Array> {
  const { tensor, height, width, channels, channelAxis } = picture;
  const held = await tensor.data();
  const valueAt = cellsOf(tensor.shape.slice(1), channelAxis - 1);
  const colours = inputFormat?.channels === 'bgr' ? [...LUMINANCE].reverse() : LUMINANCE;
  const shares = channels === 3 ? colours : Array.from({ length: channels }, () => 1 / channels);
  return Float32Array.from({ length: height * width }, (_, cell) => {
    const [y, x] = [Math.floor(cell / width), cell % width];
    return shares.reduce((sum, share, channel) => sum + share * held[valueAt(y, x, channel)]!, 0);
  });
}

/**
 * The edges of a grey picture: the magnitude of its gradient, by the operator of Sobel. Along the border of the picture its
 * last pixels are repeated outwards.
 *
 * @param luminance one value for each pixel, row by row
 */
export function edgePicture(luminance: ArrayLike<number>, height: number, width: number): Float32Array {
  const inside = (place: number, size: number): number => Math.min(Math.max(place, 0), size - 1);
  const at = (y: number, x: number): number => luminance[inside(y, height) * width + inside(x, width)]!;
  return Float32Array.from({ length: height * width }, (_, cell) => {
    const [y, x] = [Math.floor(cell / width), cell % width];
    const column = (c: number): number => at(y - 1, c) + 2 * at(y, c) + at(y + 1, c);
    const row = (r: number): number => at(r, x - 1) + 2 * at(r, x) + at(r, x + 1);
    return Math.hypot(column(x + 1) - column(x - 1), row(y + 1) - row(y - 1));
  });
}
