import * as tf from '@tensorflow/tfjs-core';
import { checkValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { Projection } from '../project/projection.js';
import { type Region, wholeRegion } from '../regions/region.js';
import { gridSize, type ValueGrid } from './value-grid.js';

/** A projection whose values have been read from the backend. It needs no tensors any more. */
export interface ReadProjection extends Pick<Projection, 'activation' | 'cropped' | 'empty' | 'channels'> {
  /** Channels last, line by line. */
  readonly values: ArrayLike<number>;
  /** The spatial sizes, then the number of channels. */
  readonly shape: readonly number[];
  readonly landing: Region;
}

/**
 * Reads the values of a projection from the backend.
 *
 * @throws DeconvnetError `invalid-option` if it is not a projection; `disposed`.
 */
export async function readProjection(projection: Projection): Promise<ReadProjection> {
  const { pixels: given } = (projection ?? {}) as Partial<Projection>;
  checkValue(typeof given === 'object' && 'dataId' in given, 'The value to draw is a projection', projection);
  const { pixels, channelAxis, layer, activation, cropped, empty, channels, landing } = projection;
  if (pixels.isDisposed) {
    throw new DeconvnetError('disposed', `A projection of layer '${layer}' has been disposed before it was drawn.`, {
      layer,
    });
  }
  const last = pixels.rank - 1;
  const order = pixels.shape.map((_, axis) => axis).filter((axis) => axis !== channelAxis);
  const moved = tf.tidy(() =>
    channelAxis === last ? tf.clone(pixels) : tf.transpose(pixels, [...order, channelAxis]),
  );
  try {
    const values = await moved.data();
    return { values, shape: moved.shape, landing, activation, cropped, empty, channels };
  } finally {
    moved.dispose();
  }
}

/** The values of a projection as a grid that can be drawn. */
export function gridOf({ values, shape }: ReadProjection): ValueGrid {
  return { ...gridSize(shape, shape.length - 1), values };
}

/** The box of the input in which the values of a projection are. */
export function valuesBox({ cropped, landing, shape }: ReadProjection): Region {
  return cropped ? landing : wholeRegion(shape.slice(0, -1));
}
