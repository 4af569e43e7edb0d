import * as tf from '@tensorflow/tfjs-core';
import { fitRegion } from '../../regions/fit-region.js';
import type { Region } from '../../regions/region.js';
import { paddingBefore, type Window } from '../../regions/window.js';
import { type Host, runHostKernel, usesHostKernels } from '../../tensors/host-kernel.js';

/** The input cells of one axis whose distance from the start of a strided window is the same, modulo the stride. */
export interface Phase {
  /** The taps of the window that this phase uses, in order. It may be empty if the stride is wider than the window. */
  readonly taps: readonly number[];
  /** The first output cell that this phase reads, and how many it reads. */
  readonly start: number;
  readonly size: number;
}

/**
 * The adjoint of a strided window along one axis, as convolutions without stride. Input cells fall into `stride`
 * phases by `(cell + padding) % stride`; within a phase only every `stride`-th tap of the window matters.
 *
 * For example, a window of 3 taps (0 1 2) with stride 2 and padding 1 reads 5 input cells:
 *
 * ```text
 * input cell   pad    0     1     2     3     4    pad
 * phase         0     1     0     1     0     1     0
 * output 0     k[0]  k[1]  k[2]
 * output 1                 k[0]  k[1]  k[2]
 * output 2                             k[0]  k[1]  k[2]
 * ```
 *
 * On the way down a cell adds up its column, each tap times the signal of its row. The cells 0, 2 and 4 (phase 1) use
 * only tap 1: cell 2 gets `k[1]·y[1]`. The cells 1 and 3 (phase 0) use the taps 2 and 0: cell 1 gets
 * `k[2]·y[0] + k[0]·y[1]`. So each phase is a convolution of the signal with the taps of that phase in reverse order,
 * and the results of the phases alternate along the axis (see `interleave`).
 *
 * Source: Shi et al., Is the deconvolution layer the same as a convolutional layer? (2016).
 */
export interface AxisPhases {
  readonly phases: readonly Phase[];
  /** The distance between the output cells that successive taps of a phase read. */
  readonly dilation: number;
  /** The output cell that tap 0 reads for result 0 of each phase. Each later tap reads an earlier cell. */
  readonly firstResult: number;
  /** The number of results of each phase. */
  readonly results: number;
  /** The input cell that result 0 of phase 0 stands for. */
  readonly firstCell: number;
}

/** The taps that each phase of a window uses, along one axis. */
export function tapsOfPhases(window: Window, axis: number): number[][] {
  const stride = window.stride[axis]!;
  const dilation = window.dilation?.[axis] ?? 1;
  return Array.from({ length: stride }, (_, phase) =>
    Array.from({ length: window.size[axis]! }, (_, tap) => tap).filter((tap) => (tap * dilation) % stride === phase),
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
  const steps = (tap: number): number => Math.floor((tap * dilation) / stride);
  return {
    firstResult: first,
    results,
    firstCell: first * stride - before,
    dilation: dilation / commonDivisor(dilation, stride),
    phases: tapsOfPhases(window, axis).map((taps) => {
      const [near, far] = [steps(taps[0] ?? 0), steps(taps.at(-1) ?? 0)];
      return { taps, start: first - far, size: results + far - near };
    }),
  };
}

/** Weaves the results of phases into one tensor: cell `q * phases + r` along the axis is cell `q` of phase `r`. */
export function interleave(phases: readonly tf.Tensor[], axis: number): tf.Tensor {
  const [one] = phases as [tf.Tensor];
  if (phases.length === 1) return one;
  const count = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  const [outer, cells, inner] = [one.shape.slice(0, axis), one.shape[axis]!, one.shape.slice(axis + 1)];
  const flat = phases.map((phase) => tf.reshape(phase, [count(outer), cells, count(inner)]));
  const woven = usesHostKernels()
    ? runHostKernel('DeconvnetInterleave', interleaveKernel, Object.fromEntries(flat.entries()), {})
    : tf.stack(flat, 2);
  return tf.reshape(woven, [...outer, cells * phases.length, ...inner]);
}

/** On wasm, `tf.stack` takes much longer than this loop if there are few feature maps. */
function interleaveKernel(host: Host, phases: tf.NamedTensorInfoMap): tf.TensorInfo {
  const tensors = Object.values(phases) as tf.TensorInfo[];
  const [outer, cells, inner] = tensors[0]!.shape as [number, number, number];
  const out = host.make([outer, cells, tensors.length, inner], 'float32');
  const to = host.view(out);
  for (const [phase, tensor] of tensors.entries()) {
    const from = host.view(tensor);
    for (let row = 0; row < outer * cells; row++) {
      const start = (row * tensors.length + phase) * inner;
      for (let i = 0; i < inner; i++) to[start + i] = from[row * inner + i]!;
    }
  }
  return out;
}

/**
 * Makes the wanted region of a window's input, `[batch, ...cells, maps]`. `cellsOf` makes the results for one phase of
 * each axis, and these are woven together along all axes. It is called with the phases of the last axis changing
 * fastest.
 */
export function weavePhases(
  plans: readonly AxisPhases[],
  wanted: Region,
  cellsOf: (phases: readonly Phase[]) => tf.Tensor,
): tf.Tensor {
  const weave = (chosen: readonly Phase[]): tf.Tensor => {
    const axis = chosen.length;
    if (axis === plans.length) return cellsOf(chosen);
    return interleave(
      plans[axis]!.phases.map((phase) => weave([...chosen, phase])),
      axis + 1,
    );
  };
  const woven = weave([]);
  const made = { start: plans.map(({ firstCell }) => firstCell), size: woven.shape.slice(1, -1) };
  return fitRegion(
    woven,
    made,
    wanted,
    plans.map((_, axis) => axis + 1),
  );
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));
