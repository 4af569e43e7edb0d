import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { type SavedModel, savedModel } from './saved-model.js';

type Initializer = ReturnType<typeof tfl.initializers.zeros>;
/** The base class of the initializers, which tfjs-layers does not export. */
const Base = Object.getPrototypeOf(tfl.initializers.zeros().constructor) as (new () => Initializer) &
  Pick<typeof tf.serialization.Serializable, 'fromConfig'>;

/** Fills a weight with sevens, and counts how often. */
export class Counted extends Base {
  static readonly className = 'CountedInitializer';
  static calls = 0;

  override apply(shape: number[]): tf.Tensor {
    Counted.calls++;
    return tf.fill(shape, 7);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {};
  }
}
tf.serialization.registerClass(Counted);

/** A layer of a user's own. Its weights have initializers that its config does not name, and it can use them in `build`. */
export class Scale extends tfl.layers.Layer {
  static readonly className = 'CountedScale';
  static use: (weight: tfl.LayerVariable) => void = () => undefined;
  gain: tfl.LayerVariable | undefined;
  shift: tfl.LayerVariable | undefined;

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const size = [(inputShape as tfl.Shape).at(-1)!];
    this.gain = this.addWeight('gain', size, 'float32', new Counted());
    this.shift = this.addWeight('shift', size, 'float32', new Counted());
    Scale.use(this.gain);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return tf.add(tf.mul(x, this.gain!.read()), this.shift!.read());
  }
}
tf.serialization.registerClass(Scale);

/** Initializers of every kind of place: in a layer, a nested model, a wrapper, a cell, and a class of the user's own. */
export async function counted(): Promise<SavedModel> {
  const dense = (name: string, inputShape?: number[]) =>
    tfl.layers.dense({ name, units: 3, kernelInitializer: new Counted(), ...(inputShape && { inputShape }) });
  const inner = tfl.sequential({ name: 'inner', layers: [dense('deep', [4, 2])] });
  const input = tfl.input({ shape: [4, 2], name: 'in' });
  const cells = { units: 2, kernelInitializer: new Counted(), recurrentInitializer: new Counted() };
  const layers = [
    inner,
    new Scale({ name: 'scale' }),
    tfl.layers.timeDistributed({ name: 'steps', layer: dense('step') }),
    tfl.layers.bidirectional({ name: 'ways', layer: tfl.layers.lstm({ ...cells, name: 'lstm' }) as tfl.RNN }),
    dense('last'),
  ];
  const output = layers.reduce((x, layer) => layer.apply(x) as tfl.SymbolicTensor, input);
  const model = tfl.model({ inputs: input, outputs: output, name: 'counted' });
  const saved = await savedModel(model);
  new Float32Array(saved.weights.buffer).forEach((_, i, values) => {
    values[i] = i / 8;
  });
  Counted.calls = 0;
  return saved;
}
