import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { PictureInput } from './picture-input.js';

/** A box of pixels: from `top` and `left` (inclusive) to `bottom` and `right` (exclusive). */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Copies of a picture, each with one box covered. The caller disposes the batch. */
export function coveredCopies(picture: PictureInput, boxes: readonly Box[], fill: tf.Tensor): tf.Tensor {
  const { tensor, height, width, channelAxis } = picture;
  const covered = new Uint8Array(boxes.length * height * width);
  for (const [i, { top, left, bottom, right }] of boxes.entries()) {
    for (let y = top; y < bottom; y++) {
      const row = (i * height + y) * width;
      covered.fill(1, row + left, row + right);
    }
  }
  return tf.tidy(() => {
    const shape = tensor.shape.map((size, axis) => (axis === 0 ? boxes.length : axis === channelAxis ? 1 : size));
    const whole = [boxes.length, ...tensor.shape.slice(1)];
    const mask = tf.broadcastTo(tf.reshape(tf.tensor(covered, [boxes.length, height, width], 'bool'), shape), whole);
    // A choice, and not a product, so that the pixels outside of a box keep their bits.
    return tf.where(mask, tf.broadcastTo(fill, whole), tf.broadcastTo(tensor, whole));
  });
}

/**
 * Checks that a box has whole pixels, at least one, and lies inside of a picture.
 *
 * @param what the box, for the message
 * @throws DeconvnetError `invalid-option`.
 */
export function checkBox(box: Box, { height, width }: Pick<PictureInput, 'height' | 'width'>, what: string): void {
  const { top, left, bottom, right } = box ?? {};
  const whole = [top, left, bottom, right].every(Number.isInteger);
  if (whole && 0 <= top && top < bottom && bottom <= height && 0 <= left && left < right && right <= width) return;
  throw new DeconvnetError(
    'invalid-option',
    `The box of ${what} must lie inside of the picture, which has ${height} rows and ${width} columns of pixels: 0 <= top < bottom <= ${height}, 0 <= left < right <= ${width}, in whole pixels. It is ${JSON.stringify(box)}.`,
  );
}
