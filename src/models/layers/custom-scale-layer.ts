import { add, mul, type Tensor } from '@tensorflow/tfjs-core';
import type { LayerClass } from '../../mirrors/layer-class.js';
import { mergeMirror } from '../../mirrors/merge/merge.js';
import { optionsOf } from '../../network/layer-options.js';
import { AddedLayer } from './added-layer.js';

/**
 * The layer that joins a block of Inception-ResNet to its shortcut: `y = x₀ + scale · x₁`. Keras has it for that network
 * only. The signal goes to the first input as it is, and to the second one times the scale.
 */
export class CustomScaleLayer extends AddedLayer<{ readonly scale: number }> {
  static readonly className = 'CustomScaleLayer';

  override deconvnetClass(): LayerClass {
    return ROW;
  }

  override computeOutputShape(inputShapes: unknown): (number | null)[] {
    return (inputShapes as (number | null)[][])[0]!;
  }

  protected override compute([first, second]: readonly [Tensor, Tensor]): Tensor {
    return add(first, mul(second, this.options.scale));
  }
}

const ROW: LayerClass = {
  mirror(layer, _roles, placement) {
    const { scale } = optionsOf<{ scale: number }>(layer);
    return [
      mergeMirror(
        {
          kind: 'copy',
          merge: ([first, second]) => add(first!, mul(second!, scale)),
          share: (signal) => [signal, mul(signal, scale)],
        },
        placement,
      ),
    ];
  },
  keepsFeatures: true,
};
