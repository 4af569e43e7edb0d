import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import { keepingMaps } from '../../../mirrors/kit/one-map.js';
import { type Placement, wholeExtent } from '../../../mirrors/kit/placement.js';
import type { LayerClass } from '../../../mirrors/layer-class.js';
import type { Mirror } from '../../../mirrors/mirror.js';
import { spatialAxes } from '../../../network/network.js';
import { fitRegion } from '../../../regions/fit-region.js';
import type { Region } from '../../../regions/region.js';
import { slice } from '../../../tensors/slice.js';
import { AddedLayer, type Shape } from '../added-layer.js';

type Pairs = readonly (readonly [before: number, after: number])[];

interface PadOptions {
  /** Cells before and after, per axis, the batch included. */
  readonly paddings: Pairs;
  /** `reflect` repeats the cells next to the border in the other order, `symmetric` the cells at the border too. */
  readonly mode?: 'constant' | 'reflect' | 'symmetric';
  readonly value?: number;
}

/**
 * A pad of Keras's operations. The mirror crops the padding off; if the padding repeats cells, their signals are added to
 * those of the cells.
 */
export class PadOperation extends AddedLayer<PadOptions> {
  static readonly className = 'PadOperation';

  override computeOutputShape(inputShape: Shape): Shape {
    const { paddings, mode = 'constant' } = this.options;
    const least = mode === 'reflect' ? 1 : 0;
    const fits =
      paddings.length === inputShape.length &&
      paddings[0]!.every((cells) => cells === 0) &&
      paddings.every((pair, axis) =>
        pair.every(
          (cells) =>
            cells === 0 || mode === 'constant' || inputShape[axis] === null || cells <= inputShape[axis]! - least,
        ),
      );
    if (fits)
      return inputShape.map((size, axis) => (size === null ? null : size + paddings[axis]![0] + paddings[axis]![1]));
    throw new DeconvnetError(
      'unsupported-layer',
      `Layer '${this.name}' pads a tensor of the shape [${inputShape.map((size) => size ?? 'any').join(', ')}] by ${JSON.stringify(paddings)} (${mode}). There must be a pair for each axis, [0, 0] for the batch, and not more cells than can be repeated. Use the layer ZeroPadding2D, and save the model again.`,
      { layer: this.name },
    );
  }

  override deconvnetClass(): LayerClass {
    return { mirror: (_, _roles, placement) => [this.#placed(placement)], keepsFeatures: true };
  }

  protected override compute([x]: readonly tf.Tensor[]): tf.Tensor {
    const { paddings, mode = 'constant', value = 0 } = this.options;
    if (mode === 'constant')
      return tf.pad(
        x!,
        paddings.map(([before, after]) => [before, after]),
        value,
      );
    return paddings.reduce((held, pair, axis) => repeated(held, axis, pair, mode === 'reflect' ? 1 : 0), x!);
  }

  #placed(placement: Placement | undefined): Mirror {
    const { paddings, mode = 'constant', value = 0 } = this.options;
    const sign = mode === 'constant' && value < 0 ? {} : { sign: 'as-input' as const };
    if (mode !== 'constant') {
      const skip = mode === 'reflect' ? 1 : 0;
      const mirror: Mirror = {
        kind: 'sum',
        ...sign,
        up: (inputs) => this.compute(inputs),
        down: (signal) => paddings.reduceRight((held, pair, axis) => folded(held, axis, pair, skip), signal),
      };
      return wholeExtent(mirror, placement);
    }
    const rank = paddings.length;
    const channel = placement?.channelAxis ?? rank - 1;
    const axes = spatialAxes(rank, channel);
    const shifted = ({ start, size }: Region): Region => ({
      start: start.map((from, i) => from - paddings[axes[i]!]![0]),
      size,
    });
    const [before, after] = paddings[channel]!;
    const mirror: Mirror = {
      kind: 'crop',
      ...sign,
      window: { size: axes.map(() => 1), stride: axes.map(() => 1), padding: axes.map((axis) => paddings[axis]!) },
      up([x], at) {
        const held = fitRegion(x!, at.inputRegions[0]!, shifted(at.outputRegion), axes, value);
        return before + after === 0
          ? held
          : tf.pad(
              held,
              held.shape.map((_, i) => (i === channel ? [before, after] : [0, 0])) as [number, number][],
              value,
            );
      },
      down(signal, at) {
        const along = (cells: number, other: readonly number[]): number[] =>
          other.map((all, i) => (i === channel ? cells : all));
        const maps = signal.shape[channel]! - before - after;
        const held =
          before + after === 0
            ? signal
            : slice(
                signal,
                along(
                  before,
                  signal.shape.map(() => 0),
                ),
                along(maps, signal.shape),
              );
        return fitRegion(held, shifted(at.outputRegion), at.inputRegions[0]!, axes);
      },
    };
    return before === 0 ? keepingMaps(mirror) : mirror;
  }
}

/** Repeats cells at both ends of an axis, in the other order. */
function repeated(x: tf.Tensor, axis: number, [before, after]: Pairs[number], skip: number): tf.Tensor {
  if (before + after === 0) return x;
  const size = x.shape[axis]!;
  const parts = [
    ...(before > 0 ? [tf.reverse(partOf(x, axis, skip, before), axis)] : []),
    x,
    ...(after > 0 ? [tf.reverse(partOf(x, axis, size - skip - after, after), axis)] : []),
  ];
  return tf.concat(parts, axis);
}

/** The adjoint of `repeated`: the signals of repeated cells are added to those of the cells themselves. */
function folded(signal: tf.Tensor, axis: number, [before, after]: Pairs[number], skip: number): tf.Tensor {
  if (before + after === 0) return signal;
  const size = signal.shape[axis]! - before - after;
  const back = (from: number, count: number, to: number): tf.Tensor => {
    const turned = tf.reverse(partOf(signal, axis, from, count), axis);
    return tf.pad(
      turned,
      signal.shape.map((_, i) => (i === axis ? [to, size - to - count] : [0, 0])) as [number, number][],
    );
  };
  let sum = partOf(signal, axis, before, size);
  if (before > 0) sum = tf.add(sum, back(0, before, skip));
  if (after > 0) sum = tf.add(sum, back(before + size, after, size - skip - after));
  return sum;
}

function partOf(x: tf.Tensor, axis: number, begin: number, count: number): tf.Tensor {
  return slice(
    x,
    x.shape.map((_, i) => (i === axis ? begin : 0)),
    x.shape.map((size, i) => (i === axis ? count : size)),
  );
}
