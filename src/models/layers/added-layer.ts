import { type serialization, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import type { LayerClass } from '../../mirrors/layer-class.js';
import { resolveRule } from '../../mirrors/rules.js';
import { activationObject } from '../../network/layer-access.js';
import { isChannelsFirst } from '../../network/layer-options.js';
import { extentOf } from '../../network/network.js';
import { type Region, wholeRegion } from '../../regions/region.js';

/** Sizes per axis, the batch first; null if the axis may have any size. */
export type Shape = (number | null)[];

type LayerArgs = ConstructorParameters<typeof layers.Layer>[0];
type ActivationArgs = Parameters<typeof layers.activation>[0];

/** What every layer has: these are options of the base class. */
const COMMON = ['name', 'trainable', 'batchInputShape', 'inputShape', 'batchSize', 'dtype', 'inputDType', 'weights'];

/**
 * A layer that Keras has and tfjs-layers lacks. It carries its mirror: the core finds what is known of the class by the
 * name of a method, because the core and this entry may be loaded as two copies, and the core knows none of these classes.
 *
 * Its options are kept as a file has them, but with names in camel case, and are written to a file again. What it computes
 * is the way up of its mirror, on the whole extent, unless a class says it otherwise.
 */
export abstract class AddedLayer<Options extends object = object> extends layers.Layer {
  readonly options: Options;
  /** The object that computes the fused activation function, under the name that tfjs has for it. */
  readonly activation?: unknown;

  constructor(config: Options) {
    super(config as LayerArgs);
    this.options = Object.fromEntries(
      Object.entries(config).filter(([key, value]) => !COMMON.includes(key) && value != null),
    ) as Options;
    this.supportsMasking = true;
    const { activation } = config as { activation?: string };
    if (activation != null) this.activation = activationObject(layers.activation({ activation } as ActivationArgs));
  }

  /** What is known of the class: its mirror first of all. */
  abstract deconvnetClass(): LayerClass;

  override computeOutputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => this.compute([inputs].flat()));
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.options };
  }

  /** Computes the output. It runs inside a `tf.tidy`. */
  protected compute(inputs: readonly Tensor[]): Tensor {
    const steps = this.deconvnetClass().mirror!(this, resolveRule({}), undefined)!;
    const region = (shape: readonly number[]): Region =>
      wholeRegion(extentOf(shape, isChannelsFirst(this) ? 1 : shape.length - 1));
    const shapes = inputs.map(({ shape }) => shape);
    const [first] = shapes as [number[]];
    const outputShape = this.computeOutputShape((shapes.length === 1 ? first : shapes) as number[]) as number[];
    return steps.reduce<readonly Tensor[]>((given, { up }, step) => {
      const inputShapes = step === 0 ? shapes : [outputShape];
      const regions = { inputRegions: inputShapes.map(region), outputRegion: region(outputShape) };
      return [up!(given, { layer: this, prepared: [], inputShapes, outputShape, ...regions })];
    }, inputs)[0]!;
  }
}
