import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tfl from '@tensorflow/tfjs-layers';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { Deconvnet } from '../../../../src/index.js';
import { StudyFolder } from '../../../../src/node/studies/kit/study-folder.js';
import { drawSigned } from '../../../../src/node/studies/sanity/draw-pixels.js';
import { tempFolder } from '../../../support/temp-folder.js';

it.each([
  ['rgb', [255, 128, 128]],
  ['bgr', [128, 128, 255]],
] as const)(
  'drawSigned draws the first channel of input with the channels %s in its colour',
  async (channels, first) => {
    const model = tfl.sequential({ layers: [tfl.layers.activation({ inputShape: [1, 2, 3], activation: 'relu' })] });
    const deconvnet = new Deconvnet(model, { input: { channels } });
    const folder = await StudyFolder.open(join(await tempFolder(), 'study'), 'planned');
    const pixels = { values: Float32Array.of(1, 0, 0, 0, 0, 0), shape: [1, 2, 3] as const };
    const { file } = await drawSigned(deconvnet, folder, 'drawn', pixels, { contrast: 'max' });
    const drawn = await sharp(await readFile(join(folder.out, file)))
      .removeAlpha()
      .raw()
      .toBuffer();
    expect([...drawn]).toEqual([...first, 128, 128, 128]);
    deconvnet.dispose();
    model.dispose();
  },
);
