import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { fillWeights } from './networks.js';

type Symbolic = tfl.SymbolicTensor;

/** A generator of whole numbers below a bound, reproducible. */
function dice(seed: number): (sides: number) => number {
  let state = seed * 7919 + 17;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** A graph of convolutions, poolings, nonlinearities, normalisations and merges, branching and meeting at random. */
export function randomGraph(seed: number, { averages = true }: { averages?: boolean } = {}): tfl.LayersModel {
  const { conv2d, depthwiseConv2d, activation, batchNormalization, maxPooling2d, averagePooling2d } = tfl.layers;
  const roll = dice(seed);
  const input = tfl.input({ shape: [12, 11, 3], name: 'pixels' });
  let count = 0;
  const name = (kind: string): string => `${kind}_${count++}`;
  const apply = (layer: unknown, from: Symbolic | Symbolic[]): Symbolic =>
    (layer as tfl.layers.RNN).apply(from) as Symbolic;
  const step = (from: Symbolic): Symbolic => {
    const conv = { filters: 4, kernelSize: 1 + roll(3), padding: 'same' as const };
    switch (roll(averages ? 7 : 6)) {
      case 0:
        return apply(conv2d({ ...conv, activation: 'relu', name: name('conv') }), from);
      case 1:
        return apply(conv2d({ ...conv, name: name('linear') }), from);
      case 2:
        return apply(depthwiseConv2d({ kernelSize: 3, padding: 'same', name: name('depthwise') }), from);
      case 3:
        return apply(
          activation({ activation: (['tanh', 'swish', 'elu', 'sigmoid'] as const)[roll(4)]!, name: name('act') }),
          from,
        );
      case 4:
        return apply(batchNormalization({ name: name('norm') }), from);
      case 5:
        return apply(maxPooling2d({ poolSize: 3, strides: 1, padding: 'same', name: name('pool') }), from);
      default:
        return apply(averagePooling2d({ poolSize: 2, strides: 1, padding: 'same', name: name('mean') }), from);
    }
  };
  const merge = (a: Symbolic, b: Symbolic): Symbolic => {
    const { add, multiply, maximum, average } = tfl.layers;
    const kind = [add, multiply, maximum, average][roll(4)]!;
    return apply(kind({ name: name('merge') }), [a, b]);
  };
  const ends: Symbolic[] = [
    apply(conv2d({ filters: 4, kernelSize: 3, strides: 1 + roll(2), padding: 'same', name: 'stem' }), input),
  ];
  for (let i = 0; i < 9; i++) {
    const from = ends[roll(ends.length)]!;
    // Of two different tensors: tfjs frees one that a layer reads twice while it still reads it.
    const others = ends.filter((end) => end !== from);
    if (others.length > 0 && roll(3) === 0) ends.push(merge(from, others[roll(others.length)]!));
    else ends.push(step(from));
  }
  const together = apply(tfl.layers.concatenate({ name: 'all' }), ends.slice(-3));
  const mean = apply(tfl.layers.globalAveragePooling2d({ name: 'mean' }), together);
  const top = apply(tfl.layers.dense({ units: 3, activation: 'softmax', name: 'top' }), mean);
  const model = tfl.model({ inputs: input, outputs: top });
  fillWeights(model, { seed });
  // Variances must be positive.
  for (const layer of model.layers.filter((one) => one.getClassName() === 'BatchNormalization')) {
    layer.setWeights(layer.getWeights().map((weight, i) => (i === 3 ? tf.add(tf.abs(weight), 0.3) : weight)));
  }
  return model;
}
