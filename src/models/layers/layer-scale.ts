import { mul, type Tensor } from '@tensorflow/tfjs-core';
import { initializers } from '@tensorflow/tfjs-layers';
import { cellByCell, outputChannelAxis, wholeExtent } from '../../mirrors/kit/placement.js';
import type { LayerClass } from '../../mirrors/layer-class.js';
import type { Mirror } from '../../mirrors/mirror.js';
import { weightsOf } from '../../network/layer-access.js';
import { AddedLayer, type Shape } from './added-layer.js';

/**
 * The layer of ConvNeXt that multiplies each feature map by a trained number: `y = γ · x`, along the last axis. The mirror
 * multiplies the signal by the same numbers.
 *
 * Source: Touvron et al., Going deeper with image transformers (ICCV 2021).
 */
export class LayerScale extends AddedLayer<{ readonly initValues?: number }> {
  static readonly className = 'LayerScale';

  override build(inputShape: Shape): void {
    const value = this.options.initValues ?? 1e-6;
    this.addWeight('gamma', [inputShape.at(-1)!], 'float32', initializers.constant({ value }));
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override deconvnetClass(): LayerClass {
    return ROW;
  }

  protected override compute([x]: readonly Tensor[]): Tensor {
    return mul(x!, weightsOf(this)[0]!);
  }
}

const ROW: LayerClass = {
  mirror(layer, _roles, placement) {
    const mirror: Mirror = {
      kind: 'scale',
      prepare: () => [weightsOf(layer)[0]!],
      up: ([x]) => mul(x!, weightsOf(layer)[0]!),
      down: (signal, { prepared }) => mul(signal, prepared[0]!),
    };
    const rank = placement?.inputShapes[0]?.length ?? 0;
    const alongPlaces = outputChannelAxis(placement, rank) !== rank - 1;
    return [alongPlaces ? wholeExtent(mirror, placement) : cellByCell(mirror, placement)];
  },
  keepsFeatures: true,
};
