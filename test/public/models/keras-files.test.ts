import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { fromKeras, loadLayersModel } from 'deconvnet/models';
import { loadModel } from 'deconvnet/node';
import { unzipSync, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { disposeWhole, expectAsKeras, kerasBytes, kerasPath } from '../../support/models/keras-reference.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';

beforeAll(() => use('cpu'));

const quiet = { warn: (): void => undefined };

/** The parts of a `.keras` file. */
async function parts(file: string): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  return unzipSync(await kerasBytes(file)) as Record<string, Uint8Array<ArrayBuffer>>;
}

/** Whether Keras's values of the layer in the middle are compared: not where it computes in 16 bits. */
const FILES = [
  ['trained.keras', 'trained', true],
  ['nested.keras', 'nested', true],
  ['nested-2.21.0.h5', 'nested-2.21.0', false],
  ['nested-windows.keras', 'nested-2.21.0', false],
  ['twins.keras', 'twins', true],
  ['twins.h5', 'twins', true],
  ['two.keras', 'two', true],
  ['bfloat16.keras', 'bfloat16', false],
  ['volume.keras', 'volume', true],
  ['sequence.keras', 'sequence', true],
  ['cells.keras', 'cells', true],
  ['wrapped.keras', 'wrapped', true],
  ['wrapped.h5', 'wrapped', true],
  ['channels-first.keras', 'channels-first', true],
  ['video.keras', 'video', true],
] as const;

describe('a file of Keras computes what Keras computes', () => {
  it.each(FILES)('%s, read by loadModel', async (file, name, middle) => {
    const { numTensors } = tf.memory();
    const model = await loadModel(kerasPath(file), quiet);
    await expectAsKeras(model, name, middle);
    model.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it.each(FILES.flatMap((file) => backends.map((backend) => [...file, backend] as const)))(
    '%s, %s, %s: read by loadLayersModel from its bytes, on %s',
    async (file, name, middle, backend) => {
      await use(backend);
      const { numTensors } = tf.memory();
      const model = await loadLayersModel(fromKeras(await kerasBytes(file)), quiet);
      await expectAsKeras(model, name, middle);
      model.dispose();
      expect(tf.memory().numTensors).toBe(numTensors);
      await use('cpu');
    },
  );

  it.each(FILES.filter(([, name]) => name !== 'nested'))(
    '%s, read by tf.loadLayersModel from its bytes',
    async (file, name, middle) => {
      const model = await tfl.loadLayersModel(fromKeras((await kerasBytes(file)).buffer, quiet));
      await expectAsKeras(model, name, middle);
      disposeWhole(model);
    },
  );

  it('though TensorFlow.js does not accept the name of a layer', async () => {
    const model = await tfl.loadLayersModel(fromKeras(await kerasBytes('nested.keras'), quiet));
    expect(model.layers.map(({ name }) => name)).toContain('fl.ue4.che');
    disposeWhole(model);
    const ours = await loadModel(kerasPath('nested.keras'), quiet);
    expect(ours.getLayer('fläche').weights.map(({ originalName }) => originalName)).toEqual([
      'fläche/kernel',
      'fläche/bias',
    ]);
    // The model can be saved, and read again.
    const again = await loadLayersModel({ load: () => saved(ours) }, quiet);
    await expectAsKeras(again, 'nested');
    disposeWhole(again);
    disposeWhole(ours);
  });

  it('though layers of models inside it have the same names', async () => {
    const model = await loadModel(kerasPath('twins.keras'), quiet);
    const deconvnet = new Deconvnet(model);
    const names = deconvnet.layers.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['conv', 'left/conv', 'left/first/conv', 'right/second/conv']));
    deconvnet.dispose();
    expect(new Set(model.weights.map(({ originalName }) => originalName)).size).toBe(24);
    const again = await loadLayersModel({ load: () => saved(model) }, quiet);
    await expectAsKeras(again, 'twins');
    again.dispose();
    model.dispose();
  });
});

/** What `model.save()` would write. */
async function saved(model: tfl.LayersModel): Promise<tf.io.ModelArtifacts> {
  let kept: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      kept = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
  return kept!;
}

