import * as tf from '@tensorflow/tfjs-core';
import { extentOf, spatialAxes } from '../../network/network.js';
import { fitRegion } from '../../regions/fit-region.js';
import type { Region } from '../../regions/region.js';
import { inputChannelAxis, outputChannelAxis, type Placement } from '../kit/placement.js';
import type { MirrorContext } from '../mirror.js';

/** Takes tensors from the inputs of a merge layer to the shape of its output, and back. */
export interface Broadcast {
  /**
   * An input on the cells of the output's region. It has the output's rank, and size 1 along axes that are broadcast.
   */
  toOutput(x: tf.Tensor, input: number): tf.Tensor;
  /**
   * A signal on the output's region, moved to the input's region and summed along the axes that are broadcast for that
   * input.
   */
  toInput(signal: tf.Tensor, input: number): tf.Tensor;
}

/**
 * The broadcasting of tfjs-layers' merge layers: inputs of lower rank get axes of size 1 after the batch, and then axes
 * of size 1 are stretched to the size of the output. The adjoint of stretching is the sum along the stretched axes.
 */
export function broadcastOf(at: MirrorContext, placement: Placement | undefined): Broadcast {
  const { outputShape } = at;
  const rank = outputShape.length;
  const axes = outputShape.slice(1).map((_, i) => i + 1);
  const outputBox = boxOf(at.outputRegion, outputShape, outputChannelAxis(placement, rank));
  const one = { start: 0, size: 1 };

  const places = at.inputShapes.map((shape, i) => {
    const added = rank - shape.length;
    const own = boxOf(at.inputRegions[i]!, shape, inputChannelAxis(placement, i, shape.length));
    const sizes = axes.map((axis) => (axis <= added ? 1 : shape[axis - added]!));
    const stretched = axes.filter((axis) => sizes[axis - 1] === 1 && outputShape[axis] !== 1);
    // Both regions are on the axes of the output: the cells that the input covers, and those that the output's region
    // reads.
    const held = together(axes.map((axis) => (axis <= added ? one : own[axis - added - 1]!)));
    const read = together(axes.map((axis) => (stretched.includes(axis) ? one : outputBox[axis - 1]!)));
    return { added, stretched, held, read };
  });

  return {
    toOutput(x, input) {
      const { added, held, read } = places[input]!;
      const shape = [x.shape[0]!, ...Array<number>(added).fill(1), ...x.shape.slice(1)];
      return fitRegion(tf.reshape(x, shape), held, read, axes);
    },
    toInput(signal, input) {
      const { added, stretched, held, read } = places[input]!;
      const summed = stretched.length > 0 ? tf.sum(signal, stretched, true) : signal;
      const fitted = fitRegion(summed, read, held, axes);
      return tf.reshape(fitted, [fitted.shape[0]!, ...fitted.shape.slice(added + 1)]);
    },
  };
}

/**
 * Whether each output of a merge layer reads only its own cell in every input that is not a gate, because no such input is
 * broadcast along a spatial axis. Sizes that are unknown until there is an image count as equal to each other.
 */
export function readsOwnCells(placement: Placement | undefined, gates: readonly number[] = []): boolean {
  if (!placement) return false;
  const { inputShapes, inputChannelAxes, channelAxis } = placement;
  const first = inputShapes.find((_, i) => !gates.includes(i))!;
  return inputShapes.every(
    (shape, i) =>
      gates.includes(i) ||
      (shape.length === first.length &&
        inputChannelAxes[i] === channelAxis &&
        extentOf(shape, channelAxis).every((size, axis) => size === extentOf(first, channelAxis)[axis])),
  );
}

interface Cells {
  readonly start: number;
  readonly size: number;
}

/** A region with the channels included: the cells along every axis except the batch. */
function boxOf(region: Region, shape: readonly number[], channelAxis: number): Cells[] {
  const spatial = spatialAxes(shape.length, channelAxis);
  return shape.slice(1).map((size, i) => {
    const place = spatial.indexOf(i + 1);
    return place < 0 ? { start: 0, size } : { start: region.start[place]!, size: region.size[place]! };
  });
}

function together(cells: readonly Cells[]): Region {
  return { start: cells.map(({ start }) => start), size: cells.map(({ size }) => size) };
}
