import * as tf from '@tensorflow/tfjs-core';
import {
  addBias,
  CONVOLVE,
  type Convolve,
  convolveRegion,
  phaseKernels,
  planAt,
  swapChannels,
  transposeRegion,
} from '../../mirrors/convolution/adjoint.js';
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

/** Conv1D with groups, causal padding or its channels first, which tfjs ignores, refuses or gets wrong. */
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

const GROUPED: LayerClass = { mirror: filter((layer) => grouped(layer as GroupedConvolution)), ...CONVOLUTION };
