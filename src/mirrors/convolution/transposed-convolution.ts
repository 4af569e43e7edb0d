import type * as tf from '@tensorflow/tfjs-core';
import { type Layer, weightsOf } from '../../network/layer-access.js';
import { isChannelsFirst, optionsOf, slidingWindow } from '../../network/layer-options.js';
import { paddingBefore, type Window } from '../../regions/window.js';
import { fromChannelsLast, spatialSizes, toChannelsLast } from '../kit/channels-last.js';
import { kernelOfMap } from '../kit/choose-map.js';
import { withMapWeights } from '../kit/one-map.js';
import type { Mirror, MirrorContext } from '../mirror.js';
import {
  addBias,
  CONVOLVE,
  type ConvolutionPlan,
  convolveRegion,
  phaseKernels,
  swapChannels,
  transposeRegion,
} from './adjoint.js';

/** Conv2DTranspose: the plain convolution with its kernel. tfjs ignores its `dilationRate`. */
export function transposedConvolution2d(layer: Layer): Mirror {
  return transposedConvolution(layer, 2);
}

/** Conv3DTranspose: the plain convolution with its kernel. tfjs ignores its `dilationRate`. */
export function transposedConvolution3d(layer: Layer): Mirror {
  return transposedConvolution(layer, 3);
}

function transposedConvolution(layer: Layer, rank: 2 | 3): Mirror {
  const { dilation: _ignored, ...sliding } = slidingWindow(layer, rank);
  const window: Window = { ...sliding, transposed: true };
  // The same window the other way round: it slides over the enlarged side, and makes the small one.
  const mirrored: Window = {
    size: window.size,
    stride: window.stride,
    padding: window.size.map((_, axis): [number, number] => [paddingBefore(window, axis, null), 0]),
  };
  const channelsFirst = isChannelsFirst(layer);
  const { useBias } = optionsOf(layer);
  const planOf = (at: MirrorContext): ConvolutionPlan => ({
    convolve: CONVOLVE[rank],
    window: mirrored,
    extent: spatialSizes(at.outputShape, channelsFirst),
    input: at.outputRegion,
    output: at.inputRegions[0]!,
  });
  const upKernels = (): tf.Tensor[] => phaseKernels(swapChannels(weightsOf(layer)[0]!), mirrored);
  const mirror: Mirror = {
    kind: 'filter',
    window,
    prepare: () => [weightsOf(layer)[0]!],
    up([input], at) {
      const [kernel, bias] = weightsOf(layer);
      const maps = kernel!.shape[rank]!;
      const linear = transposeRegion(toChannelsLast(input!, channelsFirst), upKernels(), maps, planOf(at));
      return fromChannelsLast(useBias ? addBias(linear, bias!) : linear, channelsFirst);
    },
    down(signal, at) {
      const y = toChannelsLast(signal, channelsFirst);
      return fromChannelsLast(convolveRegion(y, at.prepared[0]!, planOf(at)), channelsFirst);
    },
  };
  return withMapWeights(mirror, ([kernel], map) => [kernelOfMap(kernel!, map)]);
}
