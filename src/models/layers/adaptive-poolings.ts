import type * as tf from '@tensorflow/tfjs-core';
import { channelsLast } from '../../mirrors/kit/channels-last.js';
import { type Placement, wholeExtent } from '../../mirrors/kit/placement.js';
import type { LayerClass } from '../../mirrors/layer-class.js';
import type { Mirror } from '../../mirrors/mirror.js';
import { perMap, unpool } from '../../mirrors/rows.js';
import { isChannelsFirst } from '../../network/layer-options.js';
import { chosenAlong, maxAlong, meanAlong, spreadAlong, winnersAlong } from './adaptive-windows.js';
import { AddedLayer, type Shape } from './added-layer.js';

/**
 * A pooling whose output has a given size, whatever the size of its input is: along each axis cell i reads the cells from
 * `⌊i · n / m⌋` up to `⌈(i + 1) · n / m⌉`, where n cells become m.
 */
abstract class AdaptivePooling extends AddedLayer<{ readonly outputSize: readonly number[] }> {
  /** What the layer computes, with the channels last, on the whole extent. */
  protected abstract mirror(): Mirror;

  protected abstract row(mirror: (placement: Placement | undefined) => Mirror): LayerClass;

  override computeOutputShape(inputShape: Shape): Shape {
    const { outputSize } = this.options;
    const [batch, ...sizes] = inputShape;
    return isChannelsFirst(this) ? [batch!, sizes[0]!, ...outputSize] : [batch!, ...outputSize, sizes.at(-1)!];
  }

  override deconvnetClass(): LayerClass {
    const own = isChannelsFirst(this) ? { channelAxis: 1, inputChannelAxes: [1], inputShapes: [] } : undefined;
    return {
      ...this.row((placement) => wholeExtent(channelsLast<Mirror>(this, this.mirror()), placement ?? own)),
      ...(this.options.outputSize.every((size) => size === 1) && { losesPlaces: true }),
    };
  }

  /** The spatial axes, each with the size that it gets. */
  protected axes(): (readonly [axis: number, size: number])[] {
    return this.options.outputSize.map((size, axis) => [axis + 1, size]);
  }
}

/** The mean of each window. The mirror divides the signal of a window equally among its cells. */
abstract class AdaptiveAverage extends AdaptivePooling {
  protected override row(mirror: (placement: Placement | undefined) => Mirror): LayerClass {
    return { mirror: perMap((_, placement) => mirror(placement)) };
  }

  protected override mirror(): Mirror {
    return {
      kind: 'spread',
      sign: 'as-input',
      up: ([x]) => this.axes().reduce((held, [axis, size]) => meanAlong(held, axis, size), x!),
      down: (signal, { inputShapes }) =>
        this.axes().reduce((held, [axis]) => spreadAlong(held, axis, inputShapes[0]![axis]!), signal),
    };
  }
}

/** The maximum of each window, found along the last axis first, so that the first maximum in row-major order wins. */
abstract class AdaptiveMax extends AdaptivePooling {
  protected override row(mirror: (placement: Placement | undefined) => Mirror): LayerClass {
    return {
      mirror: (layer, roles, placement) => unpool(() => mirror(placement))(layer, roles, placement),
    };
  }

  protected override mirror(): Mirror {
    const axes = this.axes();
    return {
      kind: 'unpool',
      sign: 'as-input',
      up: ([x]) => axes.reduceRight((held, [axis, size]) => maxAlong(held, axis, size), x!),
      record: ({ inputs }) => {
        const winners: tf.Tensor[] = [];
        axes.reduceRight((held, [axis, size]) => {
          winners.unshift(winnersAlong(held, axis, size));
          return maxAlong(held, axis, size);
        }, inputs[0]!);
        return winners;
      },
      down: (signal, { recorded, inputShapes }) =>
        axes.reduce((held, [axis], i) => chosenAlong(held, recorded[i]!, axis, inputShapes[0]![axis]!), signal),
    };
  }
}

/** AdaptiveAveragePooling1D, which tfjs lacks. */
export class AdaptiveAveragePooling1D extends AdaptiveAverage {
  static readonly className = 'AdaptiveAveragePooling1D';
}

/** AdaptiveAveragePooling2D, which tfjs lacks. */
export class AdaptiveAveragePooling2D extends AdaptiveAverage {
  static readonly className = 'AdaptiveAveragePooling2D';
}

/** AdaptiveAveragePooling3D, which tfjs lacks. */
export class AdaptiveAveragePooling3D extends AdaptiveAverage {
  static readonly className = 'AdaptiveAveragePooling3D';
}

/** AdaptiveMaxPooling1D, which tfjs lacks. */
export class AdaptiveMaxPooling1D extends AdaptiveMax {
  static readonly className = 'AdaptiveMaxPooling1D';
}

/** AdaptiveMaxPooling2D, which tfjs lacks. */
export class AdaptiveMaxPooling2D extends AdaptiveMax {
  static readonly className = 'AdaptiveMaxPooling2D';
}

/** AdaptiveMaxPooling3D, which tfjs lacks. */
export class AdaptiveMaxPooling3D extends AdaptiveMax {
  static readonly className = 'AdaptiveMaxPooling3D';
}
