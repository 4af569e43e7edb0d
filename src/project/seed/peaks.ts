import * as tf from '@tensorflow/tfjs-core';
import { type Host, runHostKernel, usesHostKernels } from '../../tensors/host-kernel.js';

/** Values as `[batch, cells, maps]`: the spatial axes as one, row-major, the feature maps last. */
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
 * The largest value of each feature map of each picture, `[batch, maps]`: by pooling over everything, which costs a
 * hundredth of a forward pass where a reduction costs ten. `max` alone is read of each batch that is mined.
 */
export function peakValues(cells: tf.Tensor3D): tf.Tensor2D {
  const [batch, count, maps] = cells.shape;
  const pooled = tf.maxPool(tf.reshape(cells, [batch, count, 1, maps]) as tf.Tensor4D, [count, 1], 1, 'valid');
  return tf.reshape(pooled, [batch, maps]);
}

/**
 * Where the largest values are: for each feature map of each picture the first cell, row-major, that holds it, as
 * float32 `[batch, maps]`. By comparison, not by argMax, which is not exact on ties on every backend.
 *
 * @param wanted - The flat places in `peaks` that matter, where not all do; elsewhere the result is anything.
 */
export function peakCells(cells: tf.Tensor3D, peaks: tf.Tensor2D, wanted?: readonly number[]): tf.Tensor2D {
  if (!usesHostKernels()) return composedPeakCells(cells, peaks);
  const places = wanted ?? Array.from({ length: peaks.size }, (_, place) => place);
  const attrs = { places: [...places] };
  return runHostKernel('DeconvnetPeakCells', peakCellsKernel, { cells, peaks }, attrs) as tf.Tensor2D;
}

/** `peakCells` by public operations alone. */
export function composedPeakCells(cells: tf.Tensor3D, peaks: tf.Tensor2D): tf.Tensor2D {
  const [batch, count, maps] = cells.shape;
  const holds = tf.cast(tf.equal(cells, tf.reshape(peaks, [batch, 1, maps])), 'float32');
  // The first cell weighs most.
  const weights = tf.reshape(tf.range(count, 0, -1), [1, count, 1]);
  return tf.sub(count, peakValues(tf.mul(holds, weights) as tf.Tensor3D)) as tf.Tensor2D;
}

function peakCellsKernel(host: Host, inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap): tf.TensorInfo {
  const { cells, peaks } = inputs as { cells: tf.TensorInfo; peaks: tf.TensorInfo };
  const [batch, count, maps] = cells.shape as [number, number, number];
  const out = host.make([batch, maps], 'float32');
  const [values, largest, found] = [host.view(cells), host.view(peaks), host.view(out)];
  found.fill(0);
  const wanted = Array.from({ length: batch }, (): number[] => []);
  for (const place of attrs.places as number[]) wanted[Math.floor(place / maps)]!.push(place % maps);
  // Cell by cell, as they lie in memory, with ever fewer maps to look for.
  for (const [picture, left] of wanted.entries()) {
    const first = picture * maps;
    for (let cell = 0; left.length > 0 && cell < count; cell++) {
      const at = (picture * count + cell) * maps;
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
