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
import { type AxisCut, cutsOf, type IndexPart, sliceShape } from './slice-cuts.js';

interface SliceOptions {
  readonly parts: readonly IndexPart[];
}

/**
 * An index of Keras's operations, such as `x[:, 1:-1, ::2, 0]`. The mirror puts the signal back where it was read, and
 * zeros around it and between.
 */
export class SliceOperation extends AddedLayer<SliceOptions> {
  static readonly className = 'SliceOperation';

  override computeOutputShape(inputShape: Shape): Shape {
    const cuts = cutsOf(this.options.parts, inputShape);
    const [batch] = cuts ?? [];
    const isWhole = batch?.whole === true && batch.drop === false && !batch.newBefore;
    const made = cuts && isWhole ? sliceShape(cuts) : undefined;
    if (made && !made.slice(1).some((size) => size !== null && size <= 0)) return made;
    throw new DeconvnetError(
      'unsupported-layer',
      `Layer '${this.name}' cuts a tensor of the shape [${inputShape.map((size) => size ?? 'any').join(', ')}] with an index that has too many entries, leaves nothing, or cuts the batch. Use the layers Cropping2D and Reshape, and save the model again.`,
      { layer: this.name },
    );
  }

  override deconvnetClass(): LayerClass {
    return {
      mirror: (_, _roles, placement) => [this.#placed(placement)],
      ...(this.options.parts.every(([kind]) => kind === 'slice' || kind === 'rest')
        ? { keepsFeatures: true }
        : { losesPlaces: true }),
    };
  }

  protected override compute([x]: readonly tf.Tensor[]): tf.Tensor {
    const cuts = cutsOf(this.options.parts, x!.shape)!;
    return tf.reshape(cut(x!, cuts), sliceShape(cuts) as number[]);
  }

  #placed(placement: Placement | undefined): Mirror {
    const mirror: Mirror = {
      kind: 'pad',
      sign: 'as-input',
      up: (inputs) => this.compute(inputs),
      down: (signal, { inputShapes }) => {
        const cuts = cutsOf(this.options.parts, inputShapes[0]!)!.map((one, axis) =>
          axis === 0 ? { ...one, count: signal.shape[0]! } : one,
        );
        return putBack(
          tf.reshape(
            signal,
            cuts.map(({ count }) => count!),
          ),
          cuts,
        );
      },
    };
    return windowed(this.options.parts, placement) ?? wholeExtent(mirror, placement);
  }
}

/** The mirror of an index that cuts boxes out without leaving cells out: one output reads one cell, moved by a constant. */
function windowed(parts: readonly IndexPart[], placement: Placement | undefined): Mirror | undefined {
  const shape = placement?.inputShapes[0];
  const cuts = shape && cutsOf(parts, shape);
  if (!cuts || cuts.some(({ step, drop, newBefore }) => step !== 1 || drop || newBefore > 0)) return undefined;
  const channel = placement.channelAxis;
  const axes = spatialAxes(cuts.length, channel);
  if (placement.inputChannelAxes[0] !== channel || axes.some((axis) => !cuts[axis]!.whole && cuts[axis]!.size === null))
    return undefined;
  const below = ({ start, size }: Region): Region => ({
    start: start.map((from, i) => from + cuts[axes[i]!]!.begin),
    size,
  });
  const { begin, count, size, whole } = cuts[channel]!;
  const along = (axis: number, value: number, other: number): number => (axis === channel ? value : other);
  const mirror: Mirror = {
    kind: 'pad',
    sign: 'as-input',
    window: {
      size: axes.map(() => 1),
      stride: axes.map(() => 1),
      padding: axes.map((axis) => {
        const one = cuts[axis]!;
        return [-one.begin, one.whole ? 0 : one.begin + one.count! - one.size!] as const;
      }),
    },
    up([x], at) {
      const held = whole
        ? x!
        : slice(
            x!,
            x!.shape.map((_, i) => along(i, begin, 0)),
            x!.shape.map((all, i) => along(i, count!, all)),
          );
      return fitRegion(held, at.inputRegions[0]!, below(at.outputRegion), axes);
    },
    down(signal, at) {
      const held = whole
        ? signal
        : tf.pad(
            signal,
            signal.shape.map((_, i) => (i === channel ? [begin, size! - begin - count!] : [0, 0])) as [
              number,
              number,
            ][],
          );
      return fitRegion(held, below(at.outputRegion), at.inputRegions[0]!, axes);
    },
  };
  return whole ? keepingMaps(mirror) : mirror;
}

/** Cuts along each axis, without adding or dropping axes. */
function cut(x: tf.Tensor, cuts: readonly AxisCut[]): tf.Tensor {
  return cuts.reduce((held, { begin, count, step, whole }, axis) => {
    if (whole) return held;
    const along = (value: number): number[] => held.shape.map((_, i) => (i === axis ? value : 0));
    const length = (count! - 1) * Math.abs(step) + 1;
    const from = step < 0 ? begin - length + 1 : begin;
    const box = slice(
      held,
      along(from),
      held.shape.map((size, i) => (i === axis ? length : size)),
    );
    const turned = step < 0 ? tf.reverse(box, axis) : box;
    const every = Math.abs(step);
    if (every === 1) return turned;
    // Cells at the end fill up the last step, so that all steps have the same number of cells.
    const filled = tf.pad(
      turned,
      held.shape.map((_, i) => (i === axis ? [0, every - 1] : [0, 0])) as [number, number][],
    );
    const outer = held.shape.slice(0, axis).reduce((product, size) => product * size, 1);
    const steps = tf.reshape(filled, [outer, count!, every, -1]);
    const firsts = slice(steps, [0, 0, 0, 0], [outer, count!, 1, steps.shape[3]!]);
    return tf.reshape(
      firsts,
      held.shape.map((size, i) => (i === axis ? count! : size)),
    );
  }, x);
}

/** The adjoint of `cut`. */
function putBack(signal: tf.Tensor, cuts: readonly AxisCut[]): tf.Tensor {
  return cuts.reduceRight((held, { begin, count, step, whole, size }, axis) => {
    if (whole) return held;
    const every = Math.abs(step);
    const length = (count! - 1) * every + 1;
    const outer = held.shape.slice(0, axis).reduce((product, all) => product * all, 1);
    const cells = tf.reshape(held, [outer, count!, 1, -1]);
    const inner = cells.shape[3]!;
    const spread =
      every === 1
        ? cells
        : tf.pad(cells, [
            [0, 0],
            [0, 0],
            [0, every - 1],
            [0, 0],
          ]);
    const line = slice(tf.reshape(spread, [outer, count! * every, inner]), [0, 0, 0], [outer, length, inner]);
    const turned = step < 0 ? tf.reverse(line, 1) : line;
    const from = step < 0 ? begin - length + 1 : begin;
    const filled = tf.pad(turned, [
      [0, 0],
      [from, size! - from - length],
      [0, 0],
    ]);
    return tf.reshape(
      filled,
      held.shape.map((all, i) => (i === axis ? size! : all)),
    );
  }, signal);
}
