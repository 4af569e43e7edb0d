import type * as tf from '@tensorflow/tfjs-core';
import { type Host, runHostKernel } from '../../tensors/host-kernel.js';
import type { PoolGeometry } from './pool-geometry.js';

/** One number for each of three spatial axes. Pooling over fewer axes gets axes of one cell before its own. */
type PerAxis = readonly [number, number, number];

/** The windows of a pooling layer as plain numbers, in the coordinates of the given tensors. */
interface Windows {
  readonly size: PerAxis;
  readonly stride: PerAxis;
  /** The cell of the input tensor that the first tap of output cell 0 reads. */
  readonly first: PerAxis;
  /** The first cell of the input tensor that is real, and the end of the real cells (exclusive). */
  readonly realFrom: PerAxis;
  readonly realTo: PerAxis;
}

/** `switchesOf` as a loop over the backend's memory. */
export function runSwitchesKernel(x: tf.Tensor, geometry: PoolGeometry): tf.Tensor {
  const attrs = { ...windowsOf(geometry), outputSize: geometry.output.size };
  return runHostKernel('DeconvnetSwitches', switchesKernel, { x }, attrs);
}

/** `unpool` as a loop over the backend's memory. */
export function runUnpoolKernel(signal: tf.Tensor, switches: tf.Tensor, geometry: PoolGeometry): tf.Tensor {
  const attrs = { ...windowsOf(geometry), inputSize: geometry.input.size };
  return runHostKernel('DeconvnetUnpool', unpoolKernel, { signal, switches }, attrs);
}

function windowsOf({ window, extent, before, input, output }: PoolGeometry): Windows {
  const perAxis = (fallback: number, value: (axis: number) => number): PerAxis =>
    inThree(
      window.size.map((_, axis) => value(axis)),
      fallback,
    );
  return {
    size: perAxis(1, (axis) => window.size[axis]!),
    stride: perAxis(1, (axis) => window.stride[axis]!),
    first: perAxis(0, (axis) => output.start[axis]! * window.stride[axis]! - before[axis]! - input.start[axis]!),
    realFrom: perAxis(0, (axis) => Math.max(0, -input.start[axis]!)),
    realTo: perAxis(1, (axis) => Math.min(input.size[axis]!, extent[axis]! - input.start[axis]!)),
  };
}

function inThree(values: readonly number[], fallback: number): PerAxis {
  return [fallback, fallback, ...values].slice(-3) as unknown as PerAxis;
}

function switchesKernel(
  host: Host,
  inputs: tf.NamedTensorInfoMap,
  at: Windows & { outputSize: readonly number[] },
): tf.TensorInfo {
  const x = inputs.x!;
  const [batch, maps] = [x.shape[0]!, x.shape.at(-1)!];
  const [depth, height, width] = inThree(x.shape.slice(1, -1), 1);
  const [planes, rows, columns] = inThree(at.outputSize, 1);
  const out = host.make([batch, ...at.outputSize, maps], 'int32');
  const [values, switches] = [host.view(x), host.view(out)];
  const [sizeZ, sizeY, sizeX] = at.size;
  const [fromZ, fromY, fromX] = at.realFrom;
  const [toZ, toY, toX] = at.realTo;
  const best = new Float32Array(maps);
  const place = new Int32Array(maps);
  let o = 0;
  for (let b = 0; b < batch; b++) {
    for (let oz = 0; oz < planes; oz++) {
      for (let oy = 0; oy < rows; oy++) {
        for (let ox = 0; ox < columns; ox++) {
          const z0 = at.first[0] + oz * at.stride[0];
          const y0 = at.first[1] + oy * at.stride[1];
          const x0 = at.first[2] + ox * at.stride[2];
          place.fill(-1);
          for (let tz = Math.max(0, fromZ - z0); tz < sizeZ && z0 + tz < toZ; tz++) {
            for (let ty = Math.max(0, fromY - y0); ty < sizeY && y0 + ty < toY; ty++) {
              for (let tx = Math.max(0, fromX - x0); tx < sizeX && x0 + tx < toX; tx++) {
                let i = (((b * depth + z0 + tz) * height + y0 + ty) * width + x0 + tx) * maps;
                const tap = (tz * sizeY + ty) * sizeX + tx;
                for (let c = 0; c < maps; c++, i++) {
                  const value = values[i]!;
                  if (value > best[c]! || place[c] === -1) {
                    best[c] = value;
                    place[c] = tap;
                  }
                }
              }
            }
          }
          switches.set(place, o);
          o += maps;
        }
      }
    }
  }
  return out;
}

function unpoolKernel(
  host: Host,
  inputs: tf.NamedTensorInfoMap,
  at: Windows & { inputSize: readonly number[] },
): tf.TensorInfo {
  const { signal, switches } = inputs as { signal: tf.TensorInfo; switches: tf.TensorInfo };
  const [batch, maps] = [signal.shape[0]!, signal.shape.at(-1)!];
  const [planes, rows, columns] = inThree(signal.shape.slice(1, -1), 1);
  const [depth, height, width] = inThree(at.inputSize, 1);
  const out = host.make([batch, ...at.inputSize, maps], 'float32');
  const [given, places, result] = [host.view(signal), host.view(switches), host.view(out)];
  result.fill(0);
  const perImage = planes * rows * columns * maps;
  const [sizeZ, sizeY, sizeX] = at.size;
  const taps = positionsOf(at.size);
  const away = taps.map(([z, y, x]) => ((z * height + y) * width + x) * maps);
  const holds = ([tz, ty, tx]: PerAxis, z0: number, y0: number, x0: number): boolean => {
    const [z, y, x] = [z0 + tz, y0 + ty, x0 + tx];
    return z >= 0 && z < depth && y >= 0 && y < height && x >= 0 && x < width;
  };
  let i = 0;
  for (let b = 0; b < batch; b++) {
    // The switches of a single image serve every signal.
    let place = switches.shape[0] === 1 ? 0 : b * perImage;
    for (let oz = 0; oz < planes; oz++) {
      for (let oy = 0; oy < rows; oy++) {
        for (let ox = 0; ox < columns; ox++) {
          const z0 = at.first[0] + oz * at.stride[0];
          const y0 = at.first[1] + oy * at.stride[1];
          const x0 = at.first[2] + ox * at.stride[2];
          const inside =
            z0 >= 0 && y0 >= 0 && x0 >= 0 && z0 + sizeZ <= depth && y0 + sizeY <= height && x0 + sizeX <= width;
          const base = (((b * depth + z0) * height + y0) * width + x0) * maps;
          for (let c = 0; c < maps; c++, i++, place++) {
            const tap = places[place]!;
            // A signal whose switch lies outside the region of the result is dropped.
            if (tap < 0 || !(inside || holds(taps[tap]!, z0, y0, x0))) continue;
            const target = base + away[tap]! + c;
            result[target] = result[target]! + given[i]!;
          }
        }
      }
    }
  }
  return out;
}

/** Where each tap of a window lies, in row-major order. */
function positionsOf([depth, height, width]: PerAxis): PerAxis[] {
  return Array.from({ length: depth * height * width }, (_, tap) => {
    const line = Math.floor(tap / width);
    return [Math.floor(line / height), line % height, tap % width];
  });
}
