import * as tf from '@tensorflow/tfjs-core';
import { fitRegion } from '../../regions/fit-region.js';
import { commonRegion, type Region, sameRegion, wholeRegion } from '../../regions/region.js';
import { inputRegionOf, type Window } from '../../regions/window.js';
import { axisPhases, type Phase, tapsOfPhases, weavePhases } from '../kit/phases.js';

/** Zeros around a tensor, per spatial axis before and after. */
type Margins = readonly (readonly [number, number])[];

/** How a convolution is done. */
interface ConvolveOptions {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly bias?: tf.Tensor | undefined;
  /** None without it. */
  readonly margins?: Margins | undefined;
}

/** One of tfjs's convolutions, channels last. */
export interface Convolve {
  (x: tf.Tensor, kernel: tf.Tensor, options: ConvolveOptions): tf.Tensor;
  /** Whether it can be given margins, so that no padded copy of a tensor has to be made. */
  readonly pads?: true;
}

type Pair = [number, number];
type Triple = [number, number, number];

const biased = (x: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor => (bias ? addBias(x, bias) : x);

/** The convolutions by their number of spatial axes. The bias comes in where the layer's own call brings it in: same bits. */
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

/** Each channel by itself, as many feature maps of each as the kernel's last axis counts. */
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

/** Where a convolution works: between which parts of the tensor it reads and the tensor it makes. */
export interface ConvolutionPlan {
  readonly convolve: Convolve;
  readonly window: Window;
  /** Cells of the whole input of the window, per spatial axis. */
  readonly extent: readonly number[];
  /** The region on the side that the window reads, and the region on the side that it makes. */
  readonly input: Region;
  readonly output: Region;
}

/** The convolution itself: `x` holds `plan.input`, the result `plan.output`. Cells that are not held are zero. */
export function convolveRegion(x: tf.Tensor, kernel: tf.Tensor, plan: ConvolutionPlan, bias?: tf.Tensor): tf.Tensor {
  const { convolve, window, extent, input, output } = plan;
  const seen = inputRegionOf(window, output, extent);
  const held = fitRegion(x, input, seen, spatialAxesOf(window));
  return convolve(held, kernel, { stride: window.stride, dilation: dilationOf(window), bias });
}

/**
 * The adjoint of the convolution: `y` holds `plan.output`, the result `plan.input`.
 *
 * A transposed convolution is a convolution with the kernel flipped and its channels swapped; with stride s it is s
 * of them per axis, one for each phase, woven together. Convolutions are what every backend is fastest at, and exact.
 *
 * @param kernels - From `phaseKernels`, in the same order of phases.
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
  // A crop is padded by hand: wasm packs the weights anew for each padding that it has not met.
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

/** One kernel a phase, the first axis outermost: the taps of that phase in reverse order, as its convolution wants. */
export function phaseKernels(kernel: tf.Tensor, window: Window): tf.Tensor[] {
  const phases = window.size.reduce<number[][][]>(
    (chosen, _, axis) => chosen.flatMap((before) => tapsOfPhases(window, axis).map((taps) => [...before, taps])),
    [[]],
  );
  return phases.map((perAxis) => {
    // tfjs on wasm gives tensors without cells wrong shapes; nothing reads this one.
    if (perAxis.some((taps) => taps.length === 0)) return tf.zeros([0]);
    return perAxis.reduce((x, taps, axis) => tf.gather(x, [...taps].reverse(), axis), kernel);
  });
}

/** A convolution that can be given margins. */
function padding(convolve: Convolve): Convolve {
  return Object.assign(convolve, { pads: true as const });
}

/** The cells of a region around a part of it. */
function marginsAround(part: Region, whole: Region): Margins {
  return part.start.map((from, axis) => {
    const end = whole.start[axis]! + whole.size[axis]!;
    return [from - whole.start[axis]!, end - from - part.size[axis]!];
  });
}

function explicitPad(margins: Margins | undefined): 'valid' | [Pair, Pair, Pair, Pair] {
  return margins ? [[0, 0], ...(margins as [Pair, Pair]), [0, 0]] : 'valid';
}

/** Adds the bias of each feature map. In rank 2: on WebGPU tensors of rank 5 cannot be added to vectors. */
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
