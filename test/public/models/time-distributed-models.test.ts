import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { loadLayersModel } from 'deconvnet/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { expectClose } from '../../support/compare.js';
import { asKeras3, from, type GraphLayer, network, reading } from '../../support/models/saved-graph.js';
import { fillWeights, noiseTensor } from '../../support/project/networks.js';

const FRAME = [7, 6, 2];
const TIMES = 3;

const input = (name: string, shape: readonly number[]): GraphLayer =>
  reading('InputLayer', name, [], { batch_input_shape: [null, ...shape], dtype: 'float32' });

/** A network of frames: branches, a gate, and layers that TensorFlow.js lacks. */
const frameLayers = (): GraphLayer[] => [
  input('frame', FRAME),
  reading('Conv2D', 'conv', from('frame'), { filters: 4, kernel_size: 3, padding: 'same' }),
  reading('BatchNormalization', 'bn', from('conv'), { axis: -1 }),
  reading('ReLU', 'relu', from('bn')),
  reading('DepthwiseConv2D', 'depthwise', from('relu'), { kernel_size: 2, dilation_rate: 2, padding: 'same' }),
  reading('Add', 'sum', from('relu', 'depthwise')),
  reading('GlobalAveragePooling2D', 'squeeze', from('sum'), { keepdims: true }),
  reading('Dense', 'excite', from('squeeze'), { units: 4, activation: 'sigmoid' }),
  reading('Multiply', 'gate', from('sum', 'excite')),
  reading('Concatenate', 'join', from('gate', 'depthwise'), { axis: 3 }),
  reading('MaxPooling2D', 'pool', from('join'), { pool_size: 2 }),
  reading('GroupNormalization', 'groups', from('pool'), { groups: 2 }),
  reading('Conv2D', 'top', from('groups'), { filters: 3, kernel_size: 2, activation: 'relu' }),
];

const model = (name: string, layers: GraphLayer[], first: string, last: string): object => {
  const made = network(layers, [[last, 0, 0]], [[first, 0, 0]]) as { class_name: string; config: object };
  return { ...made, config: { ...made.config, name } };
};
const base = (): object => model('base', frameLayers(), 'frame', 'top');
const timed = (name: string, layer: object, nodes: unknown): GraphLayer =>
  reading('TimeDistributed', name, nodes, { layer });

/** A network of films, each of whose frames goes through the network of frames. */
const film = (layer: object = base()): object =>
  model('film', [input('film', [TIMES, ...FRAME]), timed('frames', layer, from('film'))], 'film', 'frames');

const load = (modelTopology: object): Promise<LayersModel> =>
  loadLayersModel(
    { load: async () => ({ modelTopology, weightSpecs: [], weightData: new ArrayBuffer(0) }) },
    {
      strict: false,
      warn: (message) => {
        throw new Error(message);
      },
    },
  );

const namesOf = (network: LayersModel): string[] => new Deconvnet(network).layers.map(({ name }) => name);

describe.each(backends)('a model inside a TimeDistributed, on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(['deconvnet', 'guided', 'gradient'] as const)(
    'has the mirrors of its layers at each step of time, under %s',
    async (rule) => {
      const [still, moving] = [await load(base()), await load(film())];
      fillWeights(still, { positive: true });
      moving.setWeights(still.getWeights());
      const [one, all] = [new Deconvnet(still, { rule }), new Deconvnet(moving, { rule })];
      const frames = noiseTensor([TIMES, ...FRAME], 4);
      const { numTensors } = tf.memory();
      for (const { name, receptiveField, featureMaps, mirror, gates } of one.layers.slice(1)) {
        const layer = all.layers.find((other) => other.name === `frames/${name}`)!;
        expect([layer.featureMaps, layer.mirror], name).toEqual([featureMaps, mirror]);
        expect(layer.gates).toEqual(gates.map((gate) => `frames/${gate}`));
        expect(layer.receptiveField, name).toEqual(
          receptiveField && {
            size: [1, ...receptiveField.size],
            stride: [1, ...receptiveField.stride],
            offset: [0, ...receptiveField.offset],
          },
        );
        const time = 1;
        const frame = tf.tidy(() => tf.squeeze(tf.slice(frames, [time, 0, 0, 0], [1, ...FRAME]), [0]));
        const want = await one.project(frame, { layer: name, featureMap: 1, position: [0, 0] });
        const got = await all.project(frames, { layer: layer.name, featureMap: 1, position: [time, 0, 0] });
        expect(got.activation, name).toBeCloseTo(want.activation, 4);
        const pixels = [...(await got.pixels.data())];
        const size = want.pixels.size;
        const own = pixels.splice(time * size, size);
        if (want.empty) expect(own.every((value) => value === 0)).toBe(true);
        else expectClose(own, [...(await want.pixels.data())], 1e-4);
        expect(pixels.every((value) => value === 0)).toBe(true);
        tf.dispose([frame, want.pixels, got.pixels]);
      }
      one.dispose();
      all.dispose();
      expect(tf.memory().numTensors).toBe(numTensors);
      still.dispose();
      moving.dispose();
      frames.dispose();
    },
  );
});

