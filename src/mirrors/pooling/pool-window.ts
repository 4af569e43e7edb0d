import * as tf from '@tensorflow/tfjs-core';
import { fitRegion } from '../../regions/fit-region.js';
import { clipRegion, type Region } from '../../regions/region.js';
import { cellsSeen, type PoolGeometry, poolAxes, realCells } from './pool-geometry.js';

/** The value of padding. No finite float is below it, so padding never wins. */
const NOTHING = -3.4028234663852886e38;

/** The given tensor on the region `to`. Cells outside the layer's extent get the lowest value, whatever they held. */
export function withoutPadding(x: tf.Tensor, geometry: PoolGeometry, to: Region): tf.Tensor {
  return fitReal(x, geometry, to, NOTHING);
}

/** Max pooling of the given region. */
export function maxOfWindows(x: tf.Tensor, geometry: PoolGeometry): tf.Tensor {
  return pool(withoutPadding(x, geometry, cellsSeen(geometry)), geometry, tf.maxPool);
}

/** Average pooling of the given region, over the real cells of each window, as tfjs does it at borders. */
export function meanOfWindows(x: tf.Tensor, geometry: PoolGeometry): tf.Tensor {
  const mean = pool(fitReal(x, geometry, cellsSeen(geometry), 0), geometry, tf.avgPool);
  const cells = geometry.window.size.reduce((a, b) => a * b, 1);
  return timesPerOutput(
    mean,
    realCells(geometry).map((real) => cells / Math.max(real, 1)),
  );
}

/** Multiplies all feature maps of each output cell by a number. */
export function timesPerOutput(y: tf.Tensor, factors: readonly number[]): tf.Tensor {
  const [first] = factors as [number];
  const same = factors.every((factor) => factor === first);
  if (same && first === 1) return y;
  // The product is taken in rank 3, because WebGPU cannot multiply a tensor of rank 5 by a smaller one.
  const flat = tf.reshape(y, [y.shape[0]!, factors.length, y.shape.at(-1)!]);
  const perOutput = same ? tf.scalar(first) : tf.tensor3d([...factors], [1, factors.length, 1]);
  return tf.reshape(tf.mul(flat, perOutput), y.shape);
}

function fitReal(x: tf.Tensor, geometry: PoolGeometry, to: Region, fill: number): tf.Tensor {
  const axes = poolAxes(geometry);
  const real = clipRegion(geometry.input, geometry.extent);
  return fitRegion(fitRegion(x, geometry.input, real, axes), real, to, axes, fill);
}

/**
 * Pools without padding over one to three axes, using pooling over two axes. This is possible because a maximum, and a
 * mean over windows of one size, can be taken along one axis after another. tfjs's own three-dimensional max pooling is
 * wrong on wasm.
 */
function pool(x: tf.Tensor, { window, output }: PoolGeometry, pool2d: typeof tf.maxPool): tf.Tensor {
  const [batch, maps] = [x.shape[0]!, x.shape.at(-1)!];
  const [size, stride] = [window.size, window.stride];
  const over = (cells: tf.Tensor, sizes: [number, number, number], axes: [from: number, to: number]): tf.Tensor => {
    const [[height, width = 1], [down, right = 1]] = [size.slice(...axes), stride.slice(...axes)] as [
      number[],
      number[],
    ];
    const images = tf.reshape(cells, [...sizes, maps]) as tf.Tensor4D;
    return pool2d(images, [height!, width], [down!, right], 'valid');
  };
  const [first, second = 1, third = 1] = x.shape.slice(1, -1) as [number, number?, number?];
  const made = [batch, ...output.size, maps];
  if (size.length < 3) return tf.reshape(over(x, [batch, first, second], [0, 2]), made);
  const planes = over(x, [batch * first, second, third], [1, 3]);
  return tf.reshape(over(planes, [batch, first, output.size[1]! * output.size[2]!], [0, 1]), made);
}
