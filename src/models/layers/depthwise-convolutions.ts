import * as tf from '@tensorflow/tfjs-core';
import { type Convolve, convolveDepthwise } from '../../mirrors/convolution/adjoint.js';
import { depthwiseConvolution, separableConvolution } from '../../mirrors/convolution/depthwise.js';
import type { LayerClass } from '../../mirrors/layer-class.js';
import { CONVOLUTION, filter } from '../../mirrors/rows.js';
import type { Window } from '../../regions/window.js';
import { SlidingLayer, slidingWindowOf } from './sliding-layer.js';

/** A convolution over one or two spatial axes that filters each channel separately. */
abstract class Depthwise extends SlidingLayer {
  override window(): Window {
    return slidingWindowOf(this);
  }

  override deconvnetClass(): LayerClass {
    return DEPTHWISE;
  }

  protected override kernels(channels: number): Readonly<Record<string, readonly number[]>> {
    return { depthwise_kernel: [...this.options.kernelSize, channels, this.options.depthMultiplier ?? 1] };
  }

  protected override maps(channels: number): number {
    return channels * (this.options.depthMultiplier ?? 1);
  }
}

/** DepthwiseConv1D, which tfjs lacks. */
export class DepthwiseConv1D extends Depthwise {
  static readonly className = 'DepthwiseConv1D';
}

/** DepthwiseConv2D with a dilation, which tfjs ignores, or refuses together with a stride. */
export class KerasDepthwiseConv2D extends Depthwise {
  static readonly className = 'KerasDepthwiseConv2D';
}

/** A depthwise convolution, and then one of a single cell, which mixes the feature maps. */
abstract class Separable extends SlidingLayer {
  override window(): Window {
    return slidingWindowOf(this);
  }

  override deconvnetClass(): LayerClass {
    return SEPARABLE;
  }

  protected override kernels(channels: number): Readonly<Record<string, readonly number[]>> {
    const { kernelSize, depthMultiplier = 1, filters } = this.options;
    return {
      depthwise_kernel: [...kernelSize, channels, depthMultiplier],
      pointwise_kernel: [...kernelSize.map(() => 1), channels * depthMultiplier, filters!],
    };
  }
}

/** SeparableConv1D, which tfjs lacks. */
export class SeparableConv1D extends Separable {
  static readonly className = 'SeparableConv1D';
}

/**
 * SeparableConv2D with its channels first and a bias, which tfjs adds along the wrong axis, or with a stride and a
 * dilation, which tfjs refuses together.
 */
export class KerasSeparableConv2D extends Separable {
  static readonly className = 'KerasSeparableConv2D';
}

/**
 * A depthwise convolution with a stride and a dilation. tfjs has one with either of them, so the stride is taken
 * afterwards: of all places of the window, every n-th is kept.
 */
const depthwise2d: Convolve = (x, kernel, options) => {
  const { stride, dilation } = options;
  const one = stride.map(() => 1);
  if (isOne(stride) || isOne(dilation)) return convolveDepthwise(x, kernel, options);
  const every = convolveDepthwise(x, kernel, { ...options, stride: one });
  return stride.reduce((held, step, axis) => takeEvery(held, axis + 1, step), every);
};

const isOne = (values: readonly number[]): boolean => values.every((value) => value === 1);

function takeEvery(x: tf.Tensor, axis: number, step: number): tf.Tensor {
  if (step === 1) return x;
  const kept = Array.from({ length: Math.ceil(x.shape[axis]! / step) }, (_, i) => i * step);
  return tf.gather(x, tf.tensor1d(kept, 'int32'), axis);
}

/** Along one axis, the convolution of two axes, of which the first has one cell. */
const depthwise1d: Convolve = (x, kernel, { stride, dilation, bias: _none, ...rest }) =>
  tf.squeeze(
    depthwise2d(tf.expandDims(x, 1), tf.expandDims(kernel, 0), {
      // tfjs wants the same stride along both axes.
      stride: [stride[0]!, stride[0]!],
      dilation: [1, dilation[0]!],
      ...rest,
      margins: undefined,
    }),
    [1],
  );

const convolveOf = ({ options }: SlidingLayer): Convolve =>
  options.kernelSize.length === 1 ? depthwise1d : depthwise2d;

const DEPTHWISE: LayerClass = {
  mirror: filter((given) => {
    const layer = given as Depthwise;
    return depthwiseConvolution(layer, layer.window(), convolveOf(layer));
  }),
  ...CONVOLUTION,
};
const SEPARABLE: LayerClass = {
  mirror: filter((given) => {
    const layer = given as Separable;
    return separableConvolution(layer, layer.window(), convolveOf(layer));
  }),
  ...CONVOLUTION,
};
