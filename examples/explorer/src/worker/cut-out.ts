import type { Picture, Region } from 'deconvnet';

/** A box of a picture; transparent where the box sticks out. */
export function cutOut(picture: Picture, { start, size }: Region): Picture {
  const [top, left] = start as [number, number];
  const [height, width] = size as [number, number];
  const data = new Uint8ClampedArray(width * height * 4);
  const from = Math.max(0, left);
  const to = Math.min(picture.width, left + width);
  for (let y = Math.max(0, top); y < Math.min(picture.height, top + height) && from < to; y++) {
    const row = picture.data.subarray((y * picture.width + from) * 4, (y * picture.width + to) * 4);
    data.set(row, ((y - top) * width + from - left) * 4);
  }
  return { width, height, data };
}