describe('the parts of a .keras file', () => {
  it('may be compressed, in another order, in a folder, and beside what macOS adds', async () => {
    const {
      'config.json': config,
      'metadata.json': metadata,
      'model.weights.h5': weights,
    } = await parts('trained.keras');
    const packed = zipSync(
      {
        '__MACOSX/my model/._config.json': new Uint8Array(9),
        'my model/model.weights.h5': weights!,
        'my model/.DS_Store': new Uint8Array(9),
        'my model/metadata.json': metadata!,
        'my model/config.json': config!,
      },
      { level: 6 },
    );
    expect(packed.length).toBeLessThan((await kerasBytes('trained.keras')).length);
    const model = await loadLayersModel(fromKeras(packed), quiet);
    await expectAsKeras(model, 'trained');
    disposeWhole(model);
  });

  it('may lie in a folder', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, await parts('trained.keras'));
    const model = await loadModel(folder, quiet);
    await expectAsKeras(model, 'trained');
    disposeWhole(model);
  });

  it.each(['weights first', 'topology first'])('may be given one by one: %s', async (order) => {
    const { 'config.json': config, 'model.weights.h5': weights } = await parts('trained.keras');
    const topology = new TextDecoder().decode(config);
    const handler =
      order === 'weights first'
        ? fromKeras(weights!, { topology: JSON.parse(topology) as object })
        : fromKeras(config!, { weights: weights!.buffer });
    const model = await loadLayersModel(handler, quiet);
    await expectAsKeras(model, 'trained');
    disposeWhole(model);
  });
});

describe('weights alone', () => {
  it('are read with the topology that is given, or that lies beside them', async () => {
    const { 'config.json': config, 'model.weights.h5': weights } = await parts('trained.keras');
    const folder = await tempFolder();
    await writeFiles(folder, { 'a.weights.h5': weights!, 'elsewhere/b.json': config! });
    const path = join(folder, 'a.weights.h5');
    await expect(loadModel(path, quiet)).rejects.toMatchObject({
      code: 'model-unreadable',
      message: expect.stringMatching(
        /a\.weights\.h5 has weights alone.*option topology, or as a\.json beside the weights/,
      ),
    });
    for (const topology of [join(folder, 'elsewhere/b.json'), kerasPath('trained.keras')]) {
      const model = await loadModel(path, { topology, ...quiet });
      await expectAsKeras(model, 'trained');
      disposeWhole(model);
    }
    await writeFile(join(folder, 'a.json'), config!);
    const model = await loadModel(path, quiet);
    await expectAsKeras(model, 'trained');
    disposeWhole(model);
  });

  it('have a group for each layer, if Keras 2 has written them', async () => {
    const { numTensors } = tf.memory();
    const topology = await readFile(kerasPath('topology-2.21.0.json'), 'utf8');
    const weights = await kerasBytes('weights-2.21.0.h5');
    const fromDisk = loadModel(kerasPath('weights-2.21.0.h5'), {
      ...{ topology: kerasPath('topology-2.21.0.json'), ...quiet },
    });
    for (const opened of [fromDisk, loadLayersModel(fromKeras(weights, { topology }), quiet)]) {
      const model = await opened;
      await expectAsKeras(model, 'nested-2.21.0', false);
      disposeWhole(model);
    }
    await expect(fromKeras(weights).load!()).rejects.toMatchObject({
      code: 'model-unreadable',
      message: expect.stringMatching(/The model has weights alone.*as the option topology\. Or save the whole model/),
    });
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('are not needed to list the layers', async () => {
    const { 'config.json': config, 'model.weights.h5': weights } = await parts('trained.keras');
    const path = join(await tempFolder(), 'cut.keras');
    await writeFile(path, zipSync({ 'config.json': config!, 'model.weights.h5': weights!.subarray(0, 99) }));
    const model = await loadModel(path, { weights: false });
    expect(model.layers.length).toBeGreaterThan(3);
    model.dispose();
  });
});

it('fromKeras refuses what is no file of Keras, and options that it does not have', async () => {
  expect(() => fromKeras('model.keras' as never)).toThrow(/takes a model file: a File, or its bytes/);
  expect(() => fromKeras(new Uint8Array(0), { topology: 3 as never })).toThrow(/topology is an object, or JSON text/);
  expect(() => fromKeras(new Uint8Array(0), { weight: 1 } as never)).toThrow(/no option 'weight'/);
  await expect(fromKeras(new Uint8Array(0)).load!()).rejects.toMatchObject({ code: 'model-unreadable' });
});
