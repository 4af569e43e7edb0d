import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { loadLayersModel } from 'deconvnet/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { kerasPath } from '../../support/models/keras-reference.js';
import { keras3Operation, lambda } from '../../support/models/operation-forms.js';
import { from, type GraphLayer, network, reading } from '../../support/models/saved-graph.js';

beforeAll(() => use('cpu'));

const SIZE = 3;
const input = reading('InputLayer', 'in', [], { batch_input_shape: [null, SIZE, SIZE, 3], dtype: 'float32' });
const pool = (below: string): GraphLayer => reading('MaxPooling2D', 'c', from(below), { pool_size: [1, 1] });

/** The topology of layers one behind the other, and a pooling behind them. */
const chain = (...layers: readonly (readonly [string, object])[]): GraphLayer[] => [
  input,
  ...layers.map(([className, config], i) => reading(className, `l${i}`, from(i === 0 ? 'in' : `l${i - 1}`), config)),
  pool(`l${layers.length - 1}`),
];

/** An operation under a name. */
const called = (name: string, layer: GraphLayer): GraphLayer => ({ ...layer, name, config: { ...layer.config, name } });

/** x[..., i] of Keras 3. */
const channel = (i: number): GraphLayer =>
  called(
    `take${i}`,
    keras3Operation('GetItem', [
      ['in', 0, 0],
      [{ class_name: '__ellipsis__', config: {} }, i],
    ]),
  );

const BGR_MEAN = [-103.939, -116.779, -123.68];

/** The preprocessing of VGG as Keras 3 writes it, for an order of the channels. */
const caffe3 = (order: readonly number[], added = BGR_MEAN): GraphLayer[] => [
  input,
  ...order.map(channel),
  called('turn', keras3Operation('Stack', [order.map((i) => [`take${i}`, 0, 0])], { axis: -1 })),
  called(
    'add',
    keras3Operation('Add', [
      ['turn', 0, 0],
      { class_name: '__tensor__', config: { value: [[[added]]], dtype: 'float32' } },
    ]),
  ),
  pool('add'),
];

/** The same as tf.keras writes it. */
const caffe2 = (step: number): GraphLayer[] => [
  input,
  called(
    'turn',
    lambda('__operators__.getitem', ['in', 0, 0], {
      slice_spec: [{ class_name: '__ellipsis__' }, { start: null, stop: null, step }],
    }),
  ),
  called('add', lambda('nn.bias_add', ['turn', 0, 0], { bias: BGR_MEAN, data_format: 'NHWC' })),
  pool('add'),
];

const tfPreprocessing: GraphLayer[] = [
  input,
  called('half', lambda('math.truediv', ['in', 0, 0], { y: 127.5 })),
  called('less', lambda('math.subtract', ['half', 0, 0], { y: 1 })),
  pool('less'),
];

const load = (layers: GraphLayer[]): Promise<tfl.LayersModel> =>
  loadLayersModel(
    { load: async () => ({ modelTopology: network(layers), weightSpecs: [], weightData: new ArrayBuffer(0) }) },
    { warn: () => undefined },
  );

const VARIANCE = [0.229 ** 2, 0.224 ** 2, 0.225 ** 2];
const SQUARE = 255 ** 2;
const augmented = [
  ['RandomFlip', { mode: 'horizontal' }],
  ['Dropout', { rate: 0.1 }],
] as const;

const RAW: readonly [string, GraphLayer[], string[]][] = [
  ['Rescaling to 0 to 1', chain(['Rescaling', { scale: 1 / 255 }]), ['l0']],
  ['Rescaling to −1 to 1', chain(['Rescaling', { scale: 1 / 127.5, offset: -1 }]), ['l0']],
  ['augmentation and Rescaling', chain(...augmented, ['Rescaling', { scale: 1 / 255 }]), ['l2']],
  [
    'EfficientNetV2',
    chain(['Rescaling', { scale: 1 / 255 }], ['Normalization', { mean: [0.485, 0.456, 0.406], variance: VARIANCE }]),
    ['l0', 'l1'],
  ],
  [
    'ConvNeXt',
    chain(['Normalization', { mean: [123.7, 116.3, 103.5], variance: VARIANCE.map((value) => value * SQUARE) }]),
    ['l0'],
  ],
  ['preprocess_input of MobileNet', tfPreprocessing, ['half', 'less']],
  ['preprocess_input of VGG in Keras 3', caffe3([2, 1, 0]), ['turn', 'add']],
  ['preprocess_input of VGG in tf.keras', caffe2(-1), ['turn', 'add']],
];

