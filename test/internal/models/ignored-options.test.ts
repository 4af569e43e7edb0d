import * as tfl from '@tensorflow/tfjs-layers';
import { keras3 } from 'deconvnet/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { IGNORED_OPTIONS } from '../../../src/models/keras/ignored-options.js';
import { use } from '../../support/backends.js';
import { LAYER_CLASSES } from '../../support/mirrors/layer-classes.js';
import { HARMLESS, KERAS_OPTIONS } from '../../support/models/keras-options.js';
import { asKeras3, from, network, pixels, reading } from '../../support/models/saved-graph.js';

beforeAll(() => use('cpu'));

const lstm = (go_backwards: boolean, units: number): object => ({
  class_name: 'LSTM',
  config: { name: 'lstm', units, go_backwards },
});

/** A config that asks for an option that TensorFlow.js does not compute, for each of the list. */
const ASKING: Readonly<Record<string, object>> = {
  groups: { groups: 2 },
  data_format: { data_format: 'channels_first', use_bias: true },
  time_major: { time_major: true },
  strides: { strides: 2, dilation_rate: [2, 2] },
  virtual_batch_size: { virtual_batch_size: 4 },
  rms_scaling: { rms_scaling: true },
  interpolation: { interpolation: 'area', height: 3, width: 3 },
  fill_mode: { fill_mode: 'reflect' },
  pad_to_aspect_ratio: { pad_to_aspect_ratio: true, crop_to_aspect_ratio: true },
  height: { height: 3, width: 3 },
  'BatchNormalization.axis': { axis: [1, 2] },
  'Concatenate.axis': { axis: -2 },
  'Bidirectional.backward_layer': { layer: lstm(false, 2), backward_layer: lstm(true, 3) },
};

const rows = Object.entries(IGNORED_OPTIONS).flatMap(([className, options]) =>
  Object.keys(options).map((option) => [className, option] as const),
);

describe('an option that TensorFlow.js ignores is refused, in files of Keras 2 and 3:', () => {
  it.each(rows)('%s, %s', async (className, option) => {
    const asking = ASKING[`${className}.${option}`] ?? ASKING[option];
    expect(asking).toBeDefined();
    const nodes = className === 'Concatenate' ? from('in', 'in') : from('in');
    const json = network([pixels('in'), reading(className, 'c', nodes, asking)]);
    for (const modelTopology of [json, asKeras3(json)]) {
      const handler = { load: async () => ({ modelTopology, weightSpecs: [], weightData: new ArrayBuffer(0) }) };
      await expect(tfl.loadLayersModel(keras3(handler))).rejects.toMatchObject({
        code: 'unsupported-option',
        layer: 'c',
        message: expect.stringContaining(className),
      });
    }
  });
});

describe('every option of Keras is read by TensorFlow.js, repaired, refused, or changes nothing:', () => {
  const repaired: Readonly<Record<string, readonly string[]>> = {
    Conv1D: ['groups', 'data_format'],
    Conv2D: ['groups'],
    Conv3D: ['groups'],
    Conv2DTranspose: ['output_padding', 'dilation_rate'],
    Conv3DTranspose: ['output_padding', 'dilation_rate'],
    MaxPooling1D: ['data_format'],
    AveragePooling1D: ['data_format'],
    GlobalAveragePooling1D: ['keepdims', 'data_format'],
    GlobalAveragePooling2D: ['keepdims'],
    GlobalMaxPooling1D: ['keepdims', 'data_format'],
    GlobalMaxPooling2D: ['keepdims'],
    ELU: ['alpha'],
    ReLU: ['negative_slope', 'threshold'],
    LeakyReLU: ['negative_slope'],
    Resizing: ['height', 'width', 'crop_to_aspect_ratio', 'fill_value', 'antialias', 'data_format'],
    CenterCrop: ['data_format'],
  };
  const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  // tfjs reads it, and forgets to write it.
  const unwritten: Readonly<Record<string, readonly string[]>> = {
    SeparableConv2D: ['depth_multiplier'],
  };

  it.each(Object.entries(KERAS_OPTIONS))('%s', (className, options) => {
    const read = LAYER_CLASSES[className]!.fixed.flatMap(({ make }) => Object.keys(make().getConfig()).map(snake));
    const known = [...read, ...HARMLESS, ...Object.keys(IGNORED_OPTIONS[className] ?? {})];
    const left = options.filter(
      (option) => ![...known, ...(repaired[className] ?? []), ...(unwritten[className] ?? [])].includes(option),
    );
    expect(left).toEqual([]);
  });

  it('of every class that has pixels below it', () => {
    const containers = ['TimeDistributed', 'Bidirectional', 'ConvLSTM2D'];
    expect([...Object.keys(KERAS_OPTIONS), ...containers].sort()).toEqual(Object.keys(LAYER_CLASSES).sort());
  });
});
