import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import { optionsOf } from '../../network/layer-options.js';
import { ROUNDED_FACTOR } from '../../network/tfjs-faults.js';
import { fitRegion } from '../../regions/fit-region.js';
import type { Region } from '../../regions/region.js';
import type { Window } from '../../regions/window.js';
import { channelsLast } from '../kit/channels-last.js';
import type { Mirror } from '../mirror.js';
import { interpolation } from './interpolation.js';

/** UpSampling2D: the adjoint of the interpolation. For nearest neighbours it is the sum over the copies of a cell. */
export function upSampling2d(layer: Layer): Mirror {
  const options = optionsOf(layer);
  const size = (options.size ?? [2, 2]) as readonly [number, number];
  const nearest = options.interpolation === 'nearest';
  const copies = nearest && size.every((factor) => factor < ROUNDED_FACTOR);
  return channelsLast<Mirror>(layer, {
    kind: nearest ? 'sum' : 'interpolation',
    sign: 'as-input',
    ...(nearest && !copies ? {} : { window: windowOf(size, nearest) }),
    ...(copies ? copiesOf(size) : resized(size, nearest)),
  });
}

/** A cell writes its copies. With bilinear interpolation it also writes the results between it and its neighbours. */
function windowOf(size: readonly number[], nearest: boolean): Window {
  return {
    size: size.map((factor) => (nearest ? factor : 2 * factor - 1)),
    stride: [...size],
    padding: size.map((factor) => (nearest ? ([0, 0] as const) : ([factor - 1, factor - 1] as const))),
    transposed: true,
  };
}

function resized(size: readonly [number, number], nearest: boolean): Pick<Mirror, 'up' | 'down'> {
  return interpolation((line, axis) => {
    const [, rows, columns] = line.shape;
    const wanted: [number, number] = axis === 0 ? [rows * size[0], columns] : [rows, columns * size[1]];
    return nearest ? tf.image.resizeNearestNeighbor(line, wanted) : tf.image.resizeBilinear(line, wanted);
  });
}

function copiesOf(size: readonly [number, number]): Pick<Mirror, 'up' | 'down'> {
  /** The input cells that have copies in a region of the output, and the region of all their copies. */
  const touched = (output: Region): { cells: Region; copies: Region } => {
    const start = output.start.map((from, axis) => Math.floor(from / size[axis]!));
    const cells = output.start.map((from, axis) => Math.ceil((from + output.size[axis]!) / size[axis]!) - start[axis]!);
    return {
      cells: { start, size: cells },
      copies: {
        start: start.map((from, axis) => from * size[axis]!),
        size: cells.map((count, axis) => count * size[axis]!),
      },
    };
  };
  return {
    up([input], { inputRegions, outputRegion }) {
      const { cells, copies } = touched(outputRegion);
      const held = fitRegion(input!, inputRegions[0]!, cells, [1, 2]);
      const [batch, height, width, maps] = held.shape as [number, number, number, number];
      const tall = tf.tile(tf.reshape(held, [batch * height, 1, width * maps]), [1, size[0], 1]);
      const wide = tf.tile(tf.reshape(tall, [batch * height * size[0] * width, 1, maps]), [1, size[1], 1]);
      return fitRegion(
        tf.reshape(wide, [batch, height * size[0], width * size[1], maps]),
        copies,
        outputRegion,
        [1, 2],
      );
    },
    down(signal, { inputRegions, outputRegion }) {
      const { cells, copies } = touched(outputRegion);
      const held = fitRegion(signal, outputRegion, copies, [1, 2]);
      const [batch, , width, maps] = held.shape as [number, number, number, number];
      const [rows, columns] = cells.size as [number, number];
      const low = tf.sum(tf.reshape(held, [batch * rows, size[0], width * maps]), 1);
      const narrow = tf.sum(tf.reshape(low, [batch * rows * columns, size[1], maps]), 1);
      return fitRegion(tf.reshape(narrow, [batch, rows, columns, maps]), cells, inputRegions[0]!, [1, 2]);
    },
  };
}
