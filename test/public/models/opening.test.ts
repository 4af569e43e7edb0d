import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { BackendName } from 'deconvnet/backends';
import { keras3, loadLayersModel } from 'deconvnet/models';
import { loadModel } from 'deconvnet/node';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { use } from '../../support/backends.js';
import { Counted, counted, Scale } from '../../support/models/counted-model.js';
import { artifactsOf, filesOf, type SavedModel, savedModel } from '../../support/models/saved-model.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';

async function fromDisk(saved: SavedModel, options?: Parameters<typeof loadModel>[1]): Promise<tfl.LayersModel> {
  const folder = await tempFolder();
  await writeFiles(folder, filesOf(saved));
  return loadModel(folder, options);
}

const fromHandler = (saved: SavedModel): Promise<tfl.LayersModel> =>
  loadLayersModel({ load: async () => artifactsOf(saved) });

async function valuesOf(model: tfl.LayersModel): Promise<number[]> {
  return (await Promise.all(model.getWeights().map((weight) => weight.data()))).flatMap((values) => [...values]);
}

/** Counts the bytes that are given to the backend while something runs. */
async function bytesWritten(run: () => Promise<unknown>): Promise<{ bytes: number; tensors: number }> {
  const written = { bytes: 0, tensors: 0 };
  const { backend } = tf.engine();
  const write = backend.write.bind(backend);
  const spy = vi.spyOn(backend, 'write').mockImplementation((values, shape, dtype) => {
    written.tensors++;
    written.bytes += (values as Float32Array | null)?.byteLength ?? 0;
    return write(values, shape, dtype);
  });
  await run().finally(() => spy.mockRestore());
  return written;
}

