import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { loadLayersModel } from 'deconvnet/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { expectClose } from '../../support/compare.js';
import { noiseTensor } from '../../support/project/networks.js';

type Entry = readonly [className: string, config?: Readonly<Record<string, unknown>>];

/** Layers that state no data format in Keras. */
const WITHOUT_FORMAT = /Normalization|PReLU|Dense/;

/** A network of layers one behind the other, as Keras 3 writes it, without weights. */
function written(shape: readonly number[], layers: readonly Entry[], first: boolean): tf.io.IOHandler {
  const data_format = first ? 'channels_first' : 'channels_last';
  const batch_shape = [null, ...(first ? [shape.at(-1)!, ...shape.slice(0, -1)] : shape)];
  const entries = layers.map(([class_name, config = {}], i) => ({
    module: 'keras.layers',
    class_name,
    config: {
      name: `${i}_${class_name}`,
      ...(!WITHOUT_FORMAT.test(class_name) && { data_format }),
      ...(first ? moved(config, shape.length) : config),
    },
  }));
  const input = { module: 'keras.layers', class_name: 'InputLayer', config: { batch_shape, name: 'in' } };
  const modelTopology = { class_name: 'Sequential', config: { name: 'net', layers: [input, ...entries] } };
  return { load: async () => ({ modelTopology, weightSpecs: [], weightData: new ArrayBuffer(0) }) };
}

/** The axes of a config, for channels that come first. */
function moved(config: Readonly<Record<string, unknown>>, rank: number): object {
  const { axis, shared_axes: shared } = config;
  return {
    ...config,
    ...(axis === -1 && { axis: 1 }),
    ...(Array.isArray(shared) && { shared_axes: shared.map((one) => (one === rank ? 1 : Number(one) + 1)) }),
  };
}

/** `[..., cells, channels]` to `[..., channels, cells]`, and back. */
const toFirst = (x: tf.Tensor): tf.Tensor => tf.transpose(x, [x.rank - 1, ...x.shape.map((_, i) => i).slice(0, -1)]);
const toLast = (x: tf.Tensor): tf.Tensor => tf.transpose(x, [...x.shape.map((_, i) => i).slice(1), 0]);

/** Gives both networks the same random weights. They have the same shapes, but for a PReLU, whose alphas are shared. */
function fill(first: LayersModel, last: LayersModel): void {
  last.layers.forEach((layer, i) => {
    const made = layer.getWeights().map((weight, at) => {
      const noise = noiseTensor(weight.shape, 10 * i + at);
      return /variance/.test(layer.weights[at]!.name) ? tf.add(tf.abs(noise), 0.5) : noise;
    });
    layer.setWeights(made);
    const twin = first.layers[i]!;
    twin.setWeights(twin.getWeights().map((weight, at) => tf.reshape(made[at]!, weight.shape)));
  });
}

const NETWORKS: Readonly<Record<string, { shape: number[]; layers: readonly Entry[] }>> = {
  'one axis': {
    shape: [23, 2],
    layers: [
      ['Conv1D', { filters: 4, kernel_size: 3, padding: 'same', activation: 'relu' }],
      ['MaxPooling1D', { pool_size: 2 }],
      ['BatchNormalization', { axis: -1 }],
      ['ZeroPadding1D', { padding: [1, 2] }],
      ['SeparableConv1D', { filters: 3, kernel_size: 3 }],
      ['PReLU', { shared_axes: [1] }],
      ['AveragePooling1D', { pool_size: 3, strides: 2 }],
      ['DepthwiseConv1D', { kernel_size: 2, depth_multiplier: 2 }],
      ['Conv1DTranspose', { filters: 2, kernel_size: 3, strides: 2 }],
      ['GlobalMaxPooling1D', { keepdims: true }],
      ['Flatten'],
      ['Dense', { units: 3 }],
    ],
  },
  'two axes': {
    shape: [14, 15, 3],
    layers: [
      ['Conv2D', { filters: 4, kernel_size: 3, strides: 2, padding: 'same' }],
      ['BatchNormalization', { axis: -1 }],
      ['PReLU', { shared_axes: [1, 2] }],
      ['SpatialDropout2D', { rate: 0.5 }],
      ['UpSampling2D', { size: 2 }],
      ['MaxPooling2D', { pool_size: 3, strides: 2, padding: 'same' }],
      [
        'ZeroPadding2D',
        {
          padding: [
            [1, 0],
            [0, 2],
          ],
        },
      ],
      ['SeparableConv2D', { filters: 3, kernel_size: 3, activation: 'relu' }],
      [
        'Cropping2D',
        {
          cropping: [
            [0, 1],
            [1, 0],
          ],
        },
      ],
      ['DepthwiseConv2D', { kernel_size: 2, dilation_rate: 2 }],
      ['Conv2DTranspose', { filters: 2, kernel_size: 3, strides: 2 }],
      ['AveragePooling2D', { pool_size: 2 }],
      ['Flatten'],
      ['Dense', { units: 3, activation: 'softmax' }],
    ],
  },
  'three axes': {
    shape: [6, 7, 6, 2],
    layers: [
      ['Conv3D', { filters: 3, kernel_size: 2, activation: 'relu' }],
      ['BatchNormalization', { axis: -1 }],
      ['MaxPooling3D', { pool_size: 2, padding: 'same' }],
      ['Conv3DTranspose', { filters: 2, kernel_size: 2, strides: 2 }],
      ['ZeroPadding3D', { padding: 1 }],
      ['AveragePooling3D', { pool_size: 2 }],
      ['UpSampling3D', { size: [1, 2, 1] }],
      ['GlobalAveragePooling3D', { keepdims: true }],
      ['Flatten'],
      ['Dense', { units: 3 }],
    ],
  },
};

