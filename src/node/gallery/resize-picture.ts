import type { Picture } from '../../input/picture.js';
import { type Size, spans } from '../../render/resize-grid.js';

/**
 * Brings a picture to another size by averaging the area that each new pixel covers: if it grows by a whole factor, each
 * pixel becomes a square. Colours are weighted by their opacity, so that transparent pixels do not darken their
 * neighbours.
 */
export function resizePicture(picture: Picture, { width, height }: Size): Picture {
  if (width === picture.width && height === picture.height) return picture;
  const columns = spans(picture.width, width);
  const rows = spans(picture.height, height);
  const from = picture.data;
  const data = new Uint8ClampedArray(width * height * 4);
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let opacity = 0;
      let area = 0;
      for (let j = 0; j < row.weights.length; j++) {
        const down = row.weights[j]!;
        let at = ((row.from + j) * picture.width + column.from) * 4;
        for (let i = 0; i < column.weights.length; i++, at += 4) {
          const weight = down * column.weights[i]!;
          const alpha = weight * from[at + 3]!;
          red += alpha * from[at]!;
          green += alpha * from[at + 1]!;
          blue += alpha * from[at + 2]!;
          opacity += alpha;
          area += weight;
        }
      }
      if (opacity > 0) {
        const to = (y * width + x) * 4;
        data[to] = red / opacity;
        data[to + 1] = green / opacity;
        data[to + 2] = blue / opacity;
        data[to + 3] = opacity / area;
      }
    }
  }
  return { width, height, data };
}
