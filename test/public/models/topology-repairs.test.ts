import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { keras3 } from 'deconvnet/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import {
  chain,
  from,
  type GraphLayer,
  instead,
  type Nodes,
  network,
  pixels,
  reading,
  relu,
} from '../../support/models/saved-graph.js';

beforeAll(() => use('cpu'));

interface Weight {
  readonly name: string;
  readonly values: readonly number[];
}

/** Weights of 1x1 convolutions with two channels below and one above. */
async function load(modelTopology: object, warnings: string[] = [], weights: Weight[] = []): Promise<tfl.LayersModel> {
  const weightSpecs = weights.map(
    ({ name }): tf.io.WeightsManifestEntry => ({ name, shape: [1, 1, 2, 1], dtype: 'float32' }),
  );
  const weightData = new Float32Array(weights.flatMap(({ values }) => values)).buffer;
  const handler = { load: async () => ({ modelTopology, weightSpecs, weightData }) };
  return tfl.loadLayersModel(keras3(handler, { warn: (message) => warnings.push(message) }));
}

const namesOf = (model: tfl.LayersModel): string[] => new Deconvnet(model).layers.map(({ name }) => name);

const firstValue = async (model: tfl.LayersModel, pixel: number): Promise<number[]> => {
  const outputs = [model.predict(tf.fill([1, 4, 4, 2], pixel))].flat() as tf.Tensor[];
  return Promise.all(outputs.map(async (output) => (await output.data())[0]!));
};

const convolution = (name: string, nodes: Nodes): GraphLayer =>
  reading('Conv2D', name, nodes, { filters: 1, kernel_size: [1, 1], use_bias: false });

describe('brackets too few or too many', () => {
  const merged = (nodes: unknown): GraphLayer[] => instead(3, reading('Add', 'c', nodes));
  const two = [
    ['a', 0, 0],
    ['b', 0, 0],
  ];

  it.each([
    ['one too few', merged(two)],
    ['one too many', merged([[two]])],
    ['two too few', instead(3, relu('c', ['b', 0, 0]))],
    ['Keras 3 in Keras 2', merged([[[{ args: [two], kwargs: {} }]]])],
  ])('%s', async (_, layers) => {
    expect(namesOf(await load(network(layers)))).toEqual(['in', 'a', 'b', 'c']);
  });

  it('one place for a list of inputs or outputs', async () => {
    expect(namesOf(await load(network(chain(), ['c', 0, 0], ['in', 0, 0])))).toEqual(['in', 'a', 'b', 'c']);
  });
});

it.each(['batchInputShape', 'batch_shape'])('the shape of an input that is called %s', async (key) => {
  const input = { ...pixels('in'), config: { name: 'in', [key]: [null, 4, 4, 2], dtype: 'float32' } };
  expect(namesOf(await load(network([input, ...chain().slice(1)])))).toEqual(['in', 'a', 'b', 'c']);
});

describe('layers that no output needs', () => {
  it('are left out, and this is said', async () => {
    const warnings: string[] = [];
    const layers = [...chain(), relu('more', from('b')), relu('dead', from('nowhere'))];
    const model = await load(network(layers), warnings);
    expect(model.layers.map(({ name }) => name)).toEqual(['in', 'a', 'b', 'c']);
    expect(warnings).toEqual(["The layers 'more', 'dead' were left out, because no output of the model needs them."]);
  });

  it('are left out with their weights', async () => {
    const layers = [pixels('in'), convolution('c', from('in')), convolution('dead', from('in'))];
    const model = await load(
      network(layers),
      [],
      [
        { name: 'dead/kernel', values: [7, 7] },
        { name: 'c/kernel', values: [1, 2] },
      ],
    );
    expect(await firstValue(model, 1)).toEqual([3]);
  });
});

it.each(['c/kernel:0', 'net/c/kernel', 'c_1/kernel'])('a weight called %s belongs to the layer c', async (name) => {
  const model = await load(network([pixels('in'), convolution('c', from('in'))]), [], [{ name, values: [1, 2] }]);
  expect(await firstValue(model, 1)).toEqual([3]);
});

it('applications are the ones that are meant, in whichever order TensorFlow.js can make them', async () => {
  const scale = (name: string, by: number, nodes: Nodes): GraphLayer =>
    reading('Rescaling', name, nodes, { scale: by, offset: 0 });
  const layers = [
    pixels('in'),
    // The first application waits for a layer that stands behind this one, the second does not.
    scale('shared', 2, [[['late', 0, 0]], [['in', 0, 0]]]),
    scale('late', 10, from('in')),
    scale('c', 1, [[['shared', 0, 0]]]),
    scale('d', 1, [[['shared', 1, 0]]]),
  ];
  const model = await load(
    network(layers, [
      ['c', 0, 0],
      ['d', 0, 0],
    ]),
  );
  expect(await firstValue(model, 1)).toEqual([20, 2]);
});

it('a layer whose activation function is a layer is taken apart', async () => {
  const leaky = { class_name: 'LeakyReLU', config: { name: 'leaky', alpha: 0.25 } };
  const layers = [
    pixels('in'),
    reading('Activation', 'a', from('in'), { activation: leaky }),
    relu('b', from('a')),
    reading('Add', 'c', from('a', 'b')),
  ];
  const model = await load(network(layers));
  expect(namesOf(model)).toEqual(['in', 'a', 'a_activation', 'b', 'c']);
  expect(await firstValue(model, -2)).toEqual([-0.5]);
});

