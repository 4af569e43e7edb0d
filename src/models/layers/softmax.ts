import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { axisAt } from '../../mirrors/kit/placement.js';
import type { LayerClass } from '../../mirrors/layer-class.js';
import { normalizer } from '../../mirrors/rectify/activation.js';
import { NONLINEARITY, rectify } from '../../mirrors/rows.js';
import { AddedLayer, type Shape } from './added-layer.js';

interface SoftmaxOptions {
  /** One axis, or several axes together. */
  readonly axis?: number | readonly number[];
  /** Whether the output is the logarithm of the softmax. */
  readonly logarithm?: boolean;
}

/** Softmax along another axis than the last, for which that of tfjs throws, or along several axes; or its logarithm. */
export class KerasSoftmax extends AddedLayer<SoftmaxOptions> {
  static readonly className = 'KerasSoftmax';

  override deconvnetClass(): LayerClass {
    return ROW;
  }

  override computeOutputShape(inputShape: Shape): Shape {
    const axes = [this.options.axis ?? -1].flat();
    const rank = inputShape.length;
    if (axes.every((axis) => axisAt(axis, rank) > 0 && axisAt(axis, rank) < rank)) return inputShape;
    throw new DeconvnetError(
      'unsupported-layer',
      `Layer '${this.name}' is a softmax along the axes [${axes.join(', ')}] of a tensor of the shape [${inputShape.join(', ')}]. It must have these axes, and axis 0, the batch, must not be one of them. Name other axes, and save the model again.`,
      { layer: this.name },
    );
  }
}

const ROW: LayerClass = {
  mirror: rectify((layer) => {
    const { axis = -1, logarithm } = (layer as KerasSoftmax).options;
    return normalizer(logarithm ? 'logSoftmax' : 'softmax', axis);
  }),
  ...NONLINEARITY,
};
