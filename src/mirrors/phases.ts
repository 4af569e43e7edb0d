import * as tf from '@tensorflow/tfjs-core';
import type { Region } from '../network/region.js';
import { paddingBefore, type Window } from '../network/window.js';

/**
 * The adjoint of a strided window along one axis, as convolutions without stride. Input cells fall into `stride`
 * phases by `(cell + padding) % stride`; within a phase only every `stride`-th tap of the window matters.
 */
export interface AxisPhases {
  readonly phases: readonly {
    /** Taps of the window that this phase uses, in order; empty where the stride is wider than the window. */
    readonly taps: readonly number[];
    /** The output cells that this phase reads: one for each result, and one more for every further tap. */
    readonly start: number;
    readonly size: number;
  }[];
  /** The output cell that result 0 of each phase stands at: its first tap reads this cell, each later tap one before. */
  readonly firstResult: number;
  /** Number of results of each phase. */
  readonly results: number;
  /** The input cell that result 0 of phase 0 stands for. */
  readonly firstCell: number;
}

/** Which taps each phase of a window uses, along one axis. */
export function tapsOfPhases(window: Window, axis: number): number[][] {
  const stride = window.stride[axis]!;
  return Array.from({ length: stride }, (_, phase) =>
    Array.from({ length: window.size[axis]! }, (_, tap) => tap).filter((tap) => tap % stride === phase),
  );
}

/** Plans the adjoint of a window along one axis, for the wanted region of its input. */
export function axisPhases(window: Window, axis: number, extent: number, wanted: Region): AxisPhases {
  const stride = window.stride[axis]!;
  const dilation = window.dilation?.[axis] ?? 1;
  const before = paddingBefore(window, axis, extent);
  const from = wanted.start[axis]!;
  const first = Math.floor((from + before) / stride);
  const last = Math.floor((from + wanted.size[axis]! - 1 + before) / stride);
  const results = last - first + 1;
  return {
    firstResult: first,
    results,
    firstCell: first * stride - before,
    phases: tapsOfPhases(window, axis).map((taps) => {
      const reach = Math.max(taps.length - 1, 0) * dilation;
      return { taps, start: first - reach, size: results + reach };
    }),
  };
}

/** Weaves the results of phases into one tensor: cell `q * phases + r` along the axis is cell `q` of phase `r`. */
export function interleave(phases: readonly tf.Tensor[], axis: number): tf.Tensor {
  if (phases.length === 1) return phases[0]!;
  const shape = [...phases[0]!.shape];
  shape[axis] = shape[axis]! * phases.length;
  return tf.reshape(tf.stack([...phases], axis + 1), shape);
}
