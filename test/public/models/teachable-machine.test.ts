import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { loadModel } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { filesOf, type SavedModel, savedModel } from '../../support/models/saved-model.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';

beforeAll(() => use('cpu'));

/** As Teachable Machine builds it: a Sequential of a feature extractor (a Sequential of a functional model) and a head. */
function exported(): tfl.LayersModel {
  const input = tfl.input({ shape: [24, 24, 3], name: 'input_1' });
  let x = input;
  for (const layer of [
    tfl.layers.zeroPadding2d({
      name: 'Conv1_pad',
      padding: [
        [0, 1],
        [0, 1],
      ],
    }),
    tfl.layers.conv2d({
      name: 'Conv1',
      filters: 6,
      kernelSize: 3,
      strides: 2,
      useBias: false,
      kernelInitializer: 'heNormal',
    }),
    tfl.layers.batchNormalization({ name: 'bn_Conv1' }),
    tfl.layers.reLU({ name: 'Conv1_relu', maxValue: 6 }),
    tfl.layers.conv2d({ name: 'out', filters: 8, kernelSize: 3, kernelInitializer: 'heNormal' }),
    tfl.layers.reLU({ name: 'out_relu', maxValue: 6 }),
  ]) {
    x = layer.apply(x) as tfl.SymbolicTensor;
  }
  const truncated = tfl.model({ inputs: input, outputs: x, name: 'model1' });
  const extractor = tfl.sequential({ name: 'sequential_1' });
  extractor.add(truncated);
  extractor.add(tfl.layers.globalAveragePooling2d({ name: 'global_average_pooling2d_GlobalAveragePooling2D1' }));
  const head = tfl.sequential({ name: 'sequential_3' });
  head.add(
    tfl.layers.dense({
      inputShape: [8],
      units: 10,
      activation: 'relu',
      name: 'dense_Dense1',
      kernelInitializer: 'varianceScaling',
    }),
  );
  head.add(tfl.layers.dense({ units: 2, activation: 'softmax', useBias: false, name: 'dense_Dense2' }));
  const whole = tfl.sequential({ name: 'sequential_4' });
  whole.add(extractor);
  whole.add(head);
  return whole;
}

const metadata = {
  tfjsVersion: '1.3.1',
  tmVersion: '2.4.7',
  packageVersion: '0.8.4-alpha2',
  packageName: '@teachablemachine/image',
  timeStamp: '2024-01-01T00:00:00.000Z',
  userMetadata: {},
  modelName: 'tm-my-image-model',
  labels: ['Ripe', 'Unripe'],
  imageSize: 24,
};

async function folderWith(saved: SavedModel, beside: object | string | undefined): Promise<string> {
  const folder = await tempFolder();
  await writeFiles(folder, { ...filesOf(saved), ...(beside !== undefined && { 'metadata.json': beside }) });
  return folder;
}

describe('an export of Teachable Machine', () => {
  it('is loaded with its labels and its input format, listed, and projected through', async () => {
    const folder = await folderWith(await savedModel(exported()), metadata);
    for (const path of [folder, join(folder, 'model.json')]) {
      const deconvnet = new Deconvnet(await loadModel(path));
      expect(deconvnet.labels).toEqual(['Ripe', 'Unripe']);
      expect(deconvnet.describeInput()).toContain('pixel / 127 - 1, RGB, crop to fit');
      expect(deconvnet.inputSize).toEqual({ width: 24, height: 24 });
      const names = deconvnet.layers.map(({ name }) => name);
      for (const name of ['Conv1', 'out_relu', 'dense_Dense1', 'dense_Dense2']) {
        expect(
          names.filter((full) => full === name || full.endsWith(`/${name}`)),
          name,
        ).toHaveLength(1);
      }
      const picture = { width: 40, height: 30, data: new Uint8ClampedArray(40 * 30 * 4).map((_, i) => (i * 37) % 256) };
      const image = deconvnet.toInput(picture);
      expect(image.shape).toEqual([1, 24, 24, 3]);
      const values = await image.data();
      const [low, high] = [Math.min(...values), Math.max(...values)];
      expect(low).toBeGreaterThanOrEqual(-1);
      expect(high).toBeGreaterThan(0.9);
      expect(high).toBeLessThanOrEqual(128 / 127 + 1e-6);
      const [strongest] = await deconvnet.strongest(image, { layer: 'out_relu' });
      const selections = [strongest!, { layer: 'dense_Dense2', featureMap: 0 }] as const;
      for (const projection of await deconvnet.project(image, selections)) {
        expect(projection.pixels.shape).toEqual([24, 24, 3]);
        expect(projection.empty).toBe(false);
        expect((await projection.pixels.data()).every(Number.isFinite)).toBe(true);
      }
      deconvnet.dispose();
    }
  });

  it('maps pixels 0, 127 and 254 to -1, 0 and 1', async () => {
    const deconvnet = new Deconvnet(await loadModel(await folderWith(await savedModel(exported()), metadata)));
    for (const [pixel, value] of [
      [0, -1],
      [127, 0],
      [254, 1],
    ] as const) {
      const values = await deconvnet.toInput(tf.fill([24, 24, 3], pixel)).data();
      expect(values.every((given) => Math.abs(given - value) < 1e-6)).toBe(true);
    }
  });

  it('believes the model before the file beside it', async () => {
    const saved = await savedModel(exported());
    saved.json.userDefinedMetadata = { labels: ['a', 'b'], preprocessing: 'tf' };
    const deconvnet = new Deconvnet(await loadModel(await folderWith(saved, metadata)));
    expect(deconvnet.labels).toEqual(['a', 'b']);
    expect(deconvnet.inputFormat?.name).toBe('tf');
    saved.json.userDefinedMetadata = { note: 'mine' };
    const model = await loadModel(await folderWith(saved, metadata));
    expect(model.getUserDefinedMetadata()).toMatchObject({ note: 'mine', classes: ['Ripe', 'Unripe'] });
  });

  it.each([
    ['no file', undefined],
    ['one that is no JSON', '{ "labels": '],
    ['one of something else', { labels: ['x'], author: 'somebody' }],
    ['a list', [1, 2]],
    ['one of a model of poses', { ...metadata, packageName: '@teachablemachine/pose' }],
  ])('says nothing with %s', async (_, beside) => {
    const deconvnet = new Deconvnet(await loadModel(await folderWith(await savedModel(exported()), beside)));
    expect(deconvnet.labels).toBeUndefined();
    expect(deconvnet.inputFormat).toBeUndefined();
  });

  it('can be recognised in a browser: its metadata.json is the metadata of the model', () => {
    const model = exported();
    model.setUserDefinedMetadata(metadata);
    const deconvnet = new Deconvnet(model);
    expect(deconvnet.labels).toEqual(['Ripe', 'Unripe']);
    expect(deconvnet.inputFormat?.scale).toBe(1 / 127);
  });
});
