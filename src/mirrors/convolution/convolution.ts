// `mirrors/convolution/` has the mirrors of linear layers with weights: convolutions of all kinds, and Dense.
// In: the signal at the output, and the prepared weights.
// Out: the signal at the input. Each mirror is the exact adjoint of its layer, without the bias.

import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type Layer, weightsOf } from '../../network/layer-access.js';
import { optionsOf, slidingWindow, titleOf } from '../../network/layer-options.js';
import { channelsLast } from '../kit/channels-last.js';
import { kernelOfMap } from '../kit/choose-map.js';
import { withMapWeights } from '../kit/one-map.js';
import type { Mirror } from '../mirror.js';
import { CONVOLVE, convolveRegion, phaseKernels, planAt, swapChannels, transposeRegion } from './adjoint.js';

/** Conv1D: a filter with transposed weights. */
export function convolution1d(layer: Layer): Mirror {
  refuseChannelsFirst1d(layer);
  return convolution(layer, 1);
}

/** Conv2D: a filter with transposed weights. */
export function convolution2d(layer: Layer): Mirror {
  return convolution(layer, 2);
}

/** Conv3D: a filter with transposed weights. */
export function convolution3d(layer: Layer): Mirror {
  return convolution(layer, 3);
}

function convolution(layer: Layer, rank: 1 | 2 | 3): Mirror {
  const window = slidingWindow(layer, rank);
  const { useBias } = optionsOf(layer);
  const mirror = channelsLast<Mirror>(layer, {
    kind: 'filter',
    window,
    prepare() {
      if (rank === 1) refuseChannelsFirst1d(layer);
      return phaseKernels(swapChannels(weightsOf(layer)[0]!), window);
    },
    up([input], at) {
      const [kernel, bias] = weightsOf(layer);
      return convolveRegion(input!, kernel!, planAt(CONVOLVE[rank], window, at), useBias ? bias : undefined);
    },
    down(signal, at) {
      const inputMaps = weightsOf(layer)[0]!.shape[rank]!;
      return transposeRegion(signal, at.prepared, inputMaps, planAt(CONVOLVE[rank], window, at));
    },
  });
  return withMapWeights(mirror, (kernels, map) => kernels.map((kernel) => kernelOfMap(kernel, map)));
}

/**
 * The config of a Conv1D does not state its data format, but the input that the layer asks for once it is built does.
 */
function refuseChannelsFirst1d(layer: Layer): void {
  if (!layer.inputSpec?.some(({ axes }) => axes?.[1] != null)) return;
  throw new DeconvnetError(
    'unsupported-layer',
    `Layer ${titleOf(layer)} has dataFormat 'channelsFirst', but tfjs returns its feature maps last, which contradicts the layer's own output shape. Use dataFormat 'channelsLast', with a Permute before the layer.`,
    { layer: layer.name },
  );
}
