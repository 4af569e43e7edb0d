import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { loadModel, saveModel, useBackend } from 'deconvnet/node';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { noiseTensor } from '../../support/project/networks.js';
import { tempFolder } from '../../support/temp-folder.js';

const shipped = fileURLToPath(new URL('../../../examples/cifar10-zfnet/model', import.meta.url));

beforeAll(() => useBackend('cpu'));

/** A model with one weight of each rank, without anything beside it. */
function modelOf(kernel: readonly number[], bias: readonly number[]): tfl.LayersModel {
  const layer = tfl.layers.dense({ inputShape: [kernel.length / bias.length], units: bias.length, name: 'dense' });
  const model = tfl.sequential({ layers: [layer] });
  const weights = [tf.tensor2d([...kernel], [kernel.length / bias.length, bias.length]), tf.tensor1d([...bias])];
  model.setWeights(weights);
  tf.dispose(weights);
  return model;
}

async function valuesOf(model: tfl.LayersModel): Promise<number[][]> {
  return Promise.all(model.weights.map(async (weight) => [...(await weight.read().data())]));
}

async function roundTrip(
  model: tfl.LayersModel,
  options: Parameters<typeof saveModel>[2],
): Promise<{ readonly folder: string; readonly values: number[][] }> {
  const folder = await tempFolder();
  await saveModel(model, folder, options);
  const back = await loadModel(folder);
  const values = await valuesOf(back);
  back.dispose();
  return { folder, values };
}

