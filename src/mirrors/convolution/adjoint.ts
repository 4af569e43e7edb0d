import * as tf from '@tensorflow/tfjs-core';
import { fitRegion } from '../../regions/fit-region.js';
import { cellCount, commonRegion, type Region, sameRegion, wholeRegion } from '../../regions/region.js';
import { inputRegionOf, type Window } from '../../regions/window.js';
import { takeRows } from '../../tensors/slice.js';
import { spatialSizes } from '../kit/channels-last.js';
import { axisPhases, type Phase, tapsOfPhases, weavePhases } from '../kit/phases.js';
import type { MirrorContext } from '../mirror.js';

/** How many zeros stand before and after a tensor, per spatial axis. */
type Margins = readonly (readonly [number, number])[];

/** The options of a convolution. */
interface ConvolveOptions {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly bias?: tf.Tensor | undefined;
  /** No margins by default. */
  readonly margins?: Margins | undefined;
}

/** One of tfjs's convolutions, with channels last. */
export interface Convolve {
  (x: tf.Tensor, kernel: tf.Tensor, options: ConvolveOptions): tf.Tensor;
  /** Whether it accepts margins. If so, no padded copy of a tensor has to be made. */
  readonly pads?: true;
}

type Pair = [number, number];
type Triple = [number, number, number];

