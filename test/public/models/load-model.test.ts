import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { loadModel } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { filesOf, type SavedModel, savedModel, smallModel } from '../../support/models/saved-model.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';

beforeAll(() => use('cpu'));

async function predictionOf(model: tfl.LayersModel): Promise<number[]> {
  const input = tf.tidy(() => tf.reshape(tf.linspace(-1, 1, 8 * 8 * 3), [1, 8, 8, 3]));
  const output = model.predict(input) as tf.Tensor;
  const values = [...(await output.data())];
  tf.dispose([input, output]);
  return values;
}

async function load(saved: SavedModel): Promise<tfl.LayersModel> {
  const folder = await tempFolder();
  await writeFiles(folder, filesOf(saved));
  return loadModel(folder);
}

describe('loadModel', () => {
  it('loads from a folder and from a file, with metadata, and predicts the same', async () => {
    const model = smallModel();
    const want = await predictionOf(model);
    const saved = await savedModel(model);
    saved.json.userDefinedMetadata = { classes: ['a', 'b', 'c'], preprocessing: 'unit' };
    const folder = await tempFolder();
    await writeFiles(folder, filesOf(saved));
    for (const path of [folder, join(folder, 'model.json')]) {
      const loaded = await loadModel(path);
      expect(await predictionOf(loaded)).toEqual(want);
      expect(loaded.getUserDefinedMetadata()).toEqual(saved.json.userDefinedMetadata);
      loaded.dispose();
    }
  });

  it('puts weights together that are split over files, in folders too', async () => {
    const want = await predictionOf(smallModel());
    const saved = await savedModel();
    saved.json.weightsManifest[0]!.paths = ['w/one.bin', 'w/two.bin', 'w/three.bin'];
    const folder = await tempFolder();
    await writeFiles(folder, {
      'model.json': saved.json,
      'w/one.bin': saved.weights.subarray(0, 101),
      'w/two.bin': saved.weights.subarray(101, 102),
      'w/three.bin': saved.weights.subarray(102),
    });
    const loaded = await loadModel(folder);
    expect(await predictionOf(loaded)).toEqual(want);
  });

  it.each(['uint8', 'uint16'] as const)('reads weights quantised to %s', async (dtype) => {
    const want = await predictionOf(smallModel());
    const saved = await savedModel();
    const floats = new Float32Array(saved.weights.buffer);
    const steps = dtype === 'uint8' ? 255 : 65535;
    const [min, scale] = [-2, 4 / steps];
    const numbers = Array.from(floats, (value) => Math.round((value - min) / scale));
    const packed = dtype === 'uint8' ? Uint8Array.from(numbers) : Uint16Array.from(numbers);
    for (const spec of saved.json.weightsManifest[0]!.weights) spec.quantization = { dtype, min, scale };
    const loaded = await load({ ...saved, weights: new Uint8Array(packed.buffer) });
    const kernel = await loaded.getWeights()[0]!.data();
    const worst = Math.max(...kernel.map((value, i) => Math.abs(value - floats[i]!)));
    expect(worst).toBeLessThanOrEqual(scale / 2 + 1e-6);
    expect(worst).toBeGreaterThan(0);
    expect((await predictionOf(loaded)).map((p, i) => Math.abs(p - want[i]!) < 0.05)).toEqual([true, true, true]);
  });

  it('reads weights quantised to float16', async () => {
    const saved = await savedModel();
    // 1, -2 and 0.5 in half precision.
    const halves = Uint16Array.from({ length: saved.weights.length / 4 }, (_, i) => [0x3c00, 0xc000, 0x3800][i % 3]!);
    for (const spec of saved.json.weightsManifest[0]!.weights) spec.quantization = { dtype: 'float16' };
    const loaded = await load({ ...saved, weights: new Uint8Array(halves.buffer) });
    expect([...(await loaded.getWeights()[0]!.data()).slice(0, 4)]).toEqual([1, -2, 0.5, 1]);
  });

  it('leaves out what only training needs', async () => {
    const want = await predictionOf(smallModel());
    const saved = await savedModel();
    saved.json.trainingConfig = { optimizer_config: { class_name: 'Nobody', config: {} }, loss: 'nothing' };
    saved.json.weightsManifest[0]!.weights.splice(1, 0, {
      name: 'momentum',
      shape: [2],
      dtype: 'float32',
      group: 'optimizer',
    });
    const first = 4 * 3 * 3 * 3 * 4;
    const weights = new Uint8Array(saved.weights.length + 8).fill(255);
    weights.set(saved.weights.subarray(0, first));
    weights.set(saved.weights.subarray(first), first + 8);
    const { config } = saved.json.modelTopology.config.layers[0]!;
    config.kernel_initializer = { class_name: 'MyInitializer', config: {} };
    config.kernel_regularizer = { class_name: 'L2', config: { l2: 0.01 } };
    const before = tf.memory().numTensors;
    const loaded = await load({ ...saved, weights });
    expect(tf.memory().numTensors).toBe(before + 6);
    expect(await predictionOf(loaded)).toEqual(want);
    loaded.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('loads nested models and wrapped layers', async () => {
    const inner = tfl.sequential({
      name: 'inner',
      layers: [tfl.layers.dense({ name: 'dense', units: 2, inputShape: [4] })],
    });
    const input = tfl.input({ shape: [3, 4] });
    const wrapped = tfl.layers.timeDistributed({ name: 'wrap', layer: inner }).apply(input) as tfl.SymbolicTensor;
    const model = tfl.model({ inputs: input, outputs: wrapped, name: 'outer' });
    const loaded = await load(await savedModel(model));
    expect(loaded.getWeights().map(({ shape }) => shape)).toEqual([[4, 2], [2]]);
  });

  it('loads beside loads that fail', async () => {
    const good = await savedModel();
    const bad = await savedModel();
    bad.json.modelTopology.config.layers.splice(3, 1);
    const [goodFolder, badFolder] = [await tempFolder(), await tempFolder()];
    await writeFiles(goodFolder, filesOf(good));
    await writeFiles(badFolder, filesOf(bad));
    const want = await predictionOf(smallModel());
    const loads = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => loadModel(i % 2 === 0 ? goodFolder : badFolder)),
    );
    for (const [i, result] of loads.entries()) {
      expect(result.status).toBe(i % 2 === 0 ? 'fulfilled' : 'rejected');
      if (result.status === 'fulfilled') expect(await predictionOf(result.value)).toEqual(want);
    }
  });
});
