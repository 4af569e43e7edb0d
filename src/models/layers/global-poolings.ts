import { max, mean, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { channelsLast } from '../../mirrors/kit/channels-last.js';
import { type Placement, wholeExtent } from '../../mirrors/kit/placement.js';
import type { LayerClass } from '../../mirrors/layer-class.js';
import type { Mirror } from '../../mirrors/mirror.js';
import { globalAveragePooling, globalMaxPooling } from '../../mirrors/pooling/global-pooling.js';
import { perMap, unpool } from '../../mirrors/rows.js';
import type { Layer } from '../../network/layer-access.js';
import { isChannelsFirst } from '../../network/layer-options.js';
import { AddedLayer, type Shape } from './added-layer.js';

interface PoolingOptions {
  readonly keepdims?: boolean;
}

/** A pooling over all cells. With `keepdims` the output keeps an axis of one cell for each spatial axis. */
abstract class GlobalPooling extends AddedLayer<PoolingOptions> {
  override computeOutputShape(inputShape: Shape): Shape {
    const channels = isChannelsFirst(this) ? 1 : inputShape.length - 1;
    return this.options.keepdims
      ? inputShape.map((size, axis) => (axis === 0 || axis === channels ? size : 1))
      : [inputShape[0]!, inputShape[channels]!];
  }
}

abstract class GlobalAverage extends GlobalPooling {
  override deconvnetClass(): LayerClass {
    return AVERAGE;
  }
}

abstract class GlobalMax extends GlobalPooling {
  override deconvnetClass(): LayerClass {
    return MAX;
  }
}

/** GlobalAveragePooling1D that keeps its axes. */
export class KerasGlobalAveragePooling1D extends GlobalAverage {
  static readonly className = 'KerasGlobalAveragePooling1D';
}

/** GlobalAveragePooling2D that keeps its axes. */
export class KerasGlobalAveragePooling2D extends GlobalAverage {
  static readonly className = 'KerasGlobalAveragePooling2D';
}

/** GlobalAveragePooling3D, which tfjs lacks. */
export class GlobalAveragePooling3D extends GlobalAverage {
  static readonly className = 'GlobalAveragePooling3D';
}

/** GlobalMaxPooling1D that keeps its axes. */
export class KerasGlobalMaxPooling1D extends GlobalMax {
  static readonly className = 'KerasGlobalMaxPooling1D';
}

/** GlobalMaxPooling2D that keeps its axes. */
export class KerasGlobalMaxPooling2D extends GlobalMax {
  static readonly className = 'KerasGlobalMaxPooling2D';
}

/** GlobalMaxPooling3D, which tfjs lacks. */
export class GlobalMaxPooling3D extends GlobalMax {
  static readonly className = 'GlobalMaxPooling3D';
}

/** The mirror of a pooling without the kept axes, for one with them. Its signal loses them first. */
function keeping(mirror: Mirror, pool: (cells: Tensor) => Tensor, layer: Layer, placement?: Placement): Mirror {
  const first = isChannelsFirst(layer);
  const up = channelsLast<Mirror>(layer, {
    up: ([x]) => pool(reshape(x!, [x!.shape[0]!, -1, x!.shape.at(-1)!])),
    down: (signal) => signal,
  }).up!;
  const whole: Mirror = {
    ...mirror,
    up: (inputs, at) => {
      // Only the output knows whether its axes are kept, and it has the order of the input then.
      const pooled = up(inputs, { ...at, outputShape: [at.outputShape[0]!, 1] });
      return reshape(pooled, [pooled.shape[0]!, ...at.outputShape.slice(1)]);
    },
    down(signal, at) {
      const flat = reshape(signal, [signal.shape[0]!, -1]);
      return mirror.down(flat, at);
    },
  };
  const own = first ? { channelAxis: 1, inputChannelAxes: [1], inputShapes: [] } : undefined;
  return wholeExtent(whole, placement ?? own);
}

const AVERAGE: LayerClass = {
  mirror: perMap((layer, placement) =>
    keeping(globalAveragePooling(layer), (cells) => mean(cells, 1), layer, placement),
  ),
  losesPlaces: true,
};
const MAX: LayerClass = {
  mirror: (layer, roles, placement) =>
    unpool((one) => keeping(globalMaxPooling(one), (cells) => max(cells, 1), one, placement))(layer, roles, placement),
  losesPlaces: true,
};
