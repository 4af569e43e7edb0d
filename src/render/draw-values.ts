import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { Picture } from '../input/picture.js';

/** Values to draw: channels last, line by line from the top. */
export interface ValueGrid {
  readonly values: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Reads height, width and channels from the shape of one input. An input with one spatial axis, such as a signal over
 * time, becomes a picture that is one pixel high.
 *
 * @throws DeconvnetError `unsupported-option` if there are not one or two spatial axes.
 */
export function gridSize(shape: readonly number[], channelAxis: number): Omit<ValueGrid, 'values'> {
  const extent = shape.filter((_, axis) => axis !== channelAxis);
  if (extent.length < 1 || extent.length > 2) {
    throw new DeconvnetError(
      'unsupported-option',
      `Values shaped [${shape}] have ${extent.length} spatial axes; only one or two can be drawn as a picture.`,
    );
  }
  const [height, width] = extent.length === 2 ? extent : [1, extent[0]];
  return { height: height!, width: width!, channels: shape[channelAxis]! };
}

/** The largest absolute value; 0 for an empty list. */
export function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
}

/**
 * Draws signed values as `128 + 127 * value / scale`, so that zero is mid-grey. Three channels make a colour picture and
 * one channel makes a grey one. Any other number of channels makes one grey tile per channel, arranged in a square.
 *
 * @param scale - the absolute value that is drawn as full black or white; 0 draws everything mid-grey
 * @param order - the order of three channels
 */
export function drawValues(grid: ValueGrid, scale: number, order: 'rgb' | 'bgr'): Picture {
  const { values, height, width, channels } = grid;
  const level = (value: number): number => (scale > 0 ? 128 + (127 * value) / scale : 128);
  if (channels === 1 || channels === 3) {
    const data = new Uint8ClampedArray(height * width * 4);
    for (let cell = 0; cell < height * width; cell++) {
      for (let colour = 0; colour < 3; colour++) {
        const channel = channels === 1 ? 0 : order === 'bgr' ? 2 - colour : colour;
        data[cell * 4 + colour] = level(values[cell * channels + channel]!);
      }
      data[cell * 4 + 3] = 255;
    }
    return { width, height, data };
  }
  const columns = Math.ceil(Math.sqrt(channels));
  const sheet = { width: columns * (width + 1) - 1, height: Math.ceil(channels / columns) * (height + 1) - 1 };
  const data = new Uint8ClampedArray(sheet.width * sheet.height * 4);
  for (let channel = 0; channel < channels; channel++) {
    const [top, left] = [Math.floor(channel / columns) * (height + 1), (channel % columns) * (width + 1)];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const to = ((top + y) * sheet.width + left + x) * 4;
        data.fill(level(values[(y * width + x) * channels + channel]!), to, to + 3);
        data[to + 3] = 255;
      }
    }
  }
  return { ...sheet, data };
}
