import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { loadLayersModel } from 'deconvnet/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { keras3Operation, lambda, node } from '../../support/models/operation-forms.js';
import { from, type GraphLayer, network, reading } from '../../support/models/saved-graph.js';
import { expectSame } from '../../support/project/crop-against-whole.js';

beforeAll(() => use('cpu'));

const named = (name: string, layer: GraphLayer): GraphLayer => ({ ...layer, name, config: { ...layer.config, name } });

/** The squeeze-and-excitation block of MobileNetV3, written with operations only, in three forms of files. */
const BLOCKS: Readonly<Record<string, readonly GraphLayer[]>> = {
  'Keras 2': [
    named('squeeze', lambda('math.reduce_mean', ['a', 0, 0], { axis: [1, 2], keepdims: true })),
    named('shifted', lambda('__operators__.add', ['squeeze', 0, 0], { y: 3.0, name: null })),
    named('bounded', lambda('nn.relu6', ['shifted', 0, 0])),
    named('gate', lambda('math.multiply', ['bounded', 0, 0], { y: 0.16666666666666666, name: null })),
    named('times', lambda('math.multiply', ['a', 0, 0], { y: ['gate', 0, 0], name: null })),
  ],
  'Keras 2 of TensorFlow 2.3': [
    named('squeeze', node('Mean', [['a', 0, 0]], { 1: [1, 2] }, { keep_dims: { b: true } })),
    named('shifted', node('AddV2', [['squeeze', 0, 0]], { 1: 3 })),
    named('bounded', node('Relu6', [['shifted', 0, 0]])),
    named('gate', node('Mul', [['bounded', 0, 0]], { 1: 0.16666667 })),
    named(
      'times',
      node('Mul', [
        ['gate', 0, 0],
        ['a', 0, 0],
      ]),
    ),
  ],
  'Keras 3': [
    named('pooled', keras3Operation('Mean', [['a', 0, 0]], { axis: [1, 2], keepdims: false })),
    named(
      'squeeze',
      keras3Operation('GetItem', [
        ['pooled', 0, 0],
        [{ class_name: '__slice__', config: { start: null, stop: null, step: null } }, null, null],
      ]),
    ),
    named('shifted', keras3Operation('Add', [['squeeze', 0, 0], 3])),
    named('bounded', keras3Operation('Relu6', [['shifted', 0, 0]], {}, 'nn')),
    named('gate', keras3Operation('TrueDivide', [['bounded', 0, 0], 6])),
    named(
      'times',
      keras3Operation('Multiply', [
        ['a', 0, 0],
        ['gate', 0, 0],
      ]),
    ),
  ],
};

function load(block: readonly GraphLayer[]): Promise<tfl.LayersModel> {
  const layers = [
    reading('InputLayer', 'in', [], { batch_input_shape: [null, 12, 10, 3], dtype: 'float32' }),
    reading('AveragePooling2D', 'a', from('in'), { pool_size: [3, 3], strides: [1, 1], padding: 'valid' }),
    ...block,
    reading('AveragePooling2D', 'c', from('times'), { pool_size: [2, 2], strides: [2, 2], padding: 'valid' }),
  ];
  return loadLayersModel({
    load: async () => ({ modelTopology: network(layers), weightSpecs: [], weightData: new ArrayBuffer(0) }),
  });
}

describe.each(Object.entries(BLOCKS))('a gate that %s wrote with operations', (_form, block) => {
  it('is known as a gate, and counts as a constant on the way down', async () => {
    const model = await load(block);
    const deconvnet = new Deconvnet(model);
    const times = deconvnet.layers.find(({ name }) => name === 'times')!;
    expect(times).toMatchObject({ className: 'MultiplyOperation', mirror: 'factors', gates: ['gate'] });
    const x = tf.randomUniform([1, 12, 10, 3], 0, 1, 'float32', 3);
    const selection = { layer: 'c', featureMap: 1, position: [1, 2] };
    const projection = await deconvnet.project(x, selection);
    const wanted = tf.tidy(() => {
      const pooled = tf.avgPool(x as tf.Tensor4D, 3, 1, 'valid');
      const gate = tf.div(tf.relu6(tf.add(tf.mean(pooled, [1, 2], true), 3)), 6);
      const top = (x: tf.Tensor): tf.Tensor =>
        tf.avgPool(tf.mul(tf.avgPool(x as tf.Tensor4D, 3, 1, 'valid'), gate) as tf.Tensor4D, 2, 2, 'valid');
      const activation = tf.slice(top(x), [0, 1, 2, 1], [1, 1, 1, 1]).dataSync()[0]!;
      expect(projection.activation).toBeCloseTo(activation, 5);
      return tf.mul(activation, tf.grad((x: tf.Tensor) => tf.sum(tf.slice(top(x), [0, 1, 2, 1], [1, 1, 1, 1])))(x));
    });
    const have = Array.from(await projection.pixels.data());
    const want = Array.from(await wanted.data());
    for (const [i, value] of have.entries()) expect(value).toBeCloseTo(want[i]!, 5);
    projection.dispose();
    expect(await expectSame(model, x, [selection])).toBe(1);
    tf.dispose([x, wanted]);
    deconvnet.dispose();
    model.dispose();
  });
});