const quiet = { warn: () => undefined, strict: false } as const;

describe.each(backends)('a network with its channels first is its twin with them last, on %s:', (backend) => {
  beforeAll(() => use(backend));

  it.each(Object.keys(NETWORKS))('%s', async (name) => {
    const { shape, layers } = NETWORKS[name]!;
    const [first, last] = [
      await loadLayersModel(written(shape, layers, true), quiet),
      await loadLayersModel(written(shape, layers, false), quiet),
    ];
    tf.tidy(() => fill(first, last));
    const [net, twin] = [new Deconvnet(first), new Deconvnet(last)];
    expect(net.layers.map(({ featureMaps }) => featureMaps)).toEqual(twin.layers.map(({ featureMaps }) => featureMaps));
    const image = noiseTensor(shape, 3);
    const turned = toFirst(image);
    for (const [i, layer] of net.layers.entries()) {
      const other = twin.layers[i]!;
      if (i === 0) continue;
      expect(layer.mirror, layer.name).toBe(other.mirror);
      expect(layer.receptiveField, layer.name).toEqual(other.receptiveField);
      expect(layer.landing, layer.name).toEqual(other.landing);
      for (const crop of [false, true]) {
        const chosen = { featureMap: layer.featureMaps - 1, position: 'strongest' as const, crop };
        const got = await net.project(turned, { ...chosen, layer: layer.name });
        const want = await twin.project(image, { ...chosen, layer: other.name });
        expect(got.position, layer.name).toEqual(want.position);
        expect(got.receptiveField, layer.name).toEqual(want.receptiveField);
        expect(got.activation, layer.name).toBeCloseTo(want.activation, 4);
        expect(got.empty, layer.name).toBe(want.empty);
        const pixels = toLast(got.pixels);
        expect(pixels.shape).toEqual(want.pixels.shape);
        if (!want.empty) expectClose([...(await pixels.data())], [...(await want.pixels.data())], 1e-4);
        tf.dispose([pixels, got.pixels, want.pixels]);
      }
    }
    net.dispose();
    twin.dispose();
    first.dispose();
    last.dispose();
    tf.dispose([image, turned]);
  });
});

it('a picture becomes an input with its channels first', async () => {
  await use('cpu');
  const { shape, layers } = NETWORKS['two axes']!;
  const [first, last] = [
    await loadLayersModel(written(shape, layers, true), quiet),
    await loadLayersModel(written(shape, layers, false), quiet),
  ];
  const data = Uint8ClampedArray.from({ length: 14 * 15 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256));
  const [got, want] = [first, last].map((model) =>
    new Deconvnet(model, { input: 'caffe' }).toInput({ width: 15, height: 14, data }),
  ) as [tf.Tensor, tf.Tensor];
  expect(got.shape).toEqual([1, 3, 14, 15]);
  expect(await toLast(tf.squeeze(got, [0])).data()).toEqual(await want.data());
  expect(new Set(await want.data()).size).toBeGreaterThan(100);
  tf.dispose([got, want]);
});
