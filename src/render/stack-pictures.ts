import type { Picture } from '../input/picture.js';

/** Pictures of the same width, one below the other. */
export function stackPictures(pictures: readonly Picture[]): Picture {
  const { width } = pictures[0]!;
  const height = pictures.reduce((sum, picture) => sum + picture.height, 0);
  const data = new Uint8ClampedArray(width * height * 4);
  let at = 0;
  for (const picture of pictures) {
    data.set(picture.data, at);
    at += picture.data.length;
  }
  return { width, height, data };
}
