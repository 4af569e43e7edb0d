import { type serialization, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import type { LayerClass } from '../../mirrors/layer-class.js';

/** Sizes per axis, the batch first; null if the axis may have any size. */
export type Shape = (number | null)[];

type LayerArgs = ConstructorParameters<typeof layers.Layer>[0];

/** What every layer has: these are options of the base class. */
const COMMON = ['name', 'trainable', 'batchInputShape', 'inputShape', 'batchSize', 'dtype', 'inputDType', 'weights'];

/**
 * A layer that Keras has and tfjs-layers lacks. It carries its mirror: the core finds what is known of the class by the
 * name of a method, because the core and this entry may be loaded as two copies, and knows nothing of these classes.
 *
 * A class states what it computes, for one input or several. Its options are kept as a file has them, but with names in
 * camel case, and are written to a file again.
 */
export abstract class AddedLayer<Options extends object = object> extends layers.Layer {
  readonly options: Options;

  constructor(config: Options & object) {
    super(config as LayerArgs);
    this.options = Object.fromEntries(Object.entries(config).filter(([key]) => !COMMON.includes(key))) as Options;
    this.supportsMasking = true;
  }

  /** What is known of the class: its mirror first of all. */
  abstract deconvnetClass(): LayerClass;

  /** Computes the output. It runs inside a `tf.tidy`. */
  protected abstract compute(inputs: readonly Tensor[]): Tensor;

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => this.compute([inputs].flat()));
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.options };
  }
}
