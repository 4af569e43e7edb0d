// `mirrors/convolution/` has the mirrors of linear layers with weights: convolutions of all kinds, and Dense.
// In: the signal at the output, and the prepared weights.
// Out: the signal at the input. Each mirror is the exact adjoint of its layer, without the bias.

import type * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type Layer, weightsOf } from '../../network/layer-access.js';
import { isChannelsFirst, optionsOf, slidingWindow, titleOf } from '../../network/layer-options.js';
import { fromChannelsLast, spatialSizes, toChannelsLast } from '../kit/channels-last.js';
import type { Mirror, MirrorContext } from '../mirror.js';
import {
  CONVOLVE,
  type ConvolutionPlan,
  convolveRegion,
  phaseKernels,
  swapChannels,
  transposeRegion,
} from './adjoint.js';
import { kernelOf, takingOneMap, throughOneMap } from './one-map.js';

/** Conv1D: filter with transposed weights. */
export function convolution1d(layer: Layer): Mirror {
  const mirror = convolution(layer, 1);
  // The config does not say it; the input that a built layer asks for does.
  const refuse = (): void => {
    if (layer.inputSpec?.some(({ axes }) => axes?.[1] != null)) throw channelsFirst1d(layer);
  };
  refuse();
  return takingOneMap({
    ...mirror,
    prepare: (built) => {
      refuse();
      return mirror.prepare!(built);
    },
  });
}

/** Conv2D: filter with transposed weights. */
export function convolution2d(layer: Layer): Mirror {
  return convolution(layer, 2);
}

/** Conv3D: filter with transposed weights. */
export function convolution3d(layer: Layer): Mirror {
  return convolution(layer, 3);
}

function convolution(layer: Layer, rank: 1 | 2 | 3): Mirror {
  const window = slidingWindow(layer, rank);
  const channelsFirst = isChannelsFirst(layer);
  const { useBias } = optionsOf(layer);
  const planOf = (at: MirrorContext): ConvolutionPlan => ({
    convolve: CONVOLVE[rank],
    window,
    extent: spatialSizes(at.inputShapes[0]!, channelsFirst),
    input: at.inputRegions[0]!,
    output: at.outputRegion,
  });
  return takingOneMap({
    kind: 'filter',
    window,
    prepare: () => phaseKernels(swapChannels(weightsOf(layer)[0]!), window),
    up([input], at) {
      const [kernel, bias] = weightsOf(layer);
      const x = toChannelsLast(input!, channelsFirst);
      return fromChannelsLast(convolveRegion(x, kernel!, planOf(at), useBias ? bias : undefined), channelsFirst);
    },
    down(signal, at) {
      const inputMaps = weightsOf(layer)[0]!.shape[rank]!;
      const plan = planOf(at);
      const through = (y: tf.Tensor, kernels: readonly tf.Tensor[]): tf.Tensor =>
        transposeRegion(y, kernels, inputMaps, plan);
      const y = toChannelsLast(signal, channelsFirst);
      const below = at.featureMaps
        ? throughOneMap(y, at.featureMaps, (own, map) =>
            through(
              own,
              at.prepared.map((all) => kernelOf(all, map)),
            ),
          )
        : through(y, at.prepared);
      return fromChannelsLast(below, channelsFirst);
    },
  });
}

function channelsFirst1d(layer: Layer): DeconvnetError {
  return new DeconvnetError(
    'unsupported-layer',
    `Layer ${titleOf(layer)} has dataFormat 'channelsFirst': tfjs returns its feature maps last all the same, against the layer's own output shape. Use dataFormat 'channelsLast' and a Permute before it.`,
    { layer: layer.name },
  );
}
