import type { Picture, Region } from 'deconvnet';

/** Makes those pixels of a drawing transparent that show what is outside of a picture. */
export function clearOutside(
  drawing: Picture,
  { start, size }: Region,
  { width, height }: Pick<Picture, 'width' | 'height'>,
): Picture {
  const isInside = (pixel: number, axis: 0 | 1): boolean => {
    const middle = start[axis]! + ((pixel + 0.5) * size[axis]!) / (axis === 0 ? drawing.height : drawing.width);
    return middle > 0 && middle < (axis === 0 ? height : width);
  };
  const data = drawing.data.slice();
  for (let y = 0; y < drawing.height; y++) {
    for (let x = 0; x < drawing.width; x++) {
      if (!isInside(y, 0) || !isInside(x, 1))
        data.fill(0, (y * drawing.width + x) * 4, (y * drawing.width + x + 1) * 4);
    }
  }
  return { width: drawing.width, height: drawing.height, data };
}
