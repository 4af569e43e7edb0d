import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type Layer, weightsOf } from '../../network/layer-access.js';
import { isChannelsFirst, optionsOf, slidingWindow, titleOf } from '../../network/layer-options.js';
import { fromChannelsLast, spatialSizes, toChannelsLast } from '../kit/channels-last.js';
import { kernelOfMap } from '../kit/choose-map.js';
import { withMapWeights } from '../kit/one-map.js';
import type { Mirror, MirrorContext } from '../mirror.js';
import {
  CONVOLVE,
  type ConvolutionPlan,
  convolveRegion,
  phaseKernels,
  swapChannels,
  transposeRegion,
} from './adjoint.js';

/** Conv1D: filter with transposed weights. */
export function convolution1d(layer: Layer): Mirror {
  refuseChannelsFirst1d(layer);
  return convolution(layer, 1);
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
  const mirror: Mirror = {
    kind: 'filter',
    window,
    prepare() {
      if (rank === 1) refuseChannelsFirst1d(layer);
      return phaseKernels(swapChannels(weightsOf(layer)[0]!), window);
    },
    up([input], at) {
      const [kernel, bias] = weightsOf(layer);
      const x = toChannelsLast(input!, channelsFirst);
      return fromChannelsLast(convolveRegion(x, kernel!, planOf(at), useBias ? bias : undefined), channelsFirst);
    },
    down(signal, at) {
      const inputMaps = weightsOf(layer)[0]!.shape[rank]!;
      const y = toChannelsLast(signal, channelsFirst);
      return fromChannelsLast(transposeRegion(y, at.prepared, inputMaps, planOf(at)), channelsFirst);
    },
  };
  return withMapWeights(mirror, (kernels, map) => kernels.map((kernel) => kernelOfMap(kernel, map)));
}

/** The config of a Conv1D does not state its data format, but the input that the layer asks for once it is built does. */
function refuseChannelsFirst1d(layer: Layer): void {
  if (!layer.inputSpec?.some(({ axes }) => axes?.[1] != null)) return;
  throw new DeconvnetError(
    'unsupported-layer',
    `Layer ${titleOf(layer)} has dataFormat 'channelsFirst': tfjs returns its feature maps last all the same, against the layer's own output shape. Use dataFormat 'channelsLast' and a Permute before it.`,
    { layer: layer.name },
  );
}
