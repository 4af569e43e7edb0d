import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import { keepingMaps } from '../../../mirrors/kit/one-map.js';
import { axisAt, cellByCell, outputChannelAxis, type Placement, wholeExtent } from '../../../mirrors/kit/placement.js';
import type { LayerClass } from '../../../mirrors/layer-class.js';
import type { Mirror } from '../../../mirrors/mirror.js';
import { AddedLayer, type Shape } from '../added-layer.js';

interface ReduceOptions {
  readonly kind: 'mean' | 'sum' | 'max' | 'min';
  readonly axes: readonly number[];
  readonly keepdims?: boolean;
}

const REDUCTIONS = { mean: tf.mean, sum: tf.sum, max: tf.max, min: tf.min };

/**
 * The mean, the sum, the maximum or the minimum along some axes, of Keras's operations. The mirror of a mean or a sum
 * spreads the signal over the cells; that of a maximum puts it where the first winner was.
 */
export class ReduceOperation extends AddedLayer<ReduceOptions> {
  static readonly className = 'ReduceOperation';
  #rank = 0;

  override computeOutputShape(inputShape: Shape): Shape {
    this.#rank = inputShape.length;
    const axes = this.#axes();
    if (axes.includes(0) || axes.some((axis) => axis < 0 || axis >= inputShape.length)) {
      throw new DeconvnetError(
        'unsupported-layer',
        `Layer '${this.name}' reduces the axes [${this.options.axes.join(', ')}] of a tensor of the shape [${inputShape.join(', ')}]. It must have these axes, and axis 0, the batch, must stay. Name other axes, and save the model again.`,
        { layer: this.name },
      );
    }
    const kept = inputShape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    return this.options.keepdims ? kept : kept.filter((_, axis) => !axes.includes(axis));
  }

  override deconvnetClass(): LayerClass {
    const { kind, keepdims } = this.options;
    const overChannels = keepdims === true && this.#axes().join() === `${this.#rank - 1}`;
    return {
      mirror: (layer, roles, placement) =>
        kind === 'max'
          ? [roles.unpool(layer, this.#placed(this.#winner(), placement))]
          : [this.#placed(kind === 'min' ? this.#winner() : this.#spread(), placement)],
      ...(!overChannels && { losesPlaces: true }),
    };
  }

  protected override compute([x]: readonly tf.Tensor[]): tf.Tensor {
    const { kind, keepdims } = this.options;
    return REDUCTIONS[kind](x!, [...this.#axes()], keepdims);
  }

  #axes(): readonly number[] {
    return [...new Set(this.options.axes.map((axis) => axisAt(axis, this.#rank)))].sort((a, b) => a - b);
  }

  #placed(mirror: Mirror, placement: Placement | undefined): Mirror {
    const axes = this.#axes();
    const channel = outputChannelAxis(placement, this.#rank);
    if (this.options.keepdims && placement && axes.every((axis) => axis === channel))
      return cellByCell(mirror, placement);
    const whole = wholeExtent(mirror, placement);
    // Without the reduced axes, the feature maps are still the last axis only if the channels were not reduced.
    return axes.includes(placement?.inputChannelAxes[0] ?? this.#rank - 1) ? whole : keepingMaps(whole);
  }

  #spread(): Mirror {
    const { kind } = this.options;
    return {
      kind: kind === 'mean' ? 'spread' : 'copy',
      sign: 'as-input',
      up: (inputs) => this.compute(inputs),
      down: (signal, { inputShapes }) => {
        const kept = this.#kept(signal);
        const shape = this.#whole(kept, inputShapes[0]!);
        const spread = tf.mul(kept, tf.ones(shape));
        const count = this.#axes().reduce((product, axis) => product * shape[axis]!, 1);
        return kind === 'mean' ? tf.div(spread, count) : spread;
      },
    };
  }

  /** It records the number of the first winner among the cells that are reduced, in row-major order. */
  #winner(): Mirror {
    return {
      kind: 'unpool',
      sign: 'as-input',
      up: (inputs) => this.compute(inputs),
      record: ({ inputs: [x] }) => {
        const line = this.#inLine(x!);
        const count = line.shape.at(-1)!;
        const best = this.options.kind === 'max' ? tf.max(line, -1, true) : tf.min(line, -1, true);
        // On WebGL and WebGPU, tf.where fails for tensors of five axes. The product is exact, since the numbers are whole.
        const fromEnd = tf.mul(tf.cast(tf.equal(line, best), 'float32'), tf.range(count, 0, -1, 'float32'));
        const first = tf.sub(count, tf.max(fromEnd, -1));
        return [
          tf.reshape(
            first,
            x!.shape.map((size, axis) => (this.#axes().includes(axis) ? 1 : size)),
          ),
        ];
      },
      down: (signal, { recorded, inputShapes }) => {
        const axes = this.#axes();
        const kept = this.#kept(signal);
        const shape = this.#whole(kept, inputShapes[0]!);
        // The number of each cell among those that are reduced with it.
        const sizes = shape.map((size, axis) => (axes.includes(axis) ? size : 1));
        const numbers = tf.reshape(
          tf.range(
            0,
            sizes.reduce((product, size) => product * size, 1),
            1,
            'float32',
          ),
          sizes,
        );
        return tf.mul(kept, tf.cast(tf.equal(recorded[0]!, numbers), 'float32'));
      },
    };
  }

  /** A tensor with the reduced axes joined into one, which is the last. */
  #inLine(x: tf.Tensor): tf.Tensor {
    const axes = this.#axes();
    const others = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const moved = tf.transpose(x, [...others, ...axes]);
    return tf.reshape(moved, [...others.map((axis) => x.shape[axis]!), -1]);
  }

  /** A signal with the reduced axes, which have size 1. */
  #kept(signal: tf.Tensor): tf.Tensor {
    if (this.options.keepdims) return signal;
    const axes = this.#axes();
    const sizes = [...signal.shape];
    for (const axis of axes) sizes.splice(axis, 0, 1);
    return tf.reshape(signal, sizes);
  }

  /** The shape of the input that belongs to a signal. */
  #whole(kept: tf.Tensor, inputShape: readonly number[]): number[] {
    const axes = this.#axes();
    return kept.shape.map((size, axis) => (axes.includes(axis) ? inputShape[axis]! : size));
  }
}
