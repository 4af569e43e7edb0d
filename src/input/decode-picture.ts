import * as tf from '@tensorflow/tfjs-core';
import { describeValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { type InputSuggestion, type ResolvedInputFormat, requireInputFormat } from './input-format.js';
import type { InputLayout } from './input-layout.js';
import type { Picture } from './picture.js';

/**
 * Turns model input, or a part of it, back into a picture. The tensor stays the caller's.
 *
 * @param input - `[height, width, channels]`, or channels first for a model that has them first; a leading axis of 1 is
 * accepted
 * @throws DeconvnetError `input-unknown`, `shape-mismatch`, `disposed`.
 */
export async function decodePicture(
  input: tf.Tensor,
  format: ResolvedInputFormat | undefined,
  { channels, channelsFirst }: InputLayout,
  suggestion?: InputSuggestion,
): Promise<Picture> {
  if (!isTensor(input)) {
    throw new DeconvnetError(
      'shape-mismatch',
      `toPicture takes model input, a tensor such as toInput makes; this is ${describeValue(input)}.`,
    );
  }
  if (input.isDisposed) {
    throw new DeconvnetError('disposed', `The tensor shaped [${input.shape}] has been disposed.`);
  }
  const shape = input.rank === 4 && input.shape[0] === 1 ? input.shape.slice(1) : input.shape;
  const [height, width] = channelsFirst ? shape.slice(1) : shape;
  const given = channelsFirst ? shape[0] : shape[2];
  if (shape.length !== 3 || given !== channels || (channels !== 1 && channels !== 3)) {
    throw new DeconvnetError(
      'shape-mismatch',
      `toPicture takes model input with 1 or 3 channels, shaped ${channelsFirst ? '[channels, height, width]' : '[height, width, channels]'}; this is [${input.shape}], and the model has ${channels} channels.`,
    );
  }
  const known = requireInputFormat(format, suggestion);
  const cells = tf.tidy(() => {
    const image = tf.reshape(input, shape);
    return channelsFirst ? tf.transpose(image, [1, 2, 0]) : tf.clone(image);
  });
  try {
    return decodePixels(await cells.data(), { height: height!, width: width!, channels }, known);
  } finally {
    cells.dispose();
  }
}

/**
 * Turns values of model input, channels last, back into the colours of a picture. Values that would lie outside 0 to
 * 255 are clipped.
 */
export function decodePixels(
  values: ArrayLike<number>,
  size: { readonly height: number; readonly width: number; readonly channels: number },
  format: ResolvedInputFormat | undefined,
): Picture {
  const { scale, mean, std, channels: order } = requireInputFormat(format);
  const { height, width, channels } = size;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let cell = 0; cell < width * height; cell++) {
    for (let colour = 0; colour < 3; colour++) {
      const channel = channels === 1 ? 0 : order === 'bgr' ? 2 - colour : colour;
      data[cell * 4 + colour] = (values[cell * channels + channel]! * std[channel]! + mean[channel]!) / scale;
    }
    data[cell * 4 + 3] = 255;
  }
  return { width, height, data };
}

function isTensor(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'dataId' in value;
}