const UNKNOWN: readonly [string, GraphLayer[]][] = [
  ['values from 0 to 1 are scaled', chain(['Rescaling', { scale: 2, offset: -1 }])],
  ['nothing is scaled', chain(...augmented)],
  ['pixels are scaled twice', chain(['Rescaling', { scale: 1 / 255 }], ['Rescaling', { scale: 1 / 255 }])],
  ['values from 0 to 1 are normalised', chain(['Normalization', { mean: [0.485, 0.456, 0.406], variance: VARIANCE }])],
  ['the channels stay in order, and the mean of blue comes first', caffe2(1)],
  ['the mean of red comes first, and the channels are turned round', caffe3([2, 1, 0], [...BGR_MEAN].reverse())],
  ['other pixels are subtracted', caffe3([2, 1, 0], [-50, -60, -70])],
  ['the channels are mixed up', caffe3([2, 0, 1])],
];

describe('a model expects pixels from 0 to 255 if its first layers are', () => {
  it.each(RAW)('%s', async (_, layers, by) => {
    const deconvnet = new Deconvnet(await load(layers));
    expect(deconvnet.inputFormat).toMatchObject({ name: 'raw', channels: 'rgb', from: 'layers', by });
    expect(deconvnet.describeInput()).toBe(`raw: pixel, RGB, crop to fit (from the model's layers: ${by.join(', ')})`);
  });

  it('layers of two branches, both of which scale', () => {
    const pixels = tfl.input({ shape: [4, 4, 3] });
    const branches = [1 / 255, 1 / 127.5].map((scale) => {
      const scaled = tfl.layers.rescaling({ scale }).apply(pixels) as tfl.SymbolicTensor;
      return tfl.layers.conv2d({ filters: 1, kernelSize: 1 }).apply(scaled) as tfl.SymbolicTensor;
    });
    const model = tfl.model({ inputs: pixels, outputs: tfl.layers.add({}).apply(branches) as tfl.SymbolicTensor });
    expect(new Deconvnet(model).inputFormat).toMatchObject({ name: 'raw', from: 'layers' });
  });

  it('those of a file of Keras with augmentation in a nested model', async () => {
    const { loadModel } = await import('deconvnet/node');
    const deconvnet = new Deconvnet(await loadModel(kerasPath('nested.keras'), { warn: () => undefined }));
    expect(deconvnet.inputFormat).toMatchObject({ name: 'raw', from: 'layers', by: ['rescaling'] });
  });
});

describe('the input format is unknown', () => {
  it.each(UNKNOWN)('if %s', async (_, layers) => {
    expect(new Deconvnet(await load(layers)).inputFormat).toBeUndefined();
  });

  it('if only one of two branches scales', () => {
    const pixels = tfl.input({ shape: [4, 4, 3] });
    const scaled = tfl.layers.rescaling({ scale: 1 / 255 }).apply(pixels) as tfl.SymbolicTensor;
    const outputs = tfl.layers.concatenate({}).apply([scaled, pixels]) as tfl.SymbolicTensor;
    expect(new Deconvnet(tfl.model({ inputs: pixels, outputs })).inputFormat).toBeUndefined();
  });
});

it('warns of nothing, and keeps an index that an output names', async () => {
  const warnings: string[] = [];
  const load = (outputs: unknown): Promise<tfl.LayersModel> => {
    const modelTopology = network(caffe3([2, 1, 0]), outputs);
    const handler = { load: async () => ({ modelTopology, weightSpecs: [], weightData: new ArrayBuffer(0) }) };
    return loadLayersModel(handler, { warn: (warning) => warnings.push(warning) });
  };
  const names = async (outputs: unknown): Promise<string[]> => (await load(outputs)).layers.map(({ name }) => name);
  expect(await names([['c', 0, 0]])).toEqual(['in', 'turn', 'add', 'c']);
  const two = [
    ['c', 0, 0],
    ['take1', 0, 0],
  ];
  expect((await names(two)).sort()).toEqual(['add', 'c', 'in', 'take1', 'turn']);
  expect(warnings).toEqual([]);
});

it.each([
  ['three channels', [2, 1, 0], BGR_MEAN],
  ['channels in another order', [2, 0, 1], BGR_MEAN],
])('stacks %s as Keras does', async (_, order, added) => {
  const model = await load(caffe3(order, added));
  const x = tf.randomUniform([1, SIZE, SIZE, 3], 0, 255, 'float32', 5);
  const got = model.predict(x) as tf.Tensor;
  const want = tf.tidy(() => tf.add(tf.gather(x, tf.tensor1d([...order], 'int32'), 3), added));
  expect(Array.from(await got.data())).toEqual(Array.from(await want.data()));
});
