import { add, div, maximum, mul, sqrt, sub, type Tensor, tensor, zeros } from '@tensorflow/tfjs-core';
import { initializers } from '@tensorflow/tfjs-layers';
import { axisAt, cellByCell, outputChannelAxis, wholeExtent } from '../../mirrors/kit/placement.js';
import type { LayerClass } from '../../mirrors/layer-class.js';
import type { Mirror } from '../../mirrors/mirror.js';
import { FEATURES } from '../../mirrors/rows.js';
import { weightsOf } from '../../network/layer-access.js';
import { AddedLayer, type Shape } from './added-layer.js';
import { alongAxes } from './statistics.js';

interface NormalizationOptions {
  /** The axes along which each place has a mean and a variance of its own; none if one serves all values. */
  readonly axis?: number | readonly number[];
  readonly mean?: number | number[];
  readonly variance?: number | number[];
  readonly invert?: boolean;
}

/** The smallest deviation that Keras divides by. */
const LEAST = 1e-7;

/**
 * Normalization, which Keras has for preprocessing: `y = (x − μ) / σ`, or `y = μ + σ · x` if it inverts. Mean and variance
 * were found on a data set, and are weights, or they are options. The mirror multiplies the signal by `1 / σ`, or by σ.
 */
export class Normalization extends AddedLayer<NormalizationOptions> {
  static readonly className = 'Normalization';

  override build(inputShape: Shape): void {
    if (this.options.mean === undefined) {
      const shape = this.axes(inputShape.length).map((axis) => inputShape[axis]!);
      this.addWeight('mean', shape, 'float32', initializers.zeros(), undefined, false);
      this.addWeight('variance', shape, 'float32', initializers.ones(), undefined, false);
      this.addWeight('count', [], 'int32', initializers.zeros(), undefined, false);
    }
    this.built = true;
  }

  override deconvnetClass(): LayerClass {
    return ROW;
  }

  /** The layer's axes, counted from the front and in order. */
  axes(rank: number): number[] {
    return [this.options.axis ?? -1]
      .flat()
      .map((axis) => axisAt(axis, rank))
      .sort((a, b) => a - b);
  }

  /** The mean and the variance, as they are kept: weights of the layer, or options. */
  values(): readonly [mean: Tensor, variance: Tensor] {
    const { mean, variance } = this.options;
    const [first, second] = mean === undefined ? weightsOf(this) : [tensor(mean), tensor(variance!)];
    return [first!, second!];
  }

  /** Values, in the shape in which they broadcast with an input. */
  shaped(values: Tensor, x: Tensor): Tensor {
    const axes = this.axes(x.rank);
    return alongAxes(add(zeros(axes.map((axis) => x.shape[axis]!)), values), x, axes);
  }

  /** The deviation, in the shape in which it broadcasts with an input. */
  deviation(variance: Tensor, x: Tensor): Tensor {
    return this.shaped(maximum(sqrt(variance), LEAST), x);
  }

  protected override compute([x]: readonly Tensor[]): Tensor {
    return normalize(this, x!);
  }
}

function normalize(layer: Normalization, x: Tensor): Tensor {
  const [mean, variance] = layer.values();
  const [centre, deviation] = [layer.shaped(mean, x), layer.deviation(variance, x)];
  return layer.options.invert ? add(centre, mul(x, deviation)) : div(sub(x, centre), deviation);
}

const ROW: LayerClass = {
  mirror(given, _roles, placement) {
    const layer = given as Normalization;
    const mirror: Mirror = {
      kind: 'normalization',
      prepare: () => [layer.values()[1]],
      up: ([x]) => normalize(layer, x!),
      down(signal, { prepared: [variance] }) {
        const deviation = layer.deviation(variance!, signal);
        return layer.options.invert ? mul(signal, deviation) : div(signal, deviation);
      },
    };
    const rank = placement?.inputShapes[0]?.length;
    const overChannels =
      rank !== undefined && layer.axes(rank).every((axis) => axis === outputChannelAxis(placement, rank));
    return [overChannels ? cellByCell(mirror, placement) : wholeExtent(mirror, placement)];
  },
  ...FEATURES,
};
