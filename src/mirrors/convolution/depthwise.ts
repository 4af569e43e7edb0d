import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type Layer, weightsOf } from '../../network/layer-access.js';
import { isChannelsFirst, optionsOf, slidingWindow, titleOf } from '../../network/layer-options.js';
import type { Window } from '../../regions/window.js';
import { channelsLast } from '../kit/channels-last.js';
import { kernelOfMap } from '../kit/choose-map.js';
import { withMapWeights } from '../kit/one-map.js';
import type { Mirror } from '../mirror.js';
import {
  addBias,
  type ConvolutionPlan,
  type Convolve,
  convolveDepthwise,
  convolveRegion,
  phaseKernels,
  planAt,
  swapChannels,
  transposeRegion,
} from './adjoint.js';

/** DepthwiseConv2D: a filter with transposed weights. tfjs ignores its `dilationRate`, and so does the mirror. */
export function depthwiseConvolution2d(layer: Layer): Mirror {
  const { dilation: _ignored, ...window } = slidingWindow(layer, 2);
  return depthwiseConvolution(layer, window);
}

/** A depthwise convolution with any window. */
export function depthwiseConvolution(layer: Layer, window: Window, convolve?: Convolve): Mirror {
  return depthwiseMirror(
    layer,
    window,
    {
      prepare: (kernel) => depthwiseKernels(kernel, window),
      up: (x, plan) => convolveRegion(x, weightsOf(layer)[0]!, plan),
      down: (y, prepared, plan) => transposeDepthwise(y, weightsOf(layer)[0]!, prepared, plan),
    },
    convolve,
  );
}

/** SeparableConv2D: the transposed pointwise weights, then the transposed depthwise weights. */
export function separableConvolution2d(layer: Layer): Mirror {
  const { filters } = optionsOf(layer);
  if (isChannelsFirst(layer) && optionsOf(layer).useBias && filters !== 1) throw channelsFirstWithBias(layer);
  return separableConvolution(layer, slidingWindow(layer, 2));
}

/** A separable convolution with any window. */
export function separableConvolution(layer: Layer, window: Window, convolve?: Convolve): Mirror {
  const mirror = depthwiseMirror(
    layer,
    window,
    {
      prepare: (kernel, pointwise) => [swapChannels(pointwise!), ...depthwiseKernels(kernel, window)],
      up(x, plan) {
        const [kernel, pointwise] = weightsOf(layer);
        return mixMaps(convolveRegion(x, kernel!, plan), pointwise!);
      },
      down: (y, [pointwise, ...kernels], plan) =>
        transposeDepthwise(mixMaps(y, pointwise!), weightsOf(layer)[0]!, kernels, plan),
    },
    convolve,
  );
  return withMapWeights(mirror, ([pointwise, ...kernels], map) => [kernelOfMap(pointwise!, map), ...kernels]);
}

/** The parts of a depthwise mirror, with channels last and without the bias. */
interface DepthwiseSteps {
  prepare(...weights: tf.Tensor[]): tf.Tensor[];
  up(x: tf.Tensor, plan: ConvolutionPlan): tf.Tensor;
  down(y: tf.Tensor, prepared: readonly tf.Tensor[], plan: ConvolutionPlan): tf.Tensor;
}

function depthwiseMirror(
  layer: Layer,
  window: Window,
  steps: DepthwiseSteps,
  convolve: Convolve = convolveDepthwise,
): Mirror {
  const { useBias } = optionsOf(layer);
  return channelsLast<Mirror>(layer, {
    kind: 'filter',
    window,
    prepare: (built) => steps.prepare(...weightsOf(built)),
    up([input], at) {
      const linear = steps.up(input!, planAt(convolve, window, at));
      return useBias ? addBias(linear, weightsOf(layer).at(-1)!) : linear;
    },
    down: (signal, at) => steps.down(signal, at.prepared, planAt(convolve, window, at)),
  });
}

/**
 * The kernels of the way down, on which every feature map has a kernel of its own: `[...taps, maps, 1]` per phase.
 */
function depthwiseKernels(kernel: tf.Tensor, window: Window): tf.Tensor[] {
  const [channels, multiplier] = kernel.shape.slice(-2) as [number, number];
  return phaseKernels(tf.reshape(kernel, [...kernel.shape.slice(0, -2), channels * multiplier, 1]), window);
}

/** Sends each feature map through its own kernel, then sums the feature maps that were made from the same channel. */
function transposeDepthwise(
  y: tf.Tensor,
  kernel: tf.Tensor,
  kernels: readonly tf.Tensor[],
  plan: ConvolutionPlan,
): tf.Tensor {
  const [channels, multiplier] = kernel.shape.slice(-2) as [number, number];
  const each = transposeRegion(y, kernels, channels * multiplier, plan);
  if (multiplier === 1) return each;
  const sums = tf.sum(tf.reshape(each, [-1, channels, multiplier]), 2);
  return tf.reshape(sums, [...each.shape.slice(0, -1), channels]);
}

function mixMaps(x: tf.Tensor, pointwise: tf.Tensor): tf.Tensor {
  return x.rank === 3
    ? tf.conv1d(x as tf.Tensor3D, pointwise as tf.Tensor3D, 1, 'valid')
    : tf.conv2d(x as tf.Tensor4D, pointwise as tf.Tensor4D, 1, 'valid');
}

function channelsFirstWithBias(layer: Layer): DeconvnetError {
  return new DeconvnetError(
    'unsupported-layer',
    `Layer ${titleOf(layer)} has dataFormat 'channelsFirst' and a bias, which tfjs adds along the wrong axis. Set useBias to false, or use dataFormat 'channelsLast'.`,
    { layer: layer.name },
  );
}
