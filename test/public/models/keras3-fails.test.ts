import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { keras3 } from 'deconvnet/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';

beforeAll(() => use('cpu'));

type Config = Record<string, unknown>;
type Layer = { class_name: string; config: Config; module?: string; inbound_nodes?: unknown };

/** As Keras 3 writes a tensor. */
const tensor = (layer: string): object => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 4, 4, 2], dtype: 'float32', keras_history: [layer, 0, 0] },
});

const policy = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' }, registered_name: null };

/** Input, then one layer. */
function topology(class_name: string, config: Config = {}, more: Partial<Layer> = {}): object {
  const layer = {
    class_name,
    config: { name: 'odd', dtype: policy, ...config },
    name: 'odd',
    inbound_nodes: [{ args: [tensor('pixels')], kwargs: {} }],
    ...more,
  };
  const input = {
    class_name: 'InputLayer',
    config: { batch_shape: [null, 4, 4, 2], dtype: 'float32', sparse: false, ragged: false, name: 'pixels' },
    name: 'pixels',
    inbound_nodes: [],
  };
  const layers = [input, layer];
  return {
    class_name: 'Functional',
    config: { name: 'net', layers, input_layers: [['pixels', 0, 0]], output_layers: [['odd', 0, 0]] },
  };
}

const load = (modelTopology: object, format = 'layers-model'): Promise<tfl.LayersModel> =>
  tfl.loadLayersModel(
    keras3({ load: async () => ({ format, modelTopology, weightSpecs: [], weightData: new ArrayBuffer(0) }) }),
  );

const failures: readonly (readonly [string, object, string, readonly string[]])[] = [
  ['a Lambda layer', topology('Lambda'), 'unsupported-layer', ['Lambda', 'Python']],
  [
    'an operation of TensorFlow',
    topology('TFOpLambda', { function: 'math.cumsum' }, { inbound_nodes: [['pixels', 0, 0, { axis: 1 }]] }),
    'unsupported-layer',
    ['tf.math.cumsum', 'Multiply'],
  ],
  [
    'the same in the form of Keras 3',
    topology('TFOpLambda', { function: 'math.add' }),
    'model-unreadable',
    ['TFOpLambda'],
  ],
  ['an operation of Keras', topology('Mean', {}, { module: 'keras.src.ops.numpy' }), 'unsupported-layer', ['Mean']],
  ['the same without its module', topology('Mean'), 'unsupported-layer', ['Mean']],
  ['a class nobody registered', topology('MyLayer'), 'unsupported-layer', ['MyLayer', 'registerClass']],
  ['stride and dilation', topology('Conv2D', { strides: 2, dilation_rate: 2 }), 'unsupported-option', ['strides=2']],
  ['RMS scaling', topology('LayerNormalization', { rms_scaling: true }), 'unsupported-option', ['rms_scaling']],
  ['an unknown activation', topology('Conv2D', { activation: 'glu' }), 'unsupported-option', ['glu']],
  [
    'quantised weights',
    topology('Dense', { dtype: { class_name: 'QuantizedDTypePolicy', config: { mode: 'int8' } } }),
    'unsupported-option',
    ['quantize()'],
  ],
  [
    'a tensor as mask',
    topology('Conv2D', {}, { inbound_nodes: [{ args: [tensor('pixels')], kwargs: { mask: tensor('pixels') } }] }),
    'unsupported-option',
    ["'mask'"],
  ],
];

describe('keras3 fails', () => {
  it.each(failures)('on %s, by name', async (_, json, code, words) => {
    const before = tf.memory().numTensors;
    const error: unknown = await load(json).then(
      () => 'it loaded',
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: 'DeconvnetError', code, layer: 'odd' });
    for (const word of words) expect((error as Error).message).toContain(word);
    expect((error as Error).message).toContain("Layer 'odd'");
    expect(tf.memory().numTensors).toBe(before);
  });

  it('on the options that Keras 2 has too', async () => {
    const layers = [
      { class_name: 'InputLayer', config: { batch_input_shape: [null, 4, 4, 2], dtype: 'float32', name: 'pixels' } },
      { class_name: 'LayerNormalization', config: { name: 'odd', rms_scaling: true } },
    ];
    await expect(load({ class_name: 'Sequential', config: { name: 'net', layers } })).rejects.toMatchObject({
      code: 'unsupported-option',
      layer: 'odd',
    });
  });

  it('on graph models, on something else, and without a handler', async () => {
    await expect(load({ node: [] })).rejects.toMatchObject({ code: 'graph-model' });
    await expect(load({}, 'graph-model')).rejects.toMatchObject({ code: 'graph-model' });
    await expect(load({ some: 'thing' })).rejects.toMatchObject({ code: 'model-unreadable' });
    const wrapped = keras3('model.json' as unknown as tf.io.IOHandler);
    await expect(tfl.loadLayersModel(wrapped)).rejects.toMatchObject({ code: 'invalid-option' });
  });
});

describe('keras3 repairs, in hand-written topologies,', () => {
  const configOf = async (json: object): Promise<{ className: string; config: Config }> => {
    const layer = (await load(json)).getLayer('odd');
    return { className: layer.getClassName(), config: layer.getConfig() };
  };

  it('the slope of LeakyReLU and of ReLU', async () => {
    const leaky = { className: 'LeakyReLU', config: { alpha: 0.1 } };
    expect(await configOf(topology('LeakyReLU', { negative_slope: 0.1 }))).toMatchObject(leaky);
    expect(await configOf(topology('ReLU', { negative_slope: 0.1, max_value: null, threshold: 0 }))).toMatchObject(
      leaky,
    );
    expect(await configOf(topology('ReLU', { negative_slope: 0, max_value: 6 }))).toMatchObject({
      className: 'ReLU',
      config: { maxValue: 6 },
    });
  });

  it('layers that act only in training', async () => {
    for (const className of ['RandomFlip', 'RandomRotation', 'Identity', 'ActivityRegularization']) {
      const identity = { className: 'Activation', config: { activation: 'linear' } };
      expect(await configOf(topology(className, { seed: null }))).toMatchObject(identity);
    }
    expect(await configOf(topology('SpatialDropout2D', { rate: 0.3 }))).toMatchObject({ className: 'Dropout' });
  });

  it('activation functions as objects and under new names', async () => {
    const silu = { module: 'keras.activations', class_name: 'function', config: 'silu', registered_name: 'silu' };
    expect(await configOf(topology('Activation', { activation: silu }))).toMatchObject({
      config: { activation: 'swish' },
    });
  });

  it('inputs and outputs given as an object', async () => {
    const json = topology('ReLU') as { config: Config };
    Object.assign(json.config, {
      input_layers: { image: ['pixels', 0, 0] },
      output_layers: { b: ['odd', 0, 0], a: ['pixels', 0, 0] },
    });
    const model = await load(json);
    expect(model.inputs.length).toBe(1);
    expect(model.outputs.map(({ sourceLayer }) => sourceLayer.name)).toEqual(['pixels', 'odd']);
  });
});
