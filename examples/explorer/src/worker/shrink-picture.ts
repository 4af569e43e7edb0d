import type { Picture } from 'deconvnet';

/**
 * Makes a picture smaller if its longer side has more pixels than it may have. A pixel becomes the mean of those in its
 * place, where what is transparent does not count.
 */
export function shrinkPicture(picture: Picture, longest: number): Picture {
  const zoom = longest / Math.max(picture.width, picture.height);
  if (zoom >= 1) return picture;
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * zoom))) as [
    number,
    number,
  ];
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    const rows = placeOf(y, picture.height, height);
    for (let x = 0; x < width; x++)
      data.set(meanOf(picture, rows, placeOf(x, picture.width, width)), (y * width + x) * 4);
  }
  return { width, height, data };
}

/** The pixels along a side that become one: the first, and the one behind the last. */
function placeOf(pixel: number, before: number, after: number): readonly [from: number, to: number] {
  return [Math.floor((pixel * before) / after), Math.floor(((pixel + 1) * before) / after)];
}

function meanOf(
  { width, data }: Picture,
  [top, bottom]: readonly number[],
  [left, right]: readonly number[],
): number[] {
  const sums = [0, 0, 0];
  let cover = 0;
  for (let y = top!; y < bottom!; y++) {
    for (let at = (y * width + left!) * 4; at < (y * width + right!) * 4; at += 4) {
      const alpha = data[at + 3]!;
      for (const channel of [0, 1, 2]) sums[channel]! += data[at + channel]! * alpha;
      cover += alpha;
    }
  }
  const count = (bottom! - top!) * (right! - left!);
  return cover === 0 ? [0, 0, 0, 0] : [...sums.map((sum) => sum / cover), cover / count];
}
