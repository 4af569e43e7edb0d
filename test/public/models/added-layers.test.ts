import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type Mirror } from 'deconvnet';
import { keras3, loadLayersModel } from 'deconvnet/models';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { asKeras3, from, type GraphLayer, network, pixels, reading } from '../../support/models/saved-graph.js';

beforeAll(() => use('cpu'));

const { classNameMap } = tf.serialization.SerializationMap.getMap();

afterEach(() => {
  for (const name of ['LayerScale', 'CustomScaleLayer']) delete classNameMap[name];
});

const scaled = (class_name = 'LayerScale'): GraphLayer[] => [
  pixels('in'),
  reading(class_name, 'c', from('in'), { init_values: 0.5, projection_dim: 2 }),
];
const gamma = { weightSpecs: [{ name: 'c/gamma', shape: [2], dtype: 'float32' as const }], values: [3, -2] };

/** A handler with the topology, and the weight of a LayerScale. */
const handler = (modelTopology: object, { weightSpecs, values } = gamma): tf.io.IOHandler => ({
  load: async () => ({ modelTopology, weightSpecs, weightData: Float32Array.from(values).buffer }),
});

const ones = (): tf.Tensor => tf.ones([1, 4, 4, 2]);

describe('a layer that tfjs-layers lacks', () => {
  it('is registered if a topology that is loaded names it, and not before', async () => {
    const plain = network([pixels('in'), reading('ReLU', 'c', from('in'))]);
    (await loadLayersModel(handler(plain, { weightSpecs: [], values: [] }))).dispose();
    expect(classNameMap).not.toHaveProperty('LayerScale');
    (await loadLayersModel(handler(network(scaled())))).dispose();
    expect(classNameMap).toHaveProperty('LayerScale');
    expect(classNameMap).not.toHaveProperty('CustomScaleLayer');
  });

  it.each(['LayerScale', 'Custom>LayerScale', 'keras.src.applications.convnext>LayerScale'])(
    'is known as %s, and carries its mirror',
    async (className) => {
      const model = await loadLayersModel(handler(asKeras3(network(scaled(className)))));
      const deconvnet = new Deconvnet(model);
      expect(deconvnet.layers[1]).toMatchObject({
        className: 'LayerScale',
        mirror: 'scale',
        blockedBy: null,
        receptiveField: { size: [1, 1], stride: [1, 1], offset: [0, 0] },
      });
      const projection = await deconvnet.project(ones(), { layer: 'c', featureMap: 0, position: [1, 2] });
      const pixels = await projection.pixels.array();
      expect((pixels as number[][][])[1]![2]!.map((value) => value + 0)).toEqual([9, 0]);
      deconvnet.dispose();
      model.dispose();
    },
  );

  it('is saved by TensorFlow.js, and loaded again', async () => {
    const model = await tfl.loadLayersModel(keras3(handler(network(scaled()))));
    let saved: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    delete classNameMap.LayerScale;
    const again = await loadLayersModel({ load: async () => saved! });
    expect(again.getLayer('c').getConfig()).toMatchObject({ initValues: 0.5, projectionDim: 2 });
    expect([...(await again.getWeights()[0]!.data())]).toEqual([3, -2]);
    model.dispose();
    again.dispose();
  });

  it('has the mirror that the user gives, if there is one', async () => {
    const model = await loadLayersModel(handler(network(scaled())));
    const passOn: Mirror = { kind: 'mine', window: 'pointwise', down: (signal) => signal.clone() };
    for (const key of ['c', 'LayerScale']) {
      const deconvnet = new Deconvnet(model, { mirrors: { [key]: () => passOn } });
      expect(deconvnet.layers[1]!.mirror).toBe('mine');
      deconvnet.dispose();
    }
    model.dispose();
  });

  it('gives way to a class of that name that the user has registered', async () => {
    class LayerScale extends tfl.layers.Layer {
      static className = 'LayerScale';
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return tf.mul([inputs].flat()[0]!, 7);
      }
    }
    tf.serialization.registerClass(LayerScale);
    const model = await loadLayersModel(handler(network(scaled()), { weightSpecs: [], values: [] }));
    const output = model.predict(ones()) as tf.Tensor;
    expect((await output.data())[0]).toBe(7);
    expect(new Deconvnet(model).layers[1]!.mirror).toBeNull();
    model.dispose();
  });

  it('that is neither added nor registered is refused', async () => {
    await expect(loadLayersModel(handler(network(scaled('Custom>Unheard'))))).rejects.toMatchObject({
      code: 'unsupported-layer',
      layer: 'c',
    });
  });

  it('may be one of the library under another name: Subtract', async () => {
    const layers = [pixels('in'), reading('ReLU', 'r', from('in')), reading('Subtract', 'c', from('in', 'r'))];
    const model = await loadLayersModel(handler(network(layers), { weightSpecs: [], values: [] }));
    const output = model.predict(tf.fill([1, 4, 4, 2], -3)) as tf.Tensor;
    expect(new Set(await output.data())).toEqual(new Set([-3]));
    expect(new Deconvnet(model).layers.at(-1)).toMatchObject({ className: 'SubtractOperation', mirror: 'copy' });
    model.dispose();
    const one = [pixels('in'), reading('Subtract', 'c', from('in'))];
    await expect(loadLayersModel(handler(network(one), { weightSpecs: [], values: [] }))).rejects.toMatchObject({
      code: 'model-unreadable',
      layer: 'c',
    });
  });

  it.each(['LRN', 'Custom>LRN2D', 'LocalResponseNormalization'])(
    'may be a class of users whose options say what it computes: %s',
    async (className) => {
      const loaded = (config: object) =>
        loadLayersModel(
          handler(network([pixels('in'), reading(className, 'c', from('in'), config)]), {
            weightSpecs: [],
            values: [],
          }),
        );
      const model = await loaded({ depth_radius: 1, bias: 2, alpha: 0.5, beta: 1 });
      const output = model.predict(ones()) as tf.Tensor;
      expect(new Set(await output.data())).toEqual(new Set([Math.fround(1 / 3)]));
      expect(new Deconvnet(model).layers.at(-1)).toMatchObject({ mirror: 'normalization', blockedBy: null });
      model.dispose();
      // Such classes are written in several ways.
      await expect(loaded({ n: 5, k: 2, alpha: 1e-4, beta: 0.75 })).rejects.toMatchObject({
        code: 'unsupported-layer',
        layer: 'c',
      });
    },
  );

  it.each([
    ['EinsumDense', { equation: 'abcd,de->abce', output_shape: [null, null, 3], bias_axes: null }, 'Dense'],
    ['EinsumDense', { equation: 'abcd,def->abcef', output_shape: [4, 4, 3, 2], bias_axes: null }, undefined],
    ['EinsumDense', { equation: '...x,xy->...y', output_shape: 3, bias_axes: 'x' }, undefined],
    // It changes pictures at inference too.
    ['AutoContrast', { value_range: [0, 255] }, undefined],
  ])(
    '%s with %j becomes the class %s, or is refused by its name if that is undefined',
    async (className, config, wanted) => {
      const weights = {
        weightSpecs: wanted ? [{ name: 'c/kernel', shape: [2, 3], dtype: 'float32' as const }] : [],
        values: wanted ? [1, 2, 3, 4, 5, 6] : [],
      };
      const loaded = loadLayersModel(
        handler(network([pixels('in'), reading(className, 'c', from('in'), config)]), weights as never),
      );
      if (!wanted) {
        await expect(loaded).rejects.toMatchObject({
          code: 'unsupported-layer',
          message: expect.stringContaining(className),
        });
        return;
      }
      const model = await loaded;
      expect(model.getLayer('c').getClassName()).toBe(wanted);
      expect([...(await (model.predict(ones()) as tf.Tensor).data())].slice(0, 3)).toEqual([5, 7, 9]);
      model.dispose();
    },
  );

  it.each([
    ['Addons>StochasticDepth', { survival_probability: 0.75 }],
    ['keras_cv>StochasticDepth', { rate: 0.25 }],
  ])('adds a part of a block, if it is a %s', async (className, config) => {
    const layers = [
      pixels('in'),
      reading('Rescaling', 'r', from('in'), { scale: 2 }),
      reading(className, 'c', from('in', 'r'), config),
    ];
    const model = await loadLayersModel(handler(network(layers), { weightSpecs: [], values: [] }));
    expect(new Set(await (model.predict(ones()) as tf.Tensor).data())).toEqual(new Set([2.5]));
    model.dispose();
  });

  it('is a softmax along an axis that its input has', async () => {
    const loaded = (axis: unknown) =>
      loadLayersModel(
        handler(network([pixels('in'), reading('Softmax', 'c', from('in'), { axis })]), {
          weightSpecs: [],
          values: [],
        }),
      );
    for (const axis of [-1, 3, undefined]) {
      const model = await loaded(axis);
      expect(model.getLayer('c').getClassName()).toBe('Softmax');
      model.dispose();
    }
    await expect(loaded(7)).rejects.toMatchObject({ code: 'unsupported-layer', layer: 'c' });
    await expect(loaded([0, 1])).rejects.toMatchObject({ code: 'unsupported-layer', layer: 'c' });
  });

  it.each([-1, null])('knows its shape, if a Reshape leaves a size open by %s', async (open) => {
    const layers = [
      pixels('in'),
      reading('Reshape', 'r', from('in'), { target_shape: [open, 8] }),
      reading('Flatten', 'c', from('r')),
    ];
    const model = await loadLayersModel(handler(network(layers), { weightSpecs: [], values: [] }));
    expect(model.getLayer('r').outputShape).toEqual([null, 4, 8]);
    expect(model.outputShape).toEqual([null, 32]);
    model.dispose();
  });

  it('is not needed for the training of a kernel that a SeparableConv2D does not have', async () => {
    const config = {
      filters: 2,
      kernel_size: [1, 1],
      use_bias: false,
      kernel_initializer: { class_name: 'Zeros', config: {} },
    };
    const layers = [pixels('in'), reading('SeparableConv2D', 'c', from('in'), config)];
    const weightSpecs = [
      { name: 'c/depthwise_kernel', shape: [1, 1, 2, 1], dtype: 'float32' as const },
      { name: 'c/pointwise_kernel', shape: [1, 1, 2, 2], dtype: 'float32' as const },
    ];
    const model = await loadLayersModel(
      handler(network(layers), { weightSpecs: weightSpecs as never, values: [1, 2, 1, 0, 0, 1] }),
    );
    const output = model.predict(ones()) as tf.Tensor;
    expect([...(await output.data())].slice(0, 2)).toEqual([1, 2]);
    model.dispose();
  });

  it('may read two tensors', async () => {
    const layers = [pixels('in'), reading('CustomScaleLayer', 'c', from('in', 'in'), { scale: 0.5 })];
    const model = await loadLayersModel(handler(network(layers), { weightSpecs: [], values: [] }));
    const deconvnet = new Deconvnet(model);
    const projection = await deconvnet.project(ones(), { layer: 'c', featureMap: 1, position: [0, 0] });
    expect(((await projection.pixels.array()) as number[][][])[0]![0]).toEqual([0, 2.25]);
    deconvnet.dispose();
    model.dispose();
  });
});
