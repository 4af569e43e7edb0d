import { initializers } from '@tensorflow/tfjs-layers';
import { axisAt } from '../../mirrors/kit/placement.js';
import type { LayerClass } from '../../mirrors/layer-class.js';
import { FEATURES, perMap } from '../../mirrors/rows.js';
import { batchNormalization } from '../../mirrors/scaling/batch-normalization.js';
import { AddedLayer, type Shape } from './added-layer.js';

interface BatchNormalizationOptions {
  readonly axis?: number;
  readonly epsilon?: number;
  readonly center?: boolean;
  readonly scale?: boolean;
}

/**
 * BatchNormalization of inputs for which tfjs throws, or computes wrong values: inputs of three spatial axes, and inputs
 * that are normalised along another axis than the last.
 */
export class KerasBatchNormalization extends AddedLayer<BatchNormalizationOptions> {
  static readonly className = 'KerasBatchNormalization';

  override build(inputShape: Shape): void {
    const { axis = -1, scale = true, center = true } = this.options;
    const shape = [inputShape[axisAt(axis, inputShape.length)]!];
    if (scale) this.addWeight('gamma', shape, 'float32', initializers.ones());
    if (center) this.addWeight('beta', shape, 'float32', initializers.zeros());
    this.addWeight('moving_mean', shape, 'float32', initializers.zeros(), undefined, false);
    this.addWeight('moving_variance', shape, 'float32', initializers.ones(), undefined, false);
    this.built = true;
  }

  override deconvnetClass(): LayerClass {
    return ROW;
  }
}

const ROW: LayerClass = { mirror: perMap(batchNormalization), ...FEATURES };
