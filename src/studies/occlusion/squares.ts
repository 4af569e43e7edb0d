import * as tf from '@tensorflow/tfjs-core';
import type { PictureInput } from '../kit/picture-input.js';

/** A box of pixels: from `top` and `left` (inclusive) to `bottom` and `right` (exclusive). */
export interface Square {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Where a square is put: in the middle of each cell of a grid that covers the picture. */
export interface SquareGrid {
  readonly rows: number;
  readonly columns: number;
  /** The squares row by row. At the border of the picture they are cut off. */
  readonly squares: readonly Square[];
}

/**
 * The places of a square in a picture. Neighbours are `stride` pixels apart, or a little less, so that whole cells of the
 * grid cover the picture.
 */
export function squareGrid(
  { height, width }: { readonly height: number; readonly width: number },
  { size, stride }: { readonly size: number; readonly stride: number },
): SquareGrid {
  const [rows, columns] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  const along = (place: number, count: number, extent: number): [number, number] => {
    const start = Math.round(((place + 0.5) * extent) / count - size / 2);
    return [Math.max(0, start), Math.min(extent, start + size)];
  };
  const squares = Array.from({ length: rows * columns }, (_, i) => {
    const [top, bottom] = along(Math.floor(i / columns), rows, height);
    const [left, right] = along(i % columns, columns, width);
    return { top, left, bottom, right };
  });
  return { rows, columns, squares };
}

/** Copies of a picture, each with one square covered. The caller disposes the batch. */
export function coveredCopies(picture: PictureInput, squares: readonly Square[], fill: tf.Tensor): tf.Tensor {
  const { tensor, height, width, channelAxis } = picture;
  const covered = new Uint8Array(squares.length * height * width);
  for (const [i, { top, left, bottom, right }] of squares.entries()) {
    for (let y = top; y < bottom; y++) {
      const row = (i * height + y) * width;
      covered.fill(1, row + left, row + right);
    }
  }
  return tf.tidy(() => {
    const shape = tensor.shape.map((size, axis) => (axis === 0 ? squares.length : axis === channelAxis ? 1 : size));
    const whole = [squares.length, ...tensor.shape.slice(1)];
    const mask = tf.broadcastTo(tf.reshape(tf.tensor(covered, [squares.length, height, width], 'bool'), shape), whole);
    // A choice, and not a product, so that the pixels outside of a square keep their bits.
    return tf.where(mask, tf.broadcastTo(fill, whole), tf.broadcastTo(tensor, whole));
  });
}
