import type { LayerClass } from '../../mirrors/layer-class.js';
import { averagePooling } from '../../mirrors/pooling/average-pooling.js';
import { maxPooling } from '../../mirrors/pooling/max-pooling.js';
import { perMap, unpool } from '../../mirrors/rows.js';
import { isChannelsFirst } from '../../network/layer-options.js';
import { AddedLayer, type Shape } from './added-layer.js';

interface PoolingOptions {
  readonly poolSize?: readonly number[];
  readonly strides?: readonly number[];
  readonly padding?: 'valid' | 'same';
}

/** A pooling along one spatial axis, which may have its channels first. tfjs knows no data format there. */
abstract class Pooling1D extends AddedLayer<PoolingOptions> {
  constructor(config: PoolingOptions) {
    super({ ...config, poolSize: config.poolSize ?? [2] });
  }

  override computeOutputShape(inputShape: Shape): Shape {
    const { poolSize, strides = poolSize!, padding } = this.options;
    const axis = isChannelsFirst(this) ? 2 : 1;
    return inputShape.map((size, at) => {
      if (at !== axis || size === null) return size;
      const read = padding === 'same' ? size : size - poolSize![0]! + 1;
      return Math.max(Math.ceil(read / strides[0]!), 0);
    });
  }
}

/** MaxPooling1D with its channels first. */
export class KerasMaxPooling1D extends Pooling1D {
  static readonly className = 'KerasMaxPooling1D';

  override deconvnetClass(): LayerClass {
    return MAX;
  }
}

/** AveragePooling1D with its channels first. */
export class KerasAveragePooling1D extends Pooling1D {
  static readonly className = 'KerasAveragePooling1D';

  override deconvnetClass(): LayerClass {
    return AVERAGE;
  }
}

const MAX: LayerClass = { mirror: unpool((layer) => maxPooling(layer, 1)) };
const AVERAGE: LayerClass = { mirror: perMap((layer) => averagePooling(layer, 1)) };
