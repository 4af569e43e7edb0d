import * as tf from '@tensorflow/tfjs-core';
import { fitRegion } from '../../regions/fit-region.js';
import { clipRegion, type Region } from '../../regions/region.js';
import { cellsSeen, type PoolGeometry, poolAxes, realCells } from './pool-geometry.js';

/** Stands for padding: no value of a float is below it, so that padding never wins. */
const NOTHING = -3.4028234663852886e38;

/** The tensor in hand on the region `to`, every cell outside the layer's extent below all values, whatever it held. */
export function withoutPadding(x: tf.Tensor, geometry: PoolGeometry, to: Region): tf.Tensor {
  return fitReal(x, geometry, to, NOTHING);
}

/** Max pooling of the region in hand. */
export function maxOfWindows(x: tf.Tensor, geometry: PoolGeometry): tf.Tensor {
  return pool(withoutPadding(x, geometry, cellsSeen(geometry)), geometry, tf.maxPool);
}

/** Average pooling of the region in hand: over the real cells of each window, as tfjs does at borders. */
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
  // In rank 3: on WebGPU tensors of rank 5 cannot be multiplied by smaller ones.
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
 * Pools without padding over one to three axes, by pooling over two: the maximum, and the mean of windows of one size,
 * can be taken one axis after another. tfjs's own three-dimensional max pooling is wrong on wasm.
 */
function pool(x: tf.Tensor, { window, output }: PoolGeometry, pool2d: typeof tf.maxPool): tf.Tensor {
  const [batch, maps] = [x.shape[0]!, x.shape.at(-1)!];
  const [size, stride] = [window.size, window.stride];
  const over = (cells: tf.Tensor, sizes: [number, number, number], axes: [from: number, to: number]): tf.Tensor => {
    const [[height, width = 1], [down, right = 1]] = [size.slice(...axes), stride.slice(...axes)] as [
      number[],
      number[],
    ];
    const pictures = tf.reshape(cells, [...sizes, maps]) as tf.Tensor4D;
    return pool2d(pictures, [height!, width], [down!, right], 'valid');
  };
  const [first, second = 1, third = 1] = x.shape.slice(1, -1) as [number, number?, number?];
  const made = [batch, ...output.size, maps];
  if (size.length < 3) return tf.reshape(over(x, [batch, first, second], [0, 2]), made);
  const planes = over(x, [batch * first, second, third], [1, 3]);
  return tf.reshape(over(planes, [batch, first, output.size[1]! * output.size[2]!], [0, 1]), made);
}
