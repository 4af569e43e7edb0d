import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { type WriteOcclusionOptions, writeOcclusion } from 'deconvnet/node';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../../support/backends.js';
import { CROSS, crossDetector, PIXELS } from '../../../support/models/cross-detector.js';
import { crossFolder } from '../../../support/studies/cross-folder.js';
import { tempFolder, writeFiles } from '../../../support/temp-folder.js';

const { layers } = tfl;

/** A picture file of any size with a cross. */
async function png(height: number, width: number): Promise<Uint8Array> {
  const data = new Uint8Array(height * width);
  for (const [y, x] of PIXELS) data[y * width + x] = 255;
  return sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
}

/** A cross detector for pictures of any size. */
function anySize(): tfl.LayersModel {
  const shape = layers.conv2d({
    ...{ inputShape: [null, null, 1], filters: 1, kernelSize: 3, padding: 'same', activation: 'relu', name: 'shape' },
  });
  const model = tfl.sequential({ layers: [shape] });
  shape.setWeights([tf.tensor(CROSS, [3, 3, 1, 1]), tf.tensor1d([-4])]);
  return model;
}

/** A feature map that is the picture with something added, also where that is negative. */
function signed(bias: number): tfl.LayersModel {
  const shape = layers.conv2d({ inputShape: [12, 12, 1], filters: 1, kernelSize: 1, name: 'shape' });
  const model = tfl.sequential({ layers: [shape] });
  shape.setWeights([tf.ones([1, 1, 1, 1]), tf.tensor1d([bias])]);
  return model;
}

describe('writeOcclusion of unusual networks', () => {
  beforeAll(() => use('wasm'));

  /** Writes a study of a network, and returns the text of the page. */
  async function write(
    model: tfl.LayersModel,
    folder: string,
    options: Partial<WriteOcclusionOptions> = {},
  ): Promise<{ readonly main: string }> {
    const deconvnet = new Deconvnet(model, { input: 'unit' });
    try {
      const { index } = await writeOcclusion(deconvnet, folder, {
        ...{ layer: 'shape', featureMap: 0, fill: 0, pictures: 2, ...options },
        out: join(await tempFolder(), 'study'),
      });
      const { document } = parseHTML(await readFile(index, 'utf8'));
      return { main: document.querySelector('main')!.textContent! };
    } finally {
      deconvnet.dispose();
      model.dispose();
    }
  }

  it('says the square of each picture where they differ, and searches pictures of different sizes', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, { 'a.png': await png(12, 14), 'b.png': await png(44, 48) });
    const { main } = await write(anySize(), folder, { batchSize: 8 });
    expect(main).toMatch(
      /A square, filled with the value 0 of the model’s input, covers .* The pictures differ in size: how large the square is/,
    );
    // Two ninths of 12 and 44 pixels, and a 28th of them.
    expect(main).toMatch(/a\.png\s[\s\S]*The square has 3 × 3 pixels, and moves in steps of 1 pixel\.[\s\S]*b\.png\s/);
    expect(main).toMatch(/b\.png\s[\s\S]*The square has 10 × 10 pixels, and moves in steps of 2 pixels\./);
    for (const one of ['a', 'b']) expect(main).toContain(`${one}.png, activation 1`);
    const chosen = await write(anySize(), folder, { size: 4, stride: 4 });
    expect(chosen.main).toMatch(
      /A square of 4 × 4 pixels, filled with the value 0 of the model’s input, covers .*, in steps of 4 pixels\./,
    );
    expect(chosen.main).not.toContain('The square has');
  });

  it.each([
    // The cross is 5 pixels of 144: without anything covered, the sums are -67 and 0.68.
    ['is negative', -0.5],
    ['becomes negative', -0.03],
  ])('defines no share of a sum of activations that %s', async (_, bias) => {
    const { main } = await write(signed(bias), await crossFolder());
    expect(main).toMatch(/sum of the activations of a feature map of shape can be negative\. .* is not defined\./);
    expect(main).not.toMatch(/takes away (\d|between)|not fire/);
  });

  it('says that a feature map does not fire where the sum is 0, and counts such pictures among others', async () => {
    const folder = await crossFolder();
    const silent = await write(crossDetector(), folder, { featureMap: 1 });
    expect(silent.main).toMatch(/The feature map does not fire on any of the pictures as they are\./);
    const pictures = ['cross/a.png', 'nothing/c.png'];
    const { main } = await write(crossDetector(), folder, { pictures });
    expect(main).toMatch(/takes away 100 % of the activity of the feature map\. It does not fire on 1 of 2 pictures\./);
  });

  it('says that no activation can be compared where a large square touches all receptive fields', async () => {
    const { main } = await write(crossDetector(), await crossFolder(), { size: 12, stride: 12 });
    expect(main).toContain('At every place, the square touches the receptive field of every activation');
    expect(main).not.toContain('sees every pixel');
  });

  it('refuses to choose a layer where the network has neither a convolution nor a dense layer', async () => {
    const pool = () =>
      tfl.sequential({ layers: [layers.maxPooling2d({ inputShape: [12, 12, 1], poolSize: 2, name: 'pool' })] });
    const folder = await crossFolder();
    const deconvnet = new Deconvnet(pool(), { input: 'unit' });
    await expect(writeOcclusion(deconvnet, folder, { out: join(folder, 'study') })).rejects.toMatchObject({
      code: 'unsupported-option',
      message: expect.stringMatching(/none that can be projected\. Name another layer with the option layer\.$/),
    });
    deconvnet.dispose();
    const { main } = await write(pool(), folder, { layer: 'pool', pictures: ['cross/a.png'] });
    expect(main).toContain('feature map 0 of pool');
  });
});
