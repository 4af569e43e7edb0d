import { add, mul, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import { keepingMaps } from '../../../mirrors/kit/one-map.js';
import { cellByCell, outputChannelAxis, wholeExtent } from '../../../mirrors/kit/placement.js';
import type { LayerClass } from '../../../mirrors/layer-class.js';
import type { Mirror } from '../../../mirrors/mirror.js';
import { AddedLayer, type Shape } from '../added-layer.js';

/** Numbers that lie along the last axes of a tensor. A list of one number is that number everywhere. */
interface ScaleOptions {
  readonly shape: readonly number[];
  readonly scale: readonly number[];
  readonly offset: readonly number[];
}

/**
 * Arithmetic with an array of numbers, of Keras's operations: `y = x · scale + offset`. The mirror multiplies the signal by
 * the scale, and drops the offset.
 */
export class ScaleOperation extends AddedLayer<ScaleOptions> {
  static readonly className = 'ScaleOperation';

  override computeOutputShape(inputShape: Shape): Shape {
    const { shape } = this.options;
    const along = inputShape.slice(inputShape.length - shape.length);
    const fits = shape.length < inputShape.length && shape.every((size, i) => size === 1 || size === along[i]);
    if (fits) return inputShape;
    throw new DeconvnetError(
      'unsupported-layer',
      `Layer '${this.name}' computes with an array of the shape [${shape.join(', ')}] and a tensor of the shape [${inputShape.join(', ')}]. The sizes of the array must be those of the last axes of the tensor, or 1. Save the model with an array that fits.`,
      { layer: this.name },
    );
  }

  override deconvnetClass(): LayerClass {
    return {
      mirror: (_, _roles, placement) => {
        const mirror: Mirror = {
          kind: 'scale',
          up: (inputs) => this.compute(inputs),
          down: (signal) => mul(signal, this.#numbers('scale')),
        };
        const rank = placement?.inputShapes[0]?.length ?? 0;
        const channel = outputChannelAxis(placement, rank);
        const { shape } = this.options;
        const alongChannels = shape.every((size, i) => size === 1 || rank - shape.length + i === channel);
        return [
          keepingMaps(placement && !alongChannels ? wholeExtent(mirror, placement) : cellByCell(mirror, placement)),
        ];
      },
      keepsFeatures: true,
    };
  }

  protected override compute([x]: readonly Tensor[]): Tensor {
    return add(mul(x!, this.#numbers('scale')), this.#numbers('offset'));
  }

  #numbers(name: 'scale' | 'offset'): Tensor | number {
    const values = this.options[name];
    return values.length === 1 ? values[0]! : tensor([...values], [...this.options.shape], 'float32');
  }
}
