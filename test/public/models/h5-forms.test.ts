import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { fromKeras, loadLayersModel } from 'deconvnet/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { kerasBytes } from '../../support/models/keras-reference.js';

beforeAll(() => tf.setBackend('cpu'));

/** The values that write-forms.py gives a weight: 0.25, -0.5, 0.75 ... */
const numbers = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => (i + 1) * (i % 2 === 0 ? 0.25 : -0.25));

const READ = [
  'contiguous',
  'compact',
  'fixed-texts',
  'latest',
  'gzip',
  'szip',
  'scale-offset',
  'big-endian',
  'float64',
  'float16',
  'soft-links',
  'hard-links',
  'circle',
  'after-other-bytes',
] as const;

const REFUSED = [
  ['int32', 'weights-mismatch', /'conv\/kernel' is int32 and should be float32/],
  ['int8', 'weights-mismatch', /'conv\/kernel' is int32 and should be float32/],
  ['bool', 'weights-mismatch', /'conv\/kernel' is bool and should be float32/],
  ['complex', 'model-unreadable', /conv\/kernel:0 in the model has values of a type that a weight cannot have/],
  ['texts', 'model-unreadable', /conv\/kernel:0 in the model has values of a type that a weight cannot have/],
  ['nothing', 'model-unreadable', /conv\/kernel:0 in the model holds nothing/],
  ['lzf', 'model-unreadable', /conv\/kernel:0 in the model is packed by lzf, which cannot be unpacked/],
  ['virtual', 'model-unreadable', /conv\/kernel:0 in the model has its values in other\.h5: it is a virtual data set/],
  ['external', 'model-unreadable', /conv\/kernel:0 in the model cannot be read: .*in another file/],
  ['external-links', 'model-unreadable', /conv\/kernel:0 in the model is missing/],
  ['unwritten', 'model-unreadable', /conv\/kernel:0 in the model has no values: they were never written/],
  ['unwritten-blocks', 'model-unreadable', /conv\/kernel:0 in the model has no values: they were never written/],
] as const;

const bytesOf = (form: string): Promise<Uint8Array<ArrayBuffer>> => kerasBytes(`forms/${form}.h5`);

describe('an HDF5 file', () => {
  it.each(READ)('of the form %s has the values that h5py wrote', async (form) => {
    const { numTensors } = tf.memory();
    const model = await loadLayersModel(fromKeras(await bytesOf(form)));
    const weights = await Promise.all(
      model.weights.map(async (weight) => [weight.originalName, Array.from(await weight.read().data())]),
    );
    expect(weights).toEqual([
      ['conv/kernel', numbers(72)],
      ['conv/bias', numbers(4)],
      ['fc/kernel', numbers(48)],
      ['fc/bias', numbers(3)],
    ]);
    model.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it.each(REFUSED)('of the form %s is refused, and leaves no tensor', async (form, code, message) => {
    const { numTensors, numDataBuffers } = tf.memory();
    await expect(loadLayersModel(fromKeras(await bytesOf(form)))).rejects.toMatchObject({
      name: 'DeconvnetError',
      code,
      message: expect.stringMatching(message),
    });
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
  });

  it('can be opened after hundreds of damaged ones', async () => {
    const whole = await bytesOf('contiguous');
    const bytes = whole.slice();
    // The attributes of the root point to texts that are gone.
    for (let at = bytes.indexOf(0x47); at >= 0; at = bytes.indexOf(0x47, at + 1)) bytes[at] = 0x48;
    for (let i = 0; i < 300; i++) {
      await expect(loadLayersModel(fromKeras(bytes))).rejects.toMatchObject({ code: 'model-unreadable' });
    }
    (await loadLayersModel(fromKeras(whole))).dispose();
  });
});