it('a block that says no shape has the one of what it reads', async () => {
  const block = (name: string, nodes: unknown, ...inner: GraphLayer[]): GraphLayer => {
    const layers = inner.map(({ class_name, config }) => ({ class_name, config }));
    return { class_name: 'Sequential', name, config: { name, layers }, inbound_nodes: nodes };
  };
  const layers = [
    pixels('in'),
    block('one', from('in'), relu('x', []), relu('y', [])),
    block('two', [[['one', 1, 0]]], block('inner', [], relu('z', []))),
    reading('Add', 'c', [
      [
        ['one', 1, 0],
        ['two', 1, 0],
      ],
    ]),
  ];
  const model = await load(network(layers));
  expect(namesOf(model)).toEqual(['in', 'x', 'y', 'z', 'c']);
  expect(await firstValue(model, 3)).toEqual([6]);
});

it.each([
  ['UpSampling2D', { size: [2, 2], interpolation: 'bilinear' }],
  ['Resizing', { height: 3, width: 3 }],
  ['CenterCrop', { height: 4, width: 4 }],
])('%s becomes a layer that computes what Keras does, unless TensorFlow.js wrote it', async (className, options) => {
  const warnings: string[] = [];
  const layers = [pixels('in'), reading(className, 'c', from('in'), options)];
  const classOf = (model: tfl.LayersModel): string => model.getLayer('c').getClassName();
  expect(classOf(await load(network(layers), warnings))).toBe(`Keras${className}`);
  const { class_name, config } = network(layers) as GraphLayer;
  const byTfjs = { class_name, config, keras_version: 'tfjs-layers 4.22.0', backend: 'tensor_flow.js' };
  expect(classOf(await load(byTfjs, warnings))).toBe(className);
  expect(warnings).toEqual([]);
});

it.each([
  { class_name: 'VarianceScaling', config: { scale: 'text', mode: 'fan_avg', distribution: 'normal' } },
  { class_name: 'TruncatedNormal', config: { mean: 0, stddev: -1 } },
  { class_name: 'NobodyHasIt', config: {} },
])('an initializer that cannot be drawn of, $class_name, does not keep a network from loading', async (initializer) => {
  const layer = convolution('c', from('in'));
  layer.config.kernel_initializer = initializer;
  const model = await load(network([pixels('in'), layer]), [], [{ name: 'c/kernel', values: [1, 2] }]);
  expect(await firstValue(model, 1)).toEqual([3]);
});

it('weights in several groups, of which the last is the largest', async () => {
  const layers = [
    pixels('in'),
    convolution('a', from('in')),
    convolution('b', from('in')),
    reading('Add', 'c', from('a', 'b')),
  ];
  const kernel = (name: string): tf.io.WeightsManifestEntry => ({ name, shape: [1, 1, 2, 1], dtype: 'float32' });
  const wide: tf.io.WeightsManifestEntry = { name: 'out/kernel', shape: [1, 1, 1, 3], dtype: 'float32' };
  const out = reading('Conv2D', 'out', from('c'), { filters: 3, kernel_size: 1, use_bias: false });
  const handler = {
    load: async () => ({
      modelTopology: network([...layers, out], [['out', 0, 0]]),
      weightSpecs: [kernel('a/kernel'), kernel('b/kernel'), wide],
      weightData: [
        [1, 2],
        [3, 4],
        [5, 6, 7],
      ].map((values) => new Float32Array(values).buffer),
    }),
  };
  const model = await tfl.loadLayersModel(keras3(handler));
  expect(await firstValue(model, 1)).toEqual([50]);
  const values = await Promise.all(model.getWeights().map((weight) => weight.data()));
  expect(values.map((list) => [...list])).toEqual([
    [1, 2],
    [3, 4],
    [5, 6, 7],
  ]);
});

it('options under the names of JavaScript are repaired like all others', async () => {
  const layer = relu('c', from('in'));
  layer.config.negativeSlope = 0.5;
  expect(await firstValue(await load(network([pixels('in'), layer])), -2)).toEqual([-1]);
});

it('a layer that is split finds a name that nobody has', async () => {
  const leaky = { class_name: 'LeakyReLU', config: { alpha: 0.25 } };
  const layers = [
    pixels('in'),
    reading('Activation', 'a', from('in'), { activation: leaky }),
    reading('Rescaling', 'a_activation', from('a'), { scale: 2, offset: 0 }),
    relu('c', from('a_activation')),
  ];
  expect(await firstValue(await load(network(layers, [['a_activation', 0, 0]])), -2)).toEqual([-1]);
});

it('a class of the user keeps its options and its name', async () => {
  class RandomBrightness extends tfl.layers.Layer {
    static className = 'RandomBrightness';
    readonly options: Record<string, unknown>;
    constructor(options: Record<string, unknown>) {
      super(options);
      this.options = options;
    }
    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      return tf.mul([inputs].flat()[0]!, 5);
    }
  }
  tf.serialization.registerClass(RandomBrightness);
  const layer = reading('RandomBrightness', 'c', from('in'), { activation: 'mine', cells: ['a', { x: 1 }] });
  const model = await load(network([pixels('in'), layer]));
  expect(await firstValue(model, 2)).toEqual([10]);
  const { options } = model.getLayer('c') as unknown as RandomBrightness;
  expect(options).toMatchObject({ activation: 'mine', cells: ['a', { x: 1 }] });
});
