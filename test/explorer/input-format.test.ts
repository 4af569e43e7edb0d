import { useBackend } from 'deconvnet/node';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { application, top, VGG16 } from '../support/models/application-networks.js';
import { filesOf, savedModel } from '../support/models/saved-model.js';
import { drop, pixelsOf, untilProjected, untilText, useExplorer } from './explorer-page.js';

const openExplorer = useExplorer();

/** A picture of the size that `application` takes. */
let png: Buffer;

beforeAll(async () => {
  await useBackend('wasm');
  const pixels = Uint8Array.from({ length: 4 * 4 * 3 }, (_, i) => (i * 37) % 256);
  png = await sharp(pixels, { raw: { width: 4, height: 4, channels: 3 } })
    .png()
    .toBuffer();
});

const CAFFE = 'Blue first, minus ImageNet’s mean';

describe('how a network takes pictures', () => {
  it('is suggested where it contains an application of Keras, and holds once a person confirms it', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    const mine = application('mine', { ...VGG16, behind: top('mine') });
    await drop(page, { ...filesOf(await savedModel(mine)), 'stripes.png': png });
    await untilText(page, '#network-name', 'mine');
    await page.getByRole('radio', { name: CAFFE }).waitFor();
    expect(await page.getByRole('radio', { name: CAFFE }).isChecked()).toBe(true);
    expect(await page.textContent('#input-legend')).toMatch(
      /contains VGG16 of Keras.*published weights.*0 to 1 instead/,
    );
    // Nothing is computed before a person has said it.
    expect(await page.textContent('#network-input')).toBe('');
    expect(await page.textContent('#waiting')).toBe('First say how this network takes pictures.');
    await page.click('#input-form button');
    await untilText(page, '#network-input', 'caffe: pixel');
    await untilProjected(page, 'block5_conv3');
    expect(await page.textContent('#input-legend')).toContain('You have chosen this.');
    expect(errors).toEqual([]);
  });

  it('can be changed where the name of the network tells it', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await drop(page, { ...filesOf(await savedModel(application('vgg16'))), 'stripes.png': png });
    await untilText(page, '#network-input', 'caffe: pixel');
    await untilProjected(page, 'block5_conv3');
    // The question is at hand, and not open.
    expect(await page.isVisible('#input-form')).toBe(false);
    await page.click('#input summary');
    expect(await page.textContent('#input-legend')).toContain('The name and layers of the network tell this.');
    expect(await page.getByRole('radio', { name: CAFFE }).isChecked()).toBe(true);
    const before = await pixelsOf(page, '#maps-canvas');
    await page.getByRole('radio', { name: 'From 0 to 1' }).check();
    // Another rule says nothing else of the input: what a person is about to choose stays.
    await page.getByRole('radio', { name: 'gradient' }).check();
    await untilText(page, '#detail-facts', 'gradient');
    expect(await page.getByRole('radio', { name: 'From 0 to 1' }).isChecked()).toBe(true);
    await page.click('#input-form button');
    await untilText(page, '#network-input', 'unit: pixel / 255');
    await untilProjected(page, 'block5_conv3');
    expect((await pixelsOf(page, '#maps-canvas')).data).not.toEqual(before.data);
    expect(errors).toEqual([]);
  });
});
