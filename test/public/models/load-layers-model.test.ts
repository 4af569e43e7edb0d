import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { keras3, loadLayersModel } from 'deconvnet/models';
import { beforeEach, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { Counted, counted } from '../../support/models/counted-model.js';
import { artifactsOf } from '../../support/models/saved-model.js';

/** The values of all weights, read one after the other. */
async function valuesOf(model: tfl.LayersModel): Promise<number[]> {
  const values: number[] = [];
  for (const weight of model.getWeights()) values.push(...(await weight.data()));
  return values;
}

describe.each(backends)('loadLayersModel on %s', (backend) => {
  beforeEach(() => use(backend));

  it('loads and computes what tf.loadLayersModel does, runs no initializer, and leaves nothing when disposed', async () => {
    const saved = await counted();
    const handler = { load: async () => artifactsOf(saved) };
    const plain = await tfl.loadLayersModel(keras3(handler));
    Counted.calls = 0;
    const before = tf.memory();
    const model = await loadLayersModel(handler);
    expect(Counted.calls).toBe(0);
    expect(await valuesOf(model)).toEqual(await valuesOf(plain));
    const x = tf.tidy(() => tf.reshape(tf.linspace(-1, 1, 8), [1, 4, 2]));
    const [got, want] = [model, plain].map((one) => one.predict(x) as tf.Tensor) as [tf.Tensor, tf.Tensor];
    expect([...(await got.data())]).toEqual([...(await want.data())]);
    tf.dispose([x, got, want]);
    model.dispose();
    const { numTensors, numBytes, numDataBuffers } = before;
    expect(tf.memory()).toMatchObject({ numTensors, numBytes, numDataBuffers });
    plain.dispose();
  });

  it('draws the weights that are not saved', async () => {
    const { weightSpecs, weightData, ...artifacts } = artifactsOf(await counted());
    const model = await loadLayersModel({ load: async () => artifacts }, { strict: false });
    const [kernel] = model.getLayer('last').getWeights();
    expect(new Set(await kernel!.data())).toEqual(new Set([7]));
    model.dispose();
  });
});

describe('loadLayersModel', () => {
  beforeEach(() => use(backends[0]!));

  it('takes an address that TensorFlow.js has a handler for, and passes metadata on', async () => {
    const artifacts = { ...artifactsOf(await counted()), userDefinedMetadata: { preprocessing: 'tf' } };
    tf.io.registerLoadRouter((url) =>
      url === 'opening-test://model' ? { load: async () => artifacts } : (null as unknown as tf.io.IOHandler),
    );
    const model = await loadLayersModel('opening-test://model');
    expect(model.getUserDefinedMetadata()).toEqual({ preprocessing: 'tf' });
  });

  it('refuses what is not a handler, and unknown options', async () => {
    await expect(loadLayersModel(3 as unknown as string)).rejects.toMatchObject({ code: 'invalid-option' });
    await expect(loadLayersModel({})).rejects.toMatchObject({ code: 'invalid-option' });
    const options = { weigths: false } as object;
    await expect(loadLayersModel('x', options)).rejects.toMatchObject({ code: 'invalid-option' });
  });
});
