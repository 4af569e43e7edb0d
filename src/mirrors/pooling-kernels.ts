import * as tf from '@tensorflow/tfjs-core';
import { type Host, runHostKernel } from '../host-kernel.js';
import type { PoolGeometry } from './pool-geometry.js';

/** The windows of a pooling layer in the coordinates of the tensors in hand, as plain numbers. */
interface Windows {
  readonly size: readonly [number, number];
  readonly stride: readonly [number, number];
  /** Cell of the input tensor where output cell 0 has its first tap. */
  readonly first: readonly [number, number];
  /** Cells of the input tensor that are real: from, to (exclusive), per axis. */
  readonly real: readonly [number, number, number, number];
  readonly inputSize: readonly [number, number];
}

export function runSwitchesKernel(x: tf.Tensor4D, geometry: PoolGeometry): tf.Tensor {
  const attrs = { ...windowsOf(geometry), outputSize: geometry.output.size };
  return runHostKernel('DeconvnetSwitches', switchesKernel, { x }, attrs);
}

export function runUnpoolKernel(signal: tf.Tensor4D, switches: tf.Tensor, geometry: PoolGeometry): tf.Tensor4D {
  return runHostKernel('DeconvnetUnpool', unpoolKernel, { signal, switches }, windowsOf(geometry)) as tf.Tensor4D;
}

function windowsOf({ window, extent, before, input, output }: PoolGeometry): Windows {
  const pair = (value: (axis: 0 | 1) => number): [number, number] => [value(0), value(1)];
  const from = pair((axis) => Math.max(0, -input.start[axis]!));
  const to = pair((axis) => Math.min(input.size[axis]!, extent[axis]! - input.start[axis]!));
  return {
    size: window.size as [number, number],
    stride: window.stride as [number, number],
    first: pair((axis) => output.start[axis]! * window.stride[axis]! - before[axis]! - input.start[axis]!),
    real: [from[0], to[0], from[1], to[1]],
    inputSize: input.size as [number, number],
  };
}

function switchesKernel(
  host: Host,
  inputs: tf.NamedTensorInfoMap,
  at: Windows & { outputSize: readonly number[] },
): tf.TensorInfo {
  const x = inputs.x!;
  const [batch, height, width, maps] = x.shape as [number, number, number, number];
  const [rows, columns] = at.outputSize as [number, number];
  const out = host.make([batch, rows, columns, maps], 'int32');
  const [values, switches] = [host.view(x), host.view(out)];
  const [sizeY, sizeX] = at.size;
  const best = new Float32Array(maps);
  const place = new Int32Array(maps);
  let o = 0;
  for (let b = 0; b < batch; b++) {
    for (let oy = 0; oy < rows; oy++) {
      for (let ox = 0; ox < columns; ox++) {
        const y0 = at.first[0] + oy * at.stride[0];
        const x0 = at.first[1] + ox * at.stride[1];
        place.fill(-1);
        for (let ty = Math.max(0, at.real[0] - y0); ty < sizeY && y0 + ty < at.real[1]; ty++) {
          for (let tx = Math.max(0, at.real[2] - x0); tx < sizeX && x0 + tx < at.real[3]; tx++) {
            let i = ((b * height + y0 + ty) * width + x0 + tx) * maps;
            const tap = ty * sizeX + tx;
            for (let c = 0; c < maps; c++, i++) {
              const value = values[i]!;
              if (value > best[c]! || place[c] === -1) {
                best[c] = value;
                place[c] = tap;
              }
            }
          }
        }
        switches.set(place, o);
        o += maps;
      }
    }
  }
  return out;
}

function unpoolKernel(host: Host, inputs: tf.NamedTensorInfoMap, at: Windows): tf.TensorInfo {
  const { signal, switches } = inputs as { signal: tf.TensorInfo; switches: tf.TensorInfo };
  const [batch, rows, columns, maps] = signal.shape as [number, number, number, number];
  const [height, width] = at.inputSize;
  const out = host.make([batch, height, width, maps], 'float32');
  const [given, places, result] = [host.view(signal), host.view(switches), host.view(out)];
  result.fill(0);
  const step = switches.shape.map((size) => (size === 1 ? 0 : 1)) as [number, number, number, number];
  const strides = tf.util.computeStrides(switches.shape) as [number, number, number];
  const sizeX = at.size[1];
  let i = 0;
  for (let b = 0; b < batch; b++) {
    for (let oy = 0; oy < rows; oy++) {
      for (let ox = 0; ox < columns; ox++) {
        const place0 = b * step[0] * strides[0] + oy * step[1] * strides[1] + ox * step[2] * strides[2];
        for (let c = 0; c < maps; c++, i++) {
          const tap = places[place0 + c * step[3]]!;
          const y = at.first[0] + oy * at.stride[0] + Math.floor(tap / sizeX);
          const x = at.first[1] + ox * at.stride[1] + (tap % sizeX);
          // A tap outside the region in hand (or, spread, outside the picture) has nowhere to go.
          if (tap < 0 || y < 0 || y >= height || x < 0 || x >= width) continue;
          const target = ((b * height + y) * width + x) * maps + c;
          result[target] = result[target]! + given[i]!;
        }
      }
    }
  }
  return out;
}