const biased = (x: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor => (bias ? addBias(x, bias) : x);

/**
 * The convolutions, by their number of spatial axes. The bias is added in the same way as in the layer's own call, so
 * that the results have the same bits.
 */
export const CONVOLVE: Readonly<Record<1 | 2 | 3, Convolve>> = {
  1: (x, kernel, { stride: [stride], dilation: [dilation], bias }) =>
    biased(tf.conv1d(x as tf.Tensor3D, kernel as tf.Tensor3D, stride!, 'valid', 'NWC', dilation), bias),
  2: padding((input, kernel, { stride, dilation, bias, margins }) => {
    const x = input as tf.Tensor4D;
    const filter = kernel as tf.Tensor4D;
    const [strides, dilations] = [stride as Pair, dilation as Pair];
    const pad = explicitPad(margins);
    return bias
      ? tf.fused.conv2d({ x, filter, strides, pad, dilations, bias })
      : tf.conv2d(x, filter, strides, pad, 'NHWC', dilations);
  }),
  3: (x, kernel, { stride, dilation, bias }) =>
    biased(
      tf.conv3d(x as tf.Tensor5D, kernel as tf.Tensor5D, stride as Triple, 'valid', 'NDHWC', dilation as Triple),
      bias,
    ),
};

/** Convolves each channel separately. The kernel's last axis counts the feature maps that one channel makes. */
export const convolveDepthwise: Convolve = padding((x, kernel, { stride, dilation, margins }) =>
  tf.depthwiseConv2d(
    x as tf.Tensor4D,
    kernel as tf.Tensor4D,
    stride as Pair,
    explicitPad(margins),
    'NHWC',
    dilation as Pair,
  ),
);

/** Where a convolution works: which part of one tensor it reads, and which part of the other it makes. */
export interface ConvolutionPlan {
  readonly convolve: Convolve;
  readonly window: Window;
  /** The number of cells in the whole tensor that the window reads, per spatial axis. */
  readonly extent: readonly number[];
  /** The region of the tensor that the window reads, and the region of the tensor that it makes. */
  readonly input: Region;
  readonly output: Region;
}

/** Where a convolution of a layer works; the context is that of a mirror with its channels last. */
export function planAt(
  convolve: Convolve,
  window: Window,
  { inputShapes, inputRegions, outputRegion }: Pick<MirrorContext, 'inputShapes' | 'inputRegions' | 'outputRegion'>,
): ConvolutionPlan {
  return {
    convolve,
    window,
    extent: spatialSizes(inputShapes[0]!),
    input: inputRegions[0]!,
    output: outputRegion,
  };
}

/**
 * The convolution itself: `x` covers the region `plan.input`, and the result covers `plan.output`. Cells outside
 * `plan.input` count as zero.
 */
export function convolveRegion(x: tf.Tensor, kernel: tf.Tensor, plan: ConvolutionPlan, bias?: tf.Tensor): tf.Tensor {
  const { convolve, window, extent, input, output } = plan;
  const seen = inputRegionOf(window, output, extent);
  const held = fitRegion(x, input, seen, spatialAxesOf(window));
  return convolve(held, kernel, { stride: window.stride, dilation: dilationOf(window), bias });
}

/**
 * The adjoint of the convolution: `y` covers the region `plan.output`, and the result covers `plan.input`.
 *
 * Along one axis a convolution is `y[o] = Σt k[t] · x[o·s − b + t·d]` with stride s, padding b and dilation d. Its
 * adjoint is `x[i] = Σ k[t] · y[o]` over all o and t with `o·s − b + t·d = i`. With stride 1 this is a convolution with
 * the kernel flipped and its channels swapped. With stride s it is s such convolutions per axis, one for each phase
 * (see `axisPhases`), whose results are woven together. Every backend is fastest at convolutions, and computes them
 * exactly.
 *
 * Source: Dumoulin & Visin, A guide to convolution arithmetic for deep learning (2016), chapter 4.
 *
 * @param kernels - The kernels that `phaseKernels` makes, in the same order of phases.
 * @param maps - The number of channels of the result.
 */
export function transposeRegion(
  y: tf.Tensor,
  kernels: readonly tf.Tensor[],
  maps: number,
  plan: ConvolutionPlan,
): tf.Tensor {
  const { convolve, window, extent, input, output } = plan;
  const axes = spatialAxesOf(window);
  const plans = axes.map((_, axis) => axisPhases(window, axis, extent[axis]!, input));
  const results = plans.map((plan) => plan.results);
  const dilation = plans.map((plan) => plan.dilation);
  const stride = results.map(() => 1);
  // A crop is padded here, because wasm packs the weights again for each padding that it has not met before.
  const padsItself = convolve.pads && sameRegion(input, wholeRegion(extent));
  let next = 0;
  const cellsOf = (chosen: readonly Phase[]): tf.Tensor => {
    const kernel = kernels[next++]!;
    if (chosen.some(({ taps }) => taps.length === 0)) return tf.zeros([y.shape[0]!, ...results, maps]);
    const read = { start: chosen.map(({ start }) => start), size: chosen.map(({ size }) => size) };
    const held = commonRegion(read, output);
    if (!padsItself || held.size.includes(0)) {
      return convolve(fitRegion(y, output, read, axes), kernel, { stride, dilation });
    }
    const margins = marginsAround(held, read);
    return convolve(fitRegion(y, output, held, axes), kernel, { stride, dilation, margins });
  };
  return weavePhases(plans, input, cellsOf);
}

/**
 * One kernel per phase, with the phases of the last axis changing fastest. A kernel has the taps of its phase in
 * reverse order, because the adjoint is a convolution with the flipped kernel.
 */
export function phaseKernels(kernel: tf.Tensor, window: Window): tf.Tensor[] {
  const phases = window.size.reduce<number[][][]>(
    (chosen, _, axis) => chosen.flatMap((before) => tapsOfPhases(window, axis).map((taps) => [...before, taps])),
    [[]],
  );
  const channels = kernel.shape.slice(-2);
  return phases.map((perAxis) => {
    // Nothing reads this tensor. One without cells would get a wrong shape from tfjs on wasm.
    if (perAxis.some((taps) => taps.length === 0)) return tf.zeros([0]);
    const taps = perAxis.reduce<number[]>(
      (before, own, axis) => before.flatMap((tap) => [...own].reverse().map((at) => tap * window.size[axis]! + at)),
      [0],
    );
    const rows = takeRows(tf.reshape(kernel, [cellCount(window.size), ...channels]), taps);
    return tf.reshape(rows, [...perAxis.map(({ length }) => length), ...channels]);
  });
}

/** Marks a convolution that accepts margins. */
function padding(convolve: Convolve): Convolve {
  return Object.assign(convolve, { pads: true as const });
}

/** How many cells of a region lie before and after a part of it. */
function marginsAround(part: Region, whole: Region): Margins {
  return part.start.map((from, axis) => {
    const end = whole.start[axis]! + whole.size[axis]!;
    return [from - whole.start[axis]!, end - from - part.size[axis]!];
  });
}

function explicitPad(margins: Margins | undefined): 'valid' | [Pair, Pair, Pair, Pair] {
  return margins ? [[0, 0], ...(margins as [Pair, Pair]), [0, 0]] : 'valid';
}

/**
 * Adds the bias of each feature map. It is added in rank 2, because WebGPU cannot add a vector to a tensor of rank 5.
 */
export function addBias(x: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.add(tf.reshape(x, [-1, x.shape.at(-1)!]), bias), x.shape);
}

/** Swaps the channels and the feature maps of a kernel, its last two axes. */
export function swapChannels(kernel: tf.Tensor): tf.Tensor {
  const last = kernel.rank - 1;
  return tf.transpose(kernel, [...Array.from({ length: last - 1 }, (_, axis) => axis), last, last - 1]);
}

function spatialAxesOf(window: Window): number[] {
  return window.size.map((_, axis) => axis + 1);
}

function dilationOf(window: Window): readonly number[] {
  return window.dilation ?? window.size.map(() => 1);
}