describe.each(['cpu', 'wasm'] as const satisfies readonly BackendName[])('opening a model on %s', (backend) => {
  beforeEach(async () => {
    await use(backend);
    Scale.use = () => undefined;
  });

  it.each([
    ['loadModel', fromDisk],
    ['loadLayersModel', fromHandler],
  ])('with %s runs no initializer, wherever the weight is, and gives the saved values', async (_, load) => {
    const saved = await counted();
    const before = tf.memory();
    const model = await load(saved);
    expect(Counted.calls).toBe(0);
    expect(await valuesOf(model)).toEqual(Array.from({ length: saved.weights.length / 4 }, (_value, i) => i / 8));
    expect(tf.memory().numTensors).toBe(before.numTensors + model.weights.length);
    const config = model.getLayer('last').getConfig();
    expect(config.kernelInitializer).toMatchObject({ className: 'CountedInitializer' });
    model.dispose();
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
  });

  it('gives each value to the backend once, and one value for a weight that waits', async () => {
    const saved = await counted();
    const count = saved.json.weightsManifest[0]!.weights.length;
    const { bytes } = await bytesWritten(() => fromDisk(saved));
    // On wasm the values go into memory of the backend, past `write`.
    expect(bytes).toBe(4 * count + (backend === 'cpu' ? saved.weights.length : 0));
  });

  it('does not draw or write anything for the check of keras3', async () => {
    const saved = await counted();
    const handler = keras3({ load: async () => artifactsOf(saved) });
    const { bytes, tensors } = await bytesWritten(() => handler.load!());
    const count = saved.json.weightsManifest[0]!.weights.length;
    expect({ bytes, tensors, calls: Counted.calls }).toEqual({ bytes: 4 * count, tensors: count, calls: 0 });
  });

  it('draws the weights that are not saved, and only those', async () => {
    const saved = await counted();
    const { weightSpecs, ...artifacts } = artifactsOf(saved);
    const missing = ['scale/shift', 'last/kernel'];
    const load = async (): Promise<tf.io.ModelArtifacts> => {
      const kept = weightSpecs!.filter(({ name }) => !missing.includes(name));
      const values = kept.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape), 0);
      return { ...artifacts, weightSpecs: kept, weightData: new Float32Array(values).fill(3).buffer };
    };
    const model = await loadLayersModel({ load }, { strict: false });
    expect(Counted.calls).toBe(2);
    for (const { originalName, read } of model.weights.map((weight) => ({
      originalName: weight.originalName,
      read: () => weight.read().data(),
    }))) {
      expect(new Set(await read()), originalName).toEqual(new Set([missing.includes(originalName) ? 7 : 3]));
    }
    await expect(loadLayersModel({ load })).rejects.toMatchObject({ code: 'weights-mismatch' });
  });

  it('gives a layer that reads a weight in build its initial values, and then the saved ones', async () => {
    const saved = await counted();
    const read: number[] = [];
    Scale.use = (weight) => read.push(...weight.read().dataSync());
    const model = await fromDisk(saved);
    expect(read).toEqual([7, 7, 7]);
    expect(Counted.calls).toBe(1);
    expect((await valuesOf(model)).slice(0, 2)).toEqual([0, 1 / 8]);
  });

  it('keeps the values that a layer gives a weight in build, if they are not saved', async () => {
    const { weightSpecs, weightData, ...artifacts } = artifactsOf(await counted());
    Scale.use = (weight) => {
      tf.tidy(() => void weight.write(tf.tensor([1, 2, 3])));
    };
    const model = await loadLayersModel({ load: async () => artifacts }, { strict: false });
    const { gain, shift } = model.getLayer('scale') as Scale;
    expect([...(await gain!.read().data()), ...(await shift!.read().data())]).toEqual([1, 2, 3, 7, 7, 7]);
  });

  it('applies constraints, as tf.loadLayersModel does', async () => {
    const kernelConstraint = 'nonNeg' as const;
    const saved = await savedModel(
      tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [3], kernelConstraint, useBias: false })] }),
    );
    new Float32Array(saved.weights.buffer).set([-1, 2, -3, 4, -5, 6]);
    const want = await valuesOf(await tfl.loadLayersModel({ load: async () => artifactsOf(saved) }));
    expect(await valuesOf(await fromDisk(saved))).toEqual(want);
  });

  it('with weights: false needs no files of weights, and draws a weight only when it is used', async () => {
    const saved = await counted();
    const before = tf.memory();
    const folder = await tempFolder();
    await writeFiles(folder, { 'model.json': saved.json });
    await expect(loadModel(folder)).rejects.toMatchObject({ code: 'model-not-found' });
    const { bytes } = await bytesWritten(async () => {
      const model = await loadModel(folder, { weights: false });
      expect(Counted.calls).toBe(0);
      for (let i = 0; i < 2; i++) {
        expect([...(await model.getLayer('last').getWeights()[0]!.data())].every((value) => value === 7)).toBe(true);
        expect(Counted.calls).toBe(1);
      }
      model.dispose();
    });
    expect(bytes).toBeLessThan(saved.weights.length);
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
  });

  it('with weights: false still checks the names and shapes that the model.json gives', async () => {
    const saved = await counted();
    saved.json.weightsManifest[0]!.weights[0]!.shape = [99, 3];
    const before = tf.memory().numTensors;
    await expect(fromDisk(saved, { weights: false })).rejects.toMatchObject({ code: 'weights-mismatch' });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves nothing behind if a warning or a handler fails', async () => {
    const saved = await counted();
    // The layer is left out, which is a warning.
    saved.json.modelTopology.config.layers.push({
      class_name: 'Dense',
      config: { name: 'unused', units: 1 },
      name: 'unused',
      inbound_nodes: [[['in', 0, 0, {}]]],
    } as SavedModel['json']['modelTopology']['config']['layers'][number]);
    const before = tf.memory();
    const variables = Object.keys(tf.engine().registeredVariables).length;
    const warn = vi.fn(() => {
      throw new Error('not now');
    });
    await expect(fromDisk(saved, { warn })).rejects.toThrow('not now');
    await expect(loadLayersModel({ load: async () => artifactsOf(saved) }, { warn })).rejects.toThrow('not now');
    expect(warn).toHaveBeenCalledTimes(2);
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
    expect(Object.keys(tf.engine().registeredVariables).length).toBe(variables);
  });
});

it('loadModel refuses unknown options', async () => {
  await use('cpu');
  const options = { weigths: false } as object;
  await expect(loadModel('x', options)).rejects.toMatchObject({ code: 'invalid-option' });
  await expect(loadModel(await tempFolder(), options)).rejects.toMatchObject({ code: 'invalid-option' });
});
