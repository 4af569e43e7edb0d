/** The pixels of a picture on the host, row by row, with the channels of a pixel one after another. */
export interface Pixels {
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A way to move a picture: down by pixels, larger by a factor about the middle, or anticlockwise about the middle. */
export type Transformation = 'translation' | 'scale' | 'rotation';

/** All ways to move a picture. */
export const TRANSFORMATIONS: readonly Transformation[] = ['translation', 'scale', 'rotation'];

/**
 * Moves a picture. A value between pixels is interpolated from the four around it; what comes from outside of the picture
 * is filled. A step that moves by whole pixels keeps their bits.
 *
 * @param fill one value for each channel
 * @param into where the moved picture is written to, as many values as it has
 */
export function movePicture(
  { values, height, width, channels }: Pixels,
  transformation: Transformation,
  step: number,
  fill: ArrayLike<number>,
  into: Float32Array,
): void {
  const source = sourceOf(transformation, step, { height, width });
  const at = (y: number, x: number, channel: number): number =>
    y < 0 || y >= height || x < 0 || x >= width ? fill[channel]! : values[(y * width + x) * channels + channel]!;
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [row, column] = source(y, x);
      const [top, left] = [Math.floor(row), Math.floor(column)];
      const [down, right] = [row - top, column - left];
      for (let channel = 0; channel < channels; channel++, to++) {
        into[to] =
          down === 0 && right === 0
            ? at(top, left, channel)
            : (1 - down) * ((1 - right) * at(top, left, channel) + right * at(top, left + 1, channel)) +
              down * ((1 - right) * at(top + 1, left, channel) + right * at(top + 1, left + 1, channel));
      }
    }
  }
}

/** From a pixel of the moved picture to the place that it comes from, in pixels of the picture. */
function sourceOf(
  transformation: Transformation,
  step: number,
  { height, width }: { readonly height: number; readonly width: number },
): (y: number, x: number) => readonly [number, number] {
  if (transformation === 'translation') return (y, x) => [y - step, x];
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  if (transformation === 'scale') return (y, x) => [middleY + (y - middleY) / step, middleX + (x - middleX) / step];
  const [sine, cosine] = turn(step);
  return (y, x) => [
    near(middleY + cosine * (y - middleY) + sine * (x - middleX)),
    near(middleX - sine * (y - middleY) + cosine * (x - middleX)),
  ];
}

/** Sine and cosine of an angle in degrees, exact for quarter turns. */
function turn(degrees: number): readonly [sine: number, cosine: number] {
  const quarter = (((degrees / 90) % 4) + 4) % 4;
  if (Number.isInteger(quarter)) return [[0, 1, 0, -1][quarter]!, [1, 0, -1, 0][quarter]!];
  const angle = (degrees * Math.PI) / 180;
  return [Math.sin(angle), Math.cos(angle)];
}

/** A place that rounding has moved off a pixel by less than a millionth is that pixel. */
function near(place: number): number {
  return Math.abs(place - Math.round(place)) < 1e-6 ? Math.round(place) : place;
}
