import { add, mul, reshape, sub, type Tensor } from '@tensorflow/tfjs-core';
import { cellByCell, outputChannelAxis, type Placement, wholeExtent } from '../../mirrors/kit/placement.js';
import type { Mirror } from '../../mirrors/mirror.js';
import type { RectifyMirror } from '../../mirrors/roles.js';

/** What a normalisation computes of its input. */
export interface Statistics {
  /** The axes that the statistics are taken along, counted from the front, for an input of a rank. */
  readonly axes: (rank: number) => readonly number[];
  /** The input with each group on an axis of its own, and the axes along which the group then lies. */
  readonly split?: (x: Tensor) => { readonly x: Tensor; readonly axes: readonly number[] };
  /** The mean of values along axes, or their sum. */
  readonly sum: (x: Tensor, axes: number[], keepDims: boolean) => Tensor;
  /** Whether the mean is subtracted first. */
  readonly centred?: boolean;
  /** The factor, from the mean or the sum of the squares. */
  readonly factor: (squares: Tensor) => Tensor;
  /** Multiplies by the trained scale; left out if there is none. */
  readonly scale?: (x: Tensor) => Tensor;
  /** Adds the trained shift; left out if there is none. */
  readonly shift?: (x: Tensor) => Tensor;
}

/**
 * The mirror of a layer that normalises by statistics of its input: `y = γ · x̂ + β` with `x̂ = f · (x − μ)`. With
 * `dn = γ · dy`, the signal at the input is
 *
 * - under a rule that takes true derivatives, `dx = f · (dn − mean(dn) − x̂ · mean(dn · x̂))`, where `mean(dn)` is left out
 *   if μ is;
 * - under the others `dx = f · dn`, as for LayerNormalization: μ and f count as constants at their recorded values.
 */
export function normalizing(statistics: Statistics, rectify: RectifyMirror, placement?: Placement): Mirror {
  const { split = (x) => ({ x, axes: statistics.axes(x.rank) }), sum, centred, factor } = statistics;
  const scaled = statistics.scale ?? ((x: Tensor) => x);
  const shifted = statistics.shift ?? ((x: Tensor) => x);
  const exact = rectify.seed === 'output';
  const normalized = (input: Tensor): { factor: Tensor; normal: Tensor } => {
    const { x, axes } = split(input);
    const moved = centred ? sub(x, sum(x, [...axes], true)) : x;
    const made = factor(sum(mul(moved, moved), [...axes], true));
    return { factor: made, normal: mul(moved, made) };
  };
  const mirror: Mirror = {
    kind: 'normalization',
    up: ([input]) => shifted(scaled(reshape(normalized(input!).normal, input!.shape))),
    record({ inputs }) {
      const { factor, normal } = normalized(inputs[0]!);
      return exact ? [factor, normal] : [factor];
    },
    down(signal, { recorded: [factor, normal] }) {
      const { x, axes } = split(scaled(signal));
      if (!normal) return reshape(mul(x, factor!), signal.shape);
      const along = (values: Tensor): Tensor => sum(values, [...axes], true);
      const own = mul(normal, along(mul(x, normal)));
      return reshape(mul(factor!, sub(x, centred ? add(along(x), own) : own)), signal.shape);
    },
  };
  const rank = placement?.inputShapes[0]?.length;
  const overChannels =
    rank !== undefined &&
    !statistics.split &&
    statistics.axes(rank).every((one) => one === outputChannelAxis(placement, rank));
  return overChannels ? cellByCell(mirror, placement) : wholeExtent(mirror, placement);
}

/** A vector in the shape in which it broadcasts along an axis. */
export function alongAxes(values: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  return reshape(
    values,
    x.shape.map((size, axis) => (axes.includes(axis) ? size : 1)),
  );
}
