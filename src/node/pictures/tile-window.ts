import type { Picture } from '../../input/picture.js';
import { commonRegion, type Region } from '../../regions/region.js';

/**
 * The part of the input that a tile shows. Along an axis on which the patch is smaller than the picture, it is the patch.
 * Along the other axes it is the whole picture, because most of the patch may be outside of it, and all tiles of a feature
 * map should have the same size.
 *
 * @param field The landing of the patch.
 */
export function tileWindow(field: Region, extent: readonly number[]): Region {
  const whole = field.size.map((size, axis) => size >= extent[axis]!);
  return {
    start: field.start.map((start, axis) => (whole[axis] ? 0 : start)),
    size: field.size.map((size, axis) => (whole[axis] ? extent[axis]! : size)),
  };
}

/**
 * Cuts a window out of a picture of a patch. Pixels outside the input become transparent. Pixels inside the
 * input but outside the patch get the colour `fill`.
 *
 * @param field The place of the picture in the input, `[y, x]`.
 * @param inside The input, or the part of it that is known.
 */
export function cutTile(
  picture: Picture,
  {
    field,
    window,
    inside,
    fill,
  }: {
    readonly field: Region;
    readonly window: Region;
    readonly inside: Region;
    /** RGBA. */
    readonly fill: readonly [number, number, number, number];
  },
): Picture {
  const [height, width] = window.size as [number, number];
  const shown = commonRegion(window, inside);
  const data = new Uint8ClampedArray(width * height * 4);
  const [top, left] = shown.start as [number, number];
  for (let y = top; y < top + shown.size[0]!; y++) {
    for (let x = left; x < left + shown.size[1]!; x++) {
      const to = ((y - window.start[0]!) * width + x - window.start[1]!) * 4;
      const row = y - field.start[0]!;
      const column = x - field.start[1]!;
      const seen = row >= 0 && column >= 0 && row < picture.height && column < picture.width;
      const from = (row * picture.width + column) * 4;
      for (let channel = 0; channel < 4; channel++) {
        data[to + channel] = seen ? picture.data[from + channel]! : fill[channel]!;
      }
    }
  }
  return { width, height, data };
}
