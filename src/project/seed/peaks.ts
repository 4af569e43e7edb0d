import * as tf from '@tensorflow/tfjs-core';
import { type Host, runHostKernel, usesHostKernels } from '../../tensors/host-kernel.js';

/** Values as `[batch, cells, maps]`: the spatial axes become one, row-major, and the feature maps come last. */
export function byCell(values: tf.Tensor, channelAxis: number): tf.Tensor3D {
  const last = values.rank - 1;
  const order = [
    0,
    ...Array.from({ length: last }, (_, i) => i + 1).filter((axis) => axis !== channelAxis),
    channelAxis,
  ];
  const moved = channelAxis === last ? values : tf.transpose(values, order);
  const maps = values.shape[channelAxis]!;
  const batch = values.shape[0]!;
  return tf.reshape(moved, [batch, values.size / Math.max(batch * maps, 1), maps]);
}

/**
 * The largest value of each feature map in each row of the batch, `[batch, maps]`. It is found by pooling over all cells,
 * which costs a hundredth of a forward pass; a reduction costs ten times as much. Of each batch that is mined, only these
 * values are always read back.
 */
export function peakValues(cells: tf.Tensor3D): tf.Tensor2D {
  const [batch, count, maps] = cells.shape;
  const pooled = tf.maxPool(tf.reshape(cells, [batch, count, 1, maps]) as tf.Tensor4D, [count, 1], 1, 'valid');
  return tf.reshape(pooled, [batch, maps]);
}

/**
 * Where the largest values are: for each feature map in each row the first cell, row-major, that has the value, as
 * float32 `[batch, maps]`. The cell is found by comparison, because argMax is not exact on ties on every backend.
 *
 * @param wanted the flat indices in `peaks` that matter, by default all; at other indices the result is undefined
 */
export function peakCells(cells: tf.Tensor3D, peaks: tf.Tensor2D, wanted?: readonly number[]): tf.Tensor2D {
  if (!usesHostKernels()) return composedPeakCells(cells, peaks);
  const attrs = { wanted: [...(wanted ?? Array(peaks.size).keys())] };
  return runHostKernel('DeconvnetPeakCells', peakCellsKernel, { cells, peaks }, attrs) as tf.Tensor2D;
}

/** `peakCells` composed of public operations, for backends whose memory the host cannot read. */
export function composedPeakCells(cells: tf.Tensor3D, peaks: tf.Tensor2D): tf.Tensor2D {
  const [batch, count, maps] = cells.shape;
  const isPeak = tf.cast(tf.equal(cells, tf.reshape(peaks, [batch, 1, maps])), 'float32');
  // The first cell has the largest weight, so that it wins among equals.
  const weights = tf.reshape(tf.range(count, 0, -1), [1, count, 1]);
  return tf.sub(count, peakValues(tf.mul(isPeak, weights) as tf.Tensor3D)) as tf.Tensor2D;
}

function peakCellsKernel(host: Host, inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap): tf.TensorInfo {
  const { cells, peaks } = inputs as { cells: tf.TensorInfo; peaks: tf.TensorInfo };
  const [batch, count, maps] = cells.shape as [number, number, number];
  const out = host.make([batch, maps], 'float32');
  const [values, largest, found] = [host.view(cells), host.view(peaks), host.view(out)];
  found.fill(0);
  const wanted = Array.from({ length: batch }, (): number[] => []);
  for (const index of attrs.wanted as number[]) wanted[Math.floor(index / maps)]!.push(index % maps);
  // Cells are visited in the order of memory. A feature map is no longer looked for once its cell is found.
  for (const [row, left] of wanted.entries()) {
    const first = row * maps;
    for (let cell = 0; left.length > 0 && cell < count; cell++) {
      const at = (row * count + cell) * maps;
      for (let i = left.length - 1; i >= 0; i--) {
        const map = left[i]!;
        if (values[at + map] !== largest[first + map]) continue;
        found[first + map] = cell;
        left[i] = left[left.length - 1]!;
        left.pop();
      }
    }
  }
  return out;
}
