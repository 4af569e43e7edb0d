import type { Picture } from '../input/picture.js';
import { contrasted } from './contrast.js';
import type { ValueGrid } from './value-grid.js';

/** How values are drawn. */
export interface Drawing {
  /** The absolute value that is drawn as full black or white; 0 draws everything mid-grey. */
  readonly scale: number;
  readonly gamma: number;
  /** The order of three channels. */
  readonly order: 'rgb' | 'bgr';
}

/**
 * Draws signed values as `128 + 127 * sign(v) * min(|v| / scale, 1) ^ gamma`, so that zero is mid-grey. Three channels
 * make a colour picture and one channel makes a grey one. Any other number of channels makes one grey tile per channel,
 * arranged in a square, with a transparent line between tiles that have more than one pixel.
 */
export function drawValues(grid: ValueGrid, { scale, gamma, order }: Drawing): Picture {
  const { values, height, width, channels, cover } = grid;
  const level = (value: number): number => 128 + 127 * contrasted(value, scale, gamma);
  if (channels === 1 || channels === 3) {
    const data = new Uint8ClampedArray(height * width * 4);
    for (let cell = 0; cell < height * width; cell++) {
      for (let colour = 0; colour < 3; colour++) {
        const channel = channels === 1 ? 0 : order === 'bgr' ? 2 - colour : colour;
        data[cell * 4 + colour] = level(values[cell * channels + channel]!);
      }
      data[cell * 4 + 3] = 255 * (cover ? cover[cell]! : 1);
    }
    return { width, height, data };
  }
  const columns = Math.ceil(Math.sqrt(channels));
  const gap = height * width > 1 ? 1 : 0;
  const [right, down] = [width + gap, height + gap];
  const sheet = { width: columns * right - gap, height: Math.ceil(channels / columns) * down - gap };
  const data = new Uint8ClampedArray(sheet.width * sheet.height * 4);
  for (let channel = 0; channel < channels; channel++) {
    const [top, left] = [Math.floor(channel / columns) * down, (channel % columns) * right];
    for (let cell = 0; cell < height * width; cell++) {
      const to = ((top + Math.floor(cell / width)) * sheet.width + left + (cell % width)) * 4;
      data.fill(level(values[cell * channels + channel]!), to, to + 3);
      data[to + 3] = 255 * (cover ? cover[cell]! : 1);
    }
  }
  return { ...sheet, data };
}
