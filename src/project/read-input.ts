import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors.js';
import type { Network } from '../network/network.js';
import { allFinite } from './check-finite.js';

/**
 * Brings what a caller gave into the shape and dtype that the model takes: `[batch, ...input]`. The result is a new
 * tensor, to be disposed.
 *
 * @throws DeconvnetError `shape-mismatch`, `disposed`.
 */
export function readInput(network: Network, image: tf.Tensor, { batch }: { readonly batch: boolean }): tf.Tensor {
  const [entry] = network.inputs as [number];
  const node = network.nodes[entry]!;
  const expected = node.outputShape.slice(1);
  if (typeof image?.shape !== 'object' || !('dataId' in image)) {
    throw new DeconvnetError(
      'shape-mismatch',
      `The image must be a tensor shaped [${sizes(expected)}]; this is ${describe(image)}. deconvnet.toInput makes one of a picture.`,
    );
  }
  if (image.isDisposed) {
    throw new DeconvnetError('disposed', `The image tensor shaped [${image.shape}] has been disposed.`);
  }
  const single = !batch && image.rank === expected.length;
  const fits =
    single || (image.rank === expected.length + 1 && (batch ? image.shape[0]! > 0 : image.shape[0] === 1))
      ? expected.every((size, axis) => size === null || size === image.shape[single ? axis : axis + 1])
      : false;
  if (!fits) {
    const wanted = batch ? `[batch, ${sizes(expected)}]` : `[${sizes(expected)}], or with a leading axis of 1`;
    const hint =
      !batch && image.rank === expected.length + 1 && image.shape[0]! > 1 ? ' For a batch use projectBatch.' : '';
    throw new DeconvnetError(
      'shape-mismatch',
      `The image is shaped [${image.shape}]; the model takes ${wanted}.${hint} deconvnet.toInput resizes a picture.`,
    );
  }
  return tf.tidy(() => {
    const shaped = single ? tf.expandDims(image, 0) : tf.clone(image);
    const dtype = node.layer.dtype as tf.DataType | undefined;
    return dtype && dtype !== shaped.dtype ? tf.cast(shaped, dtype) : shaped;
  });
}

/** @throws DeconvnetError `not-finite` naming the pictures of the batch with a NaN or an Infinity. */
export async function checkPixels(input: tf.Tensor, name: (row: number) => string): Promise<void> {
  const rows = tf.tidy(() => tf.unstack(input));
  try {
    const finite = await allFinite(rows);
    const bad = finite.flatMap((fine, row) => (fine ? [] : [name(row)]));
    if (bad.length > 0) {
      throw new DeconvnetError(
        'not-finite',
        `${bad.join(', ')} hold${bad.length === 1 ? 's' : ''} NaN or Infinity. Check how the pixels were scaled (a division by 0?).`,
      );
    }
  } finally {
    tf.dispose(rows);
  }
}

function sizes(shape: readonly (number | null)[]): string {
  return shape.map((size) => size ?? 'any').join(', ');
}

function describe(value: unknown): string {
  return value === null
    ? 'null'
    : typeof value === 'object'
      ? `a ${value.constructor?.name ?? 'object'}`
      : typeof value;
}
