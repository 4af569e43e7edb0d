import type * as tf from '@tensorflow/tfjs-core';
import { type Layer, weightsOf } from '../../network/layer-access.js';
import { optionsOf, slidingWindow } from '../../network/layer-options.js';
import { paddingBefore, type Window } from '../../regions/window.js';
import { channelsLast } from '../kit/channels-last.js';
import { kernelOfMap } from '../kit/choose-map.js';
import { withMapWeights } from '../kit/one-map.js';
import type { Mirror, MirrorContext } from '../mirror.js';
import {
  addBias,
  CONVOLVE,
  type ConvolutionPlan,
  convolveRegion,
  phaseKernels,
  planAt,
  swapChannels,
  transposeRegion,
} from './adjoint.js';

/**
 * Conv2DTranspose: the plain convolution with the layer's kernel. tfjs ignores its `dilationRate`, and so does the
 * mirror.
 */
export function transposedConvolution2d(layer: Layer): Mirror {
  return transposedConvolution(layer, 2, withoutDilation(layer, 2));
}

/**
 * Conv3DTranspose: the plain convolution with the layer's kernel. tfjs ignores its `dilationRate`, and so does the
 * mirror.
 */
export function transposedConvolution3d(layer: Layer): Mirror {
  return transposedConvolution(layer, 3, withoutDilation(layer, 3));
}

function withoutDilation(layer: Layer, rank: 2 | 3): Window {
  const { dilation: _ignored, ...sliding } = slidingWindow(layer, rank);
  return { ...sliding, transposed: true };
}

/** A transposed convolution with any window. */
export function transposedConvolution(layer: Layer, rank: 1 | 2 | 3, window: Window): Mirror {
  // The same window seen from the other side: it slides over the enlarged tensor, and makes the small one.
  const mirrored: Window = {
    size: window.size,
    stride: window.stride,
    ...(window.dilation && { dilation: window.dilation }),
    padding: window.size.map((_, axis): [number, number] => [paddingBefore(window, axis, null), 0]),
  };
  const { useBias } = optionsOf(layer);
  // The convolution reads the layer's output and makes its input.
  const planOf = ({ inputRegions, outputShape, outputRegion }: MirrorContext): ConvolutionPlan =>
    planAt(CONVOLVE[rank], mirrored, {
      inputShapes: [outputShape],
      inputRegions: [outputRegion],
      outputRegion: inputRegions[0]!,
    });
  const upKernels = (): tf.Tensor[] => phaseKernels(swapChannels(weightsOf(layer)[0]!), mirrored);
  const mirror = channelsLast<Mirror>(layer, {
    kind: 'filter',
    window,
    prepare: () => [weightsOf(layer)[0]!],
    up([input], at) {
      const [kernel, bias] = weightsOf(layer);
      const maps = kernel!.shape[rank]!;
      const linear = transposeRegion(input!, upKernels(), maps, planOf(at));
      return useBias ? addBias(linear, bias!) : linear;
    },
    down: (signal, at) => convolveRegion(signal, at.prepared[0]!, planOf(at)),
  });
  return withMapWeights(mirror, ([kernel], map) => [kernelOfMap(kernel!, map)]);
}
