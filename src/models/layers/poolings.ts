import type { LayerClass } from '../../mirrors/layer-class.js';
import { averagePooling } from '../../mirrors/pooling/average-pooling.js';
import { maxPooling } from '../../mirrors/pooling/max-pooling.js';
import { perMap, unpool } from '../../mirrors/rows.js';
import { isChannelsFirst } from '../../network/layer-options.js';
import type { Window } from '../../regions/window.js';
import { AddedLayer, type Shape } from './added-layer.js';

interface PoolingOptions {
  readonly poolSize?: readonly number[];
  readonly strides?: readonly number[];
  readonly padding?: 'valid' | 'same';
}

/** A pooling by windows along one or three spatial axes. */
abstract class Pooling extends AddedLayer<PoolingOptions> {
  constructor(config: PoolingOptions) {
    super({ ...config, poolSize: config.poolSize ?? [2] });
  }

  /** The window that the layer slides. */
  window(): Window {
    const { poolSize: size, strides: stride = size!, padding = 'valid' } = this.options;
    return { size: size!, stride, padding };
  }

  override computeOutputShape(inputShape: Shape): Shape {
    const { size: cells, stride, padding } = this.window();
    const first = isChannelsFirst(this) ? 2 : 1;
    return inputShape.map((size, at) => {
      const axis = at - first;
      if (size === null || cells[axis] === undefined) return size;
      const read = padding === 'same' ? size : size - cells[axis] + 1;
      return Math.max(Math.ceil(read / stride[axis]!), 0);
    });
  }
}

abstract class MaxPooling extends Pooling {
  override deconvnetClass(): LayerClass {
    return MAX;
  }
}

abstract class AveragePooling extends Pooling {
  override deconvnetClass(): LayerClass {
    return AVERAGE;
  }
}

/** MaxPooling1D with its channels first, which tfjs does not know. */
export class KerasMaxPooling1D extends MaxPooling {
  static readonly className = 'KerasMaxPooling1D';
}

/** MaxPooling3D, which tfjs computes wrong on wasm where all values of a window are negative. */
export class KerasMaxPooling3D extends MaxPooling {
  static readonly className = 'KerasMaxPooling3D';
}

/** AveragePooling1D with its channels first, which tfjs does not know. */
export class KerasAveragePooling1D extends AveragePooling {
  static readonly className = 'KerasAveragePooling1D';
}

/** AveragePooling3D whose windows leave cells out. tfjs leaves out others than Keras. */
export class KerasAveragePooling3D extends AveragePooling {
  static readonly className = 'KerasAveragePooling3D';
}

const rankOf = ({ options }: Pooling): 1 | 3 => options.poolSize!.length as 1 | 3;

const MAX: LayerClass = {
  mirror: unpool((layer) => maxPooling(layer, rankOf(layer as Pooling), (layer as Pooling).window())),
};
const AVERAGE: LayerClass = {
  mirror: perMap((layer) => averagePooling(layer, rankOf(layer as Pooling), (layer as Pooling).window())),
};
