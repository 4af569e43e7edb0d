import * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { checkValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { PictureInput } from './picture-input.js';

/**
 * What takes the place of pixels that are covered, or that lie outside of a picture that was moved: `grey`, the middle
 * between black and white; `mean`, the mean colour of the picture; or one number for each channel (or one for all) in the
 * units of the model's input.
 */
export type Fill = 'grey' | 'mean' | number | readonly number[];

/** The level of a pixel in the middle between black and white. */
const MID_GREY = 128;

/** @throws DeconvnetError `invalid-option` if a value is not a `Fill`. */
export function checkFill(fill: unknown): asserts fill is Fill {
  const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
  const valid = fill === 'grey' || fill === 'mean' || isNumber(fill) || (Array.isArray(fill) && fill.every(isNumber));
  checkValue(valid, "fill is 'grey', 'mean', a number, or a list with a number for each channel", fill);
}

/**
 * The values of a fill in the units of the model's input, as a tensor that broadcasts to a batch of it. The caller
 * disposes it.
 *
 * @throws DeconvnetError `input-unknown` for `grey` if the input format is unknown; `invalid-option` if a list has not one
 * number for each channel.
 */
export function fillTensor(deconvnet: Deconvnet, fill: Fill, picture: PictureInput): tf.Tensor {
  const { tensor, axes, channels, channelAxis } = picture;
  const alongChannels = tensor.shape.map((_, axis) => (axis === channelAxis ? channels : 1));
  if (fill === 'mean') return tf.tidy(() => tf.mean(tensor, [...axes], true));
  if (fill !== 'grey') {
    const values = typeof fill === 'number' ? Array.from({ length: channels }, () => fill) : [...fill];
    checkValue(values.length === channels, `fill has one number for each of ${channels} channels`, fill);
    return tf.tensor(values, alongChannels);
  }
  if (!deconvnet.inputFormat) {
    throw new DeconvnetError(
      'input-unknown',
      "How grey becomes model input is unknown: the model does not say it. Give the Deconvnet the option input, or choose another fill: 'mean', or numbers in the units of the input.",
    );
  }
  const grey = { width: 1, height: 1, data: new Uint8ClampedArray([MID_GREY, MID_GREY, MID_GREY, 255]) };
  return tf.tidy(() => tf.slice(deconvnet.toInput(grey), [0, 0, 0, 0], alongChannels));
}
