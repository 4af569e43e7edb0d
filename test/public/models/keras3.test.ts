import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { keras3 } from 'deconvnet/models';
import { loadModel } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { errorAgainstKeras, handlerOf, keras3Export } from '../../support/models/keras3-export.js';
import { savedModel, smallModel } from '../../support/models/saved-model.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';

beforeAll(() => use('cpu'));

const networks = ['sequential', 'functional', 'nested', 'nested-twice', 'nest-seq', 'rnn'];
const saves = networks.flatMap((name) => [`${name}-h5`, `${name}-keras`]);

describe('keras3', () => {
  it.each(saves)('loads %s, which computes what Keras computed', async (name) => {
    const saved = keras3Export(name);
    const model = await tfl.loadLayersModel(keras3(handlerOf(saved)));
    expect(await errorAgainstKeras(model, saved)).toBeLessThan(2e-6);
    model.dispose();
  });

  it.each(saves)('is applied by loadModel: %s', async (name) => {
    const saved = keras3Export(name);
    const folder = await tempFolder();
    await writeFiles(folder, { 'model.json': saved.model, 'group1-shard1of1.bin': saved.weights });
    const before = tf.memory().numTensors;
    const model = await loadModel(folder);
    // Nothing but the weights: what was built to try is gone.
    expect(tf.memory().numTensors).toBe(before + model.weights.length);
    expect(await errorAgainstKeras(model, saved)).toBeLessThan(2e-6);
  });

  it('is needed: without it TensorFlow.js reads none of them', async () => {
    for (const name of saves) await expect(tfl.loadLayersModel(handlerOf(keras3Export(name)))).rejects.toThrow();
  });

  it('gives models that project', async () => {
    const saved = keras3Export('nested-h5');
    const model = await tfl.loadLayersModel(keras3(handlerOf(saved)));
    const deconvnet = new Deconvnet(model);
    expect(deconvnet.layers.map(({ name }) => name)).toContain('head/c');
    const image = tf.randomUniform([4, 4, 2], 0, 1, 'float32', 3);
    const projection = await deconvnet.project(image, { layer: 'head/c', featureMap: 0, position: [1, 1] });
    expect(projection.pixels.shape).toEqual([4, 4, 2]);
    expect(projection.empty).toBe(projection.activation === 0);
  });

  it('changes nothing of what TensorFlow.js wrote', async () => {
    const model = smallModel();
    const written = model.toJSON(null, false);
    const { json, weights } = await savedModel(model);
    const artifacts: tf.io.ModelArtifacts = {
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest[0]!.weights,
      weightData: weights.buffer,
    };
    const loaded = await tfl.loadLayersModel(keras3({ load: async () => artifacts }));
    expect(loaded.toJSON(null, false)).toEqual(written);
    const values = await Promise.all(loaded.getWeights().map((weight) => weight.data()));
    expect(values.flatMap((list) => [...list])).toEqual([...new Float32Array(weights.buffer)]);
  });

  it('leaves out the states of random generators', async () => {
    const saved = keras3Export('sequential-keras');
    const { weights } = saved.model.weightsManifest[0]!;
    const at = 2;
    const from = weights.slice(0, at).reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0);
    const bytes = new Uint8Array([
      ...saved.weights.subarray(0, from),
      ...Array(8).fill(7),
      ...saved.weights.subarray(from),
    ]);
    const state = { name: 'layers/dropout/seed_generator/vars/0', shape: [2], dtype: 'int32' as const };
    const manifest = [{ weights: [...weights.slice(0, at), state, ...weights.slice(at)] }];
    const handler = handlerOf({ ...saved, weights: bytes, model: { ...saved.model, weightsManifest: manifest } });
    const model = await tfl.loadLayersModel(keras3(handler));
    expect(await errorAgainstKeras(model, saved)).toBeLessThan(2e-6);
  });
});
