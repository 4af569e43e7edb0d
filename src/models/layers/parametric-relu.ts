import { initializers } from '@tensorflow/tfjs-layers';
import type { LayerClass } from '../../mirrors/layer-class.js';
import { parametricRelu } from '../../mirrors/rectify/parametric.js';
import { NONLINEARITY } from '../../mirrors/rows.js';
import { AddedLayer, type Shape } from './added-layer.js';

/** PReLU whose alpha is shared along the last axes but not along the first. tfjs computes it wrong on wasm. */
export class KerasPReLU extends AddedLayer<{ readonly sharedAxes?: number | readonly number[] }> {
  static readonly className = 'KerasPReLU';

  override build(inputShape: Shape): void {
    const shared = [this.options.sharedAxes ?? []].flat();
    const shape = inputShape.slice(1).map((size, axis) => (shared.includes(axis + 1) ? 1 : size!));
    this.addWeight('alpha', shape, 'float32', initializers.zeros());
    this.built = true;
  }

  override deconvnetClass(): LayerClass {
    return ROW;
  }
}

const ROW: LayerClass = {
  mirror: (layer, roles, placement) => [parametricRelu(layer, roles.rectify, placement)],
  ...NONLINEARITY,
};
