import * as tf from '@tensorflow/tfjs-core';
import {
  addBias,
  CONVOLVE,
  type Convolve,
  convolveDepthwise,
  convolveRegion,
  phaseKernels,
  planAt,
  swapChannels,
  transposeRegion,
} from '../../mirrors/convolution/adjoint.js';
import { depthwiseConvolution, separableConvolution } from '../../mirrors/convolution/depthwise.js';
import { channelsLast } from '../../mirrors/kit/channels-last.js';
import type { LayerClass } from '../../mirrors/layer-class.js';
import type { Mirror } from '../../mirrors/mirror.js';
import { CONVOLUTION, filter } from '../../mirrors/rows.js';
import { weightsOf } from '../../network/layer-access.js';
import type { Window } from '../../regions/window.js';
import { SlidingLayer, slidingWindowOf } from './sliding-layer.js';

/** A convolution of any rank whose feature maps may come in groups, each of which reads a part of the channels. */
abstract class GroupedConvolution extends SlidingLayer {
  override window(): Window {
    return slidingWindowOf(this);
  }

  override deconvnetClass(): LayerClass {
    return GROUPED;
  }

  protected override kernels(channels: number): Readonly<Record<string, readonly number[]>> {
    const { kernelSize, groups = 1, filters } = this.options;
    return { kernel: [...kernelSize, channels / groups, filters!] };
  }
}

/** Conv1D with groups or causal padding, which tfjs ignores or refuses. */
export class KerasConv1D extends GroupedConvolution {
  static readonly className = 'KerasConv1D';
}

/** Conv2D with groups, which tfjs ignores. */
export class KerasConv2D extends GroupedConvolution {
  static readonly className = 'KerasConv2D';
}

/** Conv3D with groups, which tfjs ignores. */
export class KerasConv3D extends GroupedConvolution {
  static readonly className = 'KerasConv3D';
}

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

/** DepthwiseConv2D with a dilation, which tfjs ignores. */
export class KerasDepthwiseConv2D extends Depthwise {
  static readonly className = 'KerasDepthwiseConv2D';
}

/** SeparableConv1D, which tfjs lacks: a depthwise convolution, and then one of a single cell. */
export class SeparableConv1D extends SlidingLayer {
  static readonly className = 'SeparableConv1D';

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
      pointwise_kernel: [1, channels * depthMultiplier, filters!],
    };
  }
}

/** Convolves the groups one by one. A kernel has the channels of one group, and the feature maps of all. */
const inGroups = (convolve: Convolve, groups: number): Convolve =>
  groups === 1
    ? convolve
    : (x, kernel, { bias, ...options }) => {
        const kernels = tf.split(kernel, groups, kernel.rank - 1);
        const parts = tf.split(x, groups, x.rank - 1).map((part, group) => convolve(part, kernels[group]!, options));
        const joined = tf.concat(parts, x.rank - 1);
        return bias ? addBias(joined, bias) : joined;
      };

/** Swaps the channels and the feature maps of a kernel, group by group. */
const swapInGroups = (kernel: tf.Tensor, groups: number): tf.Tensor =>
  tf.concat(tf.split(kernel, groups, kernel.rank - 1).map(swapChannels), kernel.rank - 1);

function grouped(layer: GroupedConvolution): Mirror {
  const { groups = 1, useBias = true, kernelSize } = layer.options;
  const window = layer.window();
  const convolve = inGroups(CONVOLVE[kernelSize.length as 1 | 2 | 3], groups);
  return channelsLast<Mirror>(layer, {
    kind: 'filter',
    window,
    prepare: () => phaseKernels(swapInGroups(weightsOf(layer)[0]!, groups), window),
    up([input], at) {
      const [kernel, bias] = weightsOf(layer);
      return convolveRegion(input!, kernel!, planAt(convolve, window, at), useBias ? bias : undefined);
    },
    down: (signal, at) =>
      transposeRegion(signal, at.prepared, weightsOf(layer)[0]!.shape.at(-2)! * groups, planAt(convolve, window, at)),
  });
}

/** Along one axis, the convolution of two axes, of which the first has one cell. */
const depthwise1d: Convolve = (x, kernel, { stride, dilation, bias: _none, ...rest }) =>
  tf.squeeze(
    convolveDepthwise(tf.expandDims(x, 1), tf.expandDims(kernel, 0), {
      // tfjs wants the same stride along both axes.
      stride: [stride[0]!, stride[0]!],
      dilation: [1, dilation[0]!],
      ...rest,
      margins: undefined,
    }),
    [1],
  );

const depthwiseOf = ({ options }: SlidingLayer): Convolve | undefined =>
  options.kernelSize.length === 1 ? depthwise1d : undefined;

const GROUPED: LayerClass = { mirror: filter((layer) => grouped(layer as GroupedConvolution)), ...CONVOLUTION };
const DEPTHWISE: LayerClass = {
  mirror: filter((given) => {
    const layer = given as Depthwise;
    return depthwiseConvolution(layer, layer.window(), depthwiseOf(layer));
  }),
  ...CONVOLUTION,
};
const SEPARABLE: LayerClass = {
  mirror: filter((given) => {
    const layer = given as SeparableConv1D;
    return separableConvolution(layer, layer.window(), depthwiseOf(layer));
  }),
  ...CONVOLUTION,
};
