import { abs, add, cast, lessEqual, matMul, mul, pow, range, reshape, sub, type Tensor } from '@tensorflow/tfjs-core';
import { cellByCell, outputChannelAxis, wholeExtent } from '../../../mirrors/kit/placement.js';
import type { LayerClass } from '../../../mirrors/layer-class.js';
import type { Mirror } from '../../../mirrors/mirror.js';
import { FEATURES } from '../../../mirrors/rows.js';
import { alias } from '../../../tensors/alias.js';
import { AddedLayer } from '../added-layer.js';

/** The options of `tf.nn.local_response_normalization`, with its defaults. */
interface LocalResponseOptions {
  /** How many places before and after a value are read with it. */
  readonly depthRadius?: number;
  readonly bias?: number;
  readonly alpha?: number;
  readonly beta?: number;
}

/**
 * Local response normalization, of TensorFlow's operations: `y = x · s^−β` with `s = k + α · Σ x²`, where the sum runs over
 * a window of the last axis. The mirror multiplies the signal by `s^−β`, which counts as a constant; under `gradient` it
 * takes the true derivative, `dx = s^−β · dy − 2αβ · x · Σ x · s^(−β−1) · dy`.
 *
 * Source: Krizhevsky et al., ImageNet classification with deep convolutional neural networks (NeurIPS 2012).
 */
export class LocalResponseOperation extends AddedLayer<LocalResponseOptions> {
  static readonly className = 'LocalResponseOperation';

  override deconvnetClass(): LayerClass {
    return {
      mirror: (_, { rectify }, placement) => {
        const exact = rectify.seed === 'output';
        const { alpha = 1, beta = 0.5 } = this.options;
        const mirror: Mirror = {
          kind: 'normalization',
          up: (inputs) => this.compute(inputs),
          record: ({ inputs: [x] }) => {
            const sums = this.#sums(x!);
            const factor = pow(sums, -beta);
            return exact ? [factor, alias(x!), mul(x!, pow(sums, -beta - 1))] : [factor];
          },
          down: (signal, { recorded: [factor, x, weighted] }) => {
            const passed = mul(signal, factor!);
            if (!x) return passed;
            return sub(passed, mul(mul(x, 2 * alpha * beta), this.#windowed(mul(signal, weighted!))));
          },
        };
        const rank = placement?.inputShapes[0]?.length ?? 0;
        const alongPlaces = outputChannelAxis(placement, rank) !== rank - 1;
        return [alongPlaces ? wholeExtent(mirror, placement) : cellByCell(mirror, placement)];
      },
      ...FEATURES,
    };
  }

  protected override compute([x]: readonly Tensor[]): Tensor {
    return mul(x!, pow(this.#sums(x!), -(this.options.beta ?? 0.5)));
  }

  #sums(x: Tensor): Tensor {
    const { alpha = 1, bias = 1 } = this.options;
    return add(bias, mul(alpha, this.#windowed(mul(x, x))));
  }

  /** The sum over the window around each place of the last axis: a product with a band of ones. */
  #windowed(values: Tensor): Tensor {
    const count = values.shape.at(-1)!;
    const places = range(0, count, 1, 'float32');
    const distance = abs(sub(reshape(places, [count, 1]), places));
    const band = cast(lessEqual(distance, this.options.depthRadius ?? 5), 'float32');
    return reshape(matMul(reshape(values, [-1, count]), band as never), values.shape);
  }
}
