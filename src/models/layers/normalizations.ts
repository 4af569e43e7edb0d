import { add, mean, minimum, mul, reshape, rsqrt, sum, type Tensor } from '@tensorflow/tfjs-core';
import { initializers } from '@tensorflow/tfjs-layers';
import { axisAt } from '../../mirrors/kit/placement.js';
import type { LayerClass } from '../../mirrors/layer-class.js';
import { FEATURES } from '../../mirrors/rows.js';
import { weightsOf } from '../../network/layer-access.js';
import { AddedLayer, type Shape } from './added-layer.js';
import { alongAxes, normalizing, type Statistics } from './statistics.js';

interface NormalizationOptions {
  readonly axis?: number | readonly number[];
  readonly groups?: number;
  readonly epsilon?: number;
  readonly center?: boolean;
  readonly scale?: boolean;
  readonly rmsScaling?: boolean;
}

/** A layer that normalises by statistics of its input. */
abstract class Normalizing extends AddedLayer<NormalizationOptions> {
  /** What is computed of the input. It may use the weights. */
  abstract statistics(): Statistics;

  /** The trained weights, each with a value for each place along the layer's axes. */
  protected weightNames(): readonly ('gamma' | 'beta' | 'scale')[] {
    return [];
  }

  override build(inputShape: Shape): void {
    for (const name of this.weightNames()) {
      const shape = this.axes(inputShape.length).map((axis) => inputShape[axis]!);
      this.addWeight(name, shape, 'float32', name === 'beta' ? initializers.zeros() : initializers.ones());
    }
    this.built = true;
  }

  override deconvnetClass(): LayerClass {
    return ROW;
  }

  /** The layer's axes, counted from the front and in order. */
  protected axes(rank: number): number[] {
    const given = [this.options.axis ?? -1].flat().map((axis) => axisAt(axis, rank));
    return given.sort((a, b) => a - b);
  }

  /** The steps that multiply by the trained scale and add the trained shift, if the layer has them. */
  protected affine(): Pick<Statistics, 'scale' | 'shift'> {
    const names = this.weightNames();
    const weight = (i: number, x: Tensor): Tensor => alongAxes(weightsOf(this)[i]!, x, this.axes(x.rank));
    const shift = names.indexOf('beta');
    return {
      ...(shift !== 0 && names.length > 0 && { scale: (x) => mul(x, weight(0, x)) }),
      ...(shift >= 0 && { shift: (x) => add(x, weight(shift, x)) }),
    };
  }
}

const ROW: LayerClass = {
  mirror: (layer, { rectify }, placement) => [normalizing((layer as Normalizing).statistics(), rectify, placement)],
  ...FEATURES,
};

/**
 * GroupNormalization: the statistics are those of a group of feature maps, over all cells.
 *
 * Source: Wu & He, Group normalization (ECCV 2018).
 */
export class GroupNormalization extends Normalizing {
  static readonly className = 'GroupNormalization';

  override statistics(): Statistics {
    const { epsilon = 1e-3, groups = 32 } = this.options;
    return {
      axes: (rank) => this.axes(rank),
      split: (input) => {
        const [axis] = this.axes(input.rank) as [number];
        const size = input.shape[axis]!;
        const count = groups === -1 ? size : groups;
        const x = reshape(input, [...input.shape.slice(0, axis), count, size / count, ...input.shape.slice(axis + 1)]);
        return { x, axes: x.shape.map((_, i) => i).filter((i) => i !== 0 && i !== axis) };
      },
      sum: mean,
      centred: true,
      factor: (squares) => rsqrt(add(squares, epsilon)),
      ...this.affine(),
    };
  }

  protected override weightNames(): readonly ('gamma' | 'beta')[] {
    const { scale = true, center = true } = this.options;
    return [...(scale ? (['gamma'] as const) : []), ...(center ? (['beta'] as const) : [])];
  }
}

/** UnitNormalization: the values along the axes get the length 1. */
export class UnitNormalization extends Normalizing {
  static readonly className = 'UnitNormalization';

  override statistics(): Statistics {
    return { axes: (rank) => this.axes(rank), sum, factor: (squares) => minimum(rsqrt(squares), 1e12) };
  }
}

/**
 * RMSNormalization: the values along the axes are divided by the root of their mean square.
 *
 * Source: Zhang & Sennrich, Root mean square layer normalization (NeurIPS 2019).
 */
export class RMSNormalization extends Normalizing {
  static readonly className = 'RMSNormalization';

  override statistics(): Statistics {
    const { epsilon = 1e-6 } = this.options;
    return {
      axes: (rank) => this.axes(rank),
      sum: mean,
      factor: (squares) => rsqrt(add(squares, epsilon)),
      ...this.affine(),
    };
  }

  protected override weightNames(): readonly 'scale'[] {
    return ['scale'];
  }
}
