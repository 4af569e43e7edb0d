import type { Picture } from '../../input/picture.js';

/** Enlarges a picture by a whole factor: every pixel becomes a square. */
export function enlarge(picture: Picture, factor: number): Picture {
  const width = picture.width * factor;
  const height = picture.height * factor;
  // A copy starts at offset 0, so that its pixels can be read four bytes at a time.
  const from = new Uint32Array(new Uint8Array(picture.data).buffer);
  const to = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / factor) * picture.width;
    for (let x = 0; x < width; x++) to[y * width + x] = from[row + Math.floor(x / factor)]!;
  }
  return { width, height, data: new Uint8ClampedArray(to.buffer) };
}
