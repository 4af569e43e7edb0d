import type { LayerClass } from '../../mirrors/layer-class.js';
import { NONLINEARITY, rectify } from '../../mirrors/rows.js';
import { fullElu, fullRelu, type ReluOptions } from './activations.js';
import { AddedLayer } from './added-layer.js';

/** ReLU with a slope, a threshold and a maximum at once. That of tfjs has a maximum alone. */
export class KerasReLU extends AddedLayer<ReluOptions> {
  static readonly className = 'KerasReLU';

  override deconvnetClass(): LayerClass {
    return RELU;
  }
}

/** ELU with any alpha. That of tfjs has 1. */
export class KerasELU extends AddedLayer<{ readonly alpha?: number }> {
  static readonly className = 'KerasELU';

  override deconvnetClass(): LayerClass {
    return ELU;
  }
}

const RELU: LayerClass = { mirror: rectify((layer) => fullRelu((layer as KerasReLU).options)), ...NONLINEARITY };
const ELU: LayerClass = { mirror: rectify((layer) => fullElu((layer as KerasELU).options)), ...NONLINEARITY };