describe('saveModel', () => {
  it('writes what loads again with the same weights, outputs and metadata, in files of at most 4 MiB', async () => {
    const model = await loadModel(shipped);
    const folder = await tempFolder();
    const saved = await saveModel(model, folder);
    expect(saved.path).toBe(join(folder, 'model.json'));
    const names = await readdir(folder);
    const sizes = await Promise.all(names.map(async (name) => (await readFile(join(folder, name))).length));
    expect(saved).toMatchObject({ shards: names.length - 1, bytes: sizes.reduce((sum, size) => sum + size, 0) });
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4 * 2 ** 20);
    const back = await loadModel(folder);
    expect(await valuesOf(back)).toEqual(await valuesOf(model));
    expect(back.getUserDefinedMetadata()).toEqual(model.getUserDefinedMetadata());
    const image = noiseTensor([1, 32, 32, 3], 1);
    const [before, after] = [model.predict(image) as tf.Tensor, back.predict(image) as tf.Tensor];
    expect(await after.data()).toEqual(await before.data());
    tf.dispose([image, before, after]);
    model.dispose();
    back.dispose();
  });

  it('cuts weights of more than 4 MiB into files, and fills each before the next one', async () => {
    const kernel = Array.from({ length: 1500 * 1000 }, (_, i) => i / 7);
    const model = modelOf(
      kernel,
      Array.from({ length: 1000 }, (_, i) => -i),
    );
    const { folder, values } = await roundTrip(model, {});
    expect(values).toEqual(await valuesOf(model));
    const sizes = await Promise.all(
      (await readdir(folder))
        .filter((name) => name.endsWith('.bin'))
        .map(async (name) => (await readFile(join(folder, name))).length),
    );
    expect(sizes.sort((a, b) => b - a)).toEqual([2 ** 22, 4 * 1500 * 1000 + 4000 - 2 ** 22]);
    model.dispose();
  });

  it('rounds to half precision, each value to the nearest, and keeps weights that do not fit', async () => {
    const largest = 65504;
    const halves = [0, -0, 1, 1 + 2 ** -10, -2.5, largest, -largest, 2 ** -14, 2 ** -24, 3 * 2 ** -24];
    // Each lies between two neighbours: nearer to the upper one, nearer to the lower one, or in the middle (then the even one).
    const between = [
      1 + 2 ** -11 + 2 ** -13,
      1 + 2 ** -12,
      1 + 2 ** -11,
      1 + 3 * 2 ** -11,
      2.5 * 2 ** -24,
      0.4 * 2 ** -24,
    ];
    const rounded = [1 + 2 ** -10, 1, 1, 1 + 2 ** -9, 2 * 2 ** -24, 0];
    const model = modelOf([...halves, ...between], [0.1, 70_000]);
    const { folder, values } = await roundTrip(model, { quantize: 'float16' });
    expect(values[0]).toEqual([...halves, ...rounded]);
    expect(values[1]).toEqual([Math.fround(0.1), 70_000]);
    const { weightsManifest } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
    expect(weightsManifest[0].weights.map(({ quantization }: { quantization?: object }) => quantization)).toEqual([
      { dtype: 'float16', original_dtype: 'float32' },
      undefined,
    ]);
    model.dispose();
  });

  it('rounds to 256 steps with 0 on one of them, and leaves vectors as they are', async () => {
    const value = fc.double({ min: -1e3, max: 1e3, noNaN: true }).map(Math.fround);
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 2, maxLength: 40 }), async (given) => {
        const kernel = [...given, 0, 0].slice(0, 2 * Math.floor(given.length / 2) + 2);
        const model = modelOf(kernel, [0.1, 1e-9]);
        const { values } = await roundTrip(model, { quantize: 'uint8' });
        model.dispose();
        const step = (Math.max(0, ...kernel) - Math.min(0, ...kernel)) / 255;
        for (const [i, exact] of kernel.entries()) {
          expect(Math.abs(values[0]![i]! - exact)).toBeLessThanOrEqual(step * (1 + 1e-5));
          if (exact === 0) expect(values[0]![i]).toBe(0);
        }
        expect(new Set(values[0]).size).toBeLessThanOrEqual(256);
        expect(values[1]).toEqual([Math.fround(0.1), Math.fround(1e-9)]);
      }),
      { numRuns: 30 },
    );
  });

  it('writes what TensorFlow.js itself decodes to the same values', async () => {
    const model = await loadModel(shipped);
    for (const quantize of ['float16', 'uint8'] as const) {
      const { folder, values } = await roundTrip(model, { quantize });
      const json = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
      const [{ paths, weights }] = json.weightsManifest;
      const parts = await Promise.all(paths.map((name: string) => readFile(join(folder, name))));
      const whole = Buffer.concat(parts);
      const decoded = tf.io.decodeWeights(
        whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.length),
        weights,
      );
      const expected = await Promise.all(Object.values(decoded).map(async (tensor) => [...(await tensor.data())]));
      expect(values).toEqual(expected);
      tf.dispose(decoded);
    }
    model.dispose();
  });

  it('replaces what it wrote itself, and nothing else', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'notes.txt'), 'mine');
    const first = modelOf([1, 2], [3, 4]);
    const second = modelOf([5, 6], [7, 8]);
    await saveModel(first, folder);
    await saveModel(second, folder);
    expect((await readdir(folder)).length).toBe(3);
    const back = await loadModel(folder);
    expect(await valuesOf(back)).toEqual([
      [5, 6],
      [7, 8],
    ]);
    back.dispose();
    await writeFile(join(folder, 'model.json'), '{"format":"layers-model"}');
    await expect(saveModel(first, folder)).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringMatching(/model\.json exists, and saveModel did not write it/),
    });
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
    await expect(saveModel(first, join(folder, 'notes.txt'))).rejects.toMatchObject({ code: 'write-failed' });
    first.dispose();
    second.dispose();
  });

  it('refuses what would be lost: weights of the same name', async () => {
    const model = modelOf([1, 2], [3, 4]);
    Object.assign(model.weights[1]!, { originalName: model.weights[0]!.originalName });
    await expect(saveModel(model, await tempFolder())).rejects.toMatchObject({
      code: 'weights-mismatch',
      message: expect.stringContaining('dense/kernel'),
    });
    model.dispose();
  });

  it('leaves no tensors', async () => {
    const model = modelOf([1, 2], [3, 4]);
    const before = tf.memory().numTensors;
    await saveModel(model, await tempFolder(), { quantize: 'uint8' });
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