describe('a model inside a TimeDistributed', () => {
  beforeAll(() => use('cpu'));

  it('is read from files of Keras 2 and 3, also if it is applied twice', async () => {
    const layers = [
      input('film', [TIMES, ...FRAME]),
      input('other', [TIMES, ...FRAME]),
      timed('frames', base(), [...from('film'), ...from('other')]),
      reading('Subtract', 'c', [
        [
          ['frames', 0, 0],
          ['frames', 1, 0],
        ],
      ]),
    ];
    const two = network(
      layers,
      [['c', 0, 0]],
      [
        ['film', 0, 0],
        ['other', 0, 0],
      ],
    );
    for (const json of [two, asKeras3(two)]) {
      const model = await load(json);
      fillWeights(model, { positive: true });
      const names = namesOf(model);
      expect(names).toContain('frames/top');
      expect(names).toContain('frames/top#2');
      const [a, b] = [noiseTensor([1, TIMES, ...FRAME], 1), noiseTensor([1, TIMES, ...FRAME], 2)];
      const zero = model.predict([a, a]) as tf.Tensor;
      expect(Math.max(...(await zero.data()).map(Math.abs))).toBe(0);
      const some = model.predict([a, b]) as tf.Tensor;
      expect(Math.max(...(await some.data()).map(Math.abs))).toBeGreaterThan(0);
      model.dispose();
    }
  });

  it('may be a Sequential, whose first layer or whose wrapper states its shape', async () => {
    const conv = { name: 'conv', filters: 2, kernel_size: 2 };
    const inner = (config: object): object => ({
      class_name: 'Sequential',
      config: { name: 'head', layers: [{ class_name: 'Conv2D', config: { ...conv, ...config } }] },
    });
    const batch_input_shape = [null, TIMES, ...FRAME];
    const outer = (layer: object): object => ({
      class_name: 'Sequential',
      config: {
        name: 'net',
        layers: [
          { class_name: 'TimeDistributed', config: { name: 'heads', layer, batch_input_shape } },
          { class_name: 'Flatten', config: { name: 'flat' } },
        ],
      },
    });
    for (const config of [{ batch_input_shape: [null, ...FRAME] }, {}]) {
      const model = await load(outer(inner(config)));
      expect(model.outputShape).toEqual([null, TIMES * 6 * 5 * 2]);
      expect(namesOf(model).some((name) => name.endsWith('conv'))).toBe(true);
      model.dispose();
    }
  });

  it.each(['Average', 'Dot'])('with a %s is refused by name', async (className) => {
    const layers = [...frameLayers(), reading(className, 'joined', from('top', 'top'), { axes: 1 })];
    await expect(load(film(model('base', layers, 'frame', 'joined')))).rejects.toMatchObject({
      code: 'unsupported-layer',
      layer: 'frames/joined',
      message: expect.stringContaining('TimeDistributed'),
    });
  });

  it('that adds tensors with different numbers of axes is refused by name', async () => {
    const layers = [
      ...frameLayers(),
      reading('GlobalMaxPooling2D', 'flat', from('top')),
      reading('Add', 'added', from('top', 'flat')),
    ];
    await expect(load(film(model('base', layers, 'frame', 'added')))).rejects.toMatchObject({ layer: 'added' });
  });

  it('with two inputs is refused by name', async () => {
    const layers = [input('a', FRAME), input('b', FRAME), reading('Add', 'sum', from('a', 'b'))];
    const inner = network(
      layers,
      [['sum', 0, 0]],
      [
        ['a', 0, 0],
        ['b', 0, 0],
      ],
    );
    await expect(load(film(inner))).rejects.toMatchObject({ code: 'unsupported-layer', layer: 'frames' });
  });
});
