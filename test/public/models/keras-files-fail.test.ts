import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { fromKeras, loadLayersModel } from 'deconvnet/models';
import { unzipSync, type Zippable, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { kerasBytes } from '../../support/models/keras-reference.js';

beforeAll(() => tf.setBackend('cpu'));

type Parts = Record<'config.json' | 'metadata.json' | 'model.weights.h5', Uint8Array>;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const zipped = (files: Zippable, level: 0 | 9 = 0): Uint8Array => zipSync(files, { level });

/** The bytes of a file with one byte changed, in the middle of what stands behind the last `name`. */
function flipped(bytes: Uint8Array, name: string, after: number): Uint8Array {
  const changed = bytes.slice();
  changed[Buffer.from(bytes).indexOf(name) + after]! ^= 1;
  return changed;
}

const damages: readonly (readonly [string, string, RegExp, (parts: Parts, whole: Uint8Array) => Uint8Array])[] = [
  ['nothing', 'model-unreadable', /neither a \.keras file, nor HDF5/, () => new Uint8Array(0)],
  ['text', 'model-unreadable', /neither a \.keras file, nor HDF5/, () => text('a model')],
  ['two thirds of it', 'model-unreadable', /it has no directory/, (_, whole) => whole.subarray(0, whole.length * 0.66)],
  ['a zip file of something else', 'model-unreadable', /not a \.keras file/, () => zipped({ 'a.txt': text('a') })],
  ['no topology', 'model-unreadable', /no config\.json/, ({ 'config.json': _, ...rest }) => zipped(rest)],
  [
    'a topology that is no JSON',
    'model-unreadable',
    /config\.json in the model is not JSON/,
    (parts) => zipped({ ...parts, 'config.json': parts['config.json'].subarray(0, 99) }),
  ],
  ['no weights', 'model-unreadable', /no model\.weights\.h5/, ({ 'model.weights.h5': _, ...rest }) => zipped(rest)],
  [
    'weights of NumPy',
    'model-unreadable',
    /format of NumPy/,
    ({ 'model.weights.h5': weights, ...rest }) => zipped({ ...rest, 'model.weights.npz': weights }),
  ],
  [
    'weights that are no HDF5',
    'model-unreadable',
    /model\.weights\.h5 in the model is not a complete HDF5 file/,
    (parts) => zipped({ ...parts, 'model.weights.h5': text('weights') }),
  ],
  [
    'half of the weights',
    'model-unreadable',
    /model\.weights\.h5 in the model (is not a complete|cannot be read)/,
    (parts) => zipped({ ...parts, 'model.weights.h5': parts['model.weights.h5'].slice(0, 9000) }),
  ],
  [
    'a byte of the weights changed',
    'model-unreadable',
    /the checksum of model\.weights\.h5 is wrong/,
    (_, whole) => flipped(whole, 'model.weights.h5', 9000),
  ],
  [
    'weights that would become a thousand times as large',
    'model-unreadable',
    /would have \d+ bytes, \d+ times as many/,
    (parts) => zipped({ ...parts, 'model.weights.h5': new Uint8Array(2 ** 27 + 2 ** 22) }, 9),
  ],
  [
    'a kernel of another shape',
    'weights-mismatch',
    /Of another shape: 'conv\/kernel'/,
    (parts) => zipped({ ...parts, 'config.json': changed(parts, '"kernel_size": [3, 3]', '"kernel_size": [5, 5]') }),
  ],
  [
    'a class that does not exist',
    'unsupported-layer',
    /of the class Multiplied/,
    (parts) =>
      zipped({ ...parts, 'config.json': changed(parts, '"class_name": "Conv2D"', '"class_name": "Multiplied"') }),
  ],
  [
    'layers of Keras 1',
    'unsupported-layer',
    /Layer 'conv' of config\.json in the model, a Conv2D, has the options of Keras 1.*Load the file with Keras 2\.0 to 2\.2/,
    (parts) => zipped({ ...parts, 'config.json': changed(parts, '"filters":', '"nb_filter":') }),
  ],
  [
    'a model of a class of its own',
    'unsupported-layer',
    /Build the same model as a functional model/,
    (parts) => zipped({ ...parts, 'config.json': text('{ "class_name": "Net", "config": { "units": 3 } }') }),
  ],
  ['the weights alone', 'model-unreadable', /has weights alone.*to_json/, (parts) => parts['model.weights.h5']],
  ['the topology alone', 'model-unreadable', /is a topology, without weights/, (parts) => parts['config.json']],
];

function changed(parts: Parts, from: string, to: string): Uint8Array {
  const config = new TextDecoder().decode(parts['config.json']);
  expect(config).toContain(from);
  return text(config.replace(from, to));
}

describe('a .keras file is refused, and leaves no tensor, if it is or has', () => {
  it.each(damages)('%s', async (_, code, message, damage) => {
    const whole = await kerasBytes('trained.keras');
    const bytes = damage(unzipSync(whole) as Parts, whole);
    const { numTensors, numDataBuffers } = tf.memory();
    await expect(loadLayersModel(fromKeras(bytes))).rejects.toMatchObject({
      name: 'DeconvnetError',
      code,
      message: expect.stringMatching(message),
    });
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  });

  it('damaged anywhere, as HDF5 it is read, or refused with an error of ours', async () => {
    const whole = await kerasBytes('nested-2.21.0.h5');
    const { numTensors } = tf.memory();
    const outcomes = new Set<string>();
    for (let at = 0; at < whole.length; at += 401) {
      const bytes = whole.slice();
      bytes[at]! ^= 0x41;
      try {
        const model = await loadLayersModel(fromKeras(bytes), { warn: () => undefined });
        const values = model.weights.map((weight) => weight.read());
        model.dispose();
        tf.dispose(values);
        outcomes.add('read');
      } catch (error) {
        expect(error, `byte ${at}`).toMatchObject({ name: 'DeconvnetError' });
        outcomes.add('refused');
      }
    }
    expect([...outcomes].sort()).toEqual(['read', 'refused']);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
