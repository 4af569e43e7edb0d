import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, renderProjection } from 'deconvnet';
import { loadModel, useBackend } from 'deconvnet/node';
import { strToU8, unzipSync, zipSync } from 'fflate';
import type { Page } from 'playwright';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { kerasBytes, kerasPath } from '../support/models/keras-reference.js';
import { differenceFrom, drop, untilProjected, untilText, useExplorer } from './explorer-page.js';
import { serveModel } from './serve-model.js';

const openExplorer = useExplorer();

type Files = Readonly<Record<string, Uint8Array | string>>;

/** A 16 × 16 picture, as `trained.keras` takes them: its pixels, and its bytes. */
const pixels = Uint8Array.from({ length: 256 }, (_, i) => (i * 37) % 256);
let png: Buffer;
let whole: Uint8Array;
let h5: Uint8Array;
let parts: Record<'config.json' | 'metadata.json' | 'model.weights.h5', Uint8Array>;

beforeAll(async () => {
  await useBackend('wasm');
  [whole, h5] = await Promise.all([kerasBytes('trained.keras'), kerasBytes('nested-2.21.0.h5')]);
  parts = unzipSync(whole) as typeof parts;
  png = await sharp(pixels, { raw: { width: 16, height: 16, channels: 1 } })
    .png()
    .toBuffer();
});

/** Says how the network takes pictures, as a person does. */
async function chooseInput(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'From 0 to 1' }).check();
  await page.click('#input-form button');
}

/** The names of all scripts that the page and its workers have loaded. */
const scriptsOf = (page: Page): string[] => {
  const names: string[] = [];
  page.on('request', (request) => names.push(request.url()));
  return names;
};

describe('a file of Keras', () => {
  it('is opened when it is dropped, and projected as in Node; what reads it is loaded only then', async () => {
    const { page, errors } = await openExplorer();
    const requests = scriptsOf(page);
    await untilProjected(page, 'conv3');
    expect(requests.filter((url) => url.includes('hdf5'))).toEqual([]);
    await page.evaluate(() => {
      const bar = document.getElementById('opening')!;
      const seen: unknown[] = [];
      Object.assign(globalThis, { seen });
      new MutationObserver(() => seen.push(bar.hidden)).observe(bar, { attributeFilter: ['hidden'] });
    });
    await drop(page, { 'my model.keras': whole, 'a.png': png });
    await untilText(page, '#network-name', 'trained');
    // The bar at the top of the page has come and gone.
    expect(await page.evaluate(() => (globalThis as never as { seen: unknown[] }).seen)).toContain(false);
    await page.locator('#opening').waitFor({ state: 'hidden' });
    expect(requests.filter((url) => url.includes('hdf5'))).toHaveLength(1);
    await chooseInput(page);
    await page.click('[data-layer="conv"]');
    await untilProjected(page, 'conv');
    const featureMap = Number(await page.getAttribute('[aria-selected=true]', 'data-map'));
    const deconvnet = new Deconvnet(await loadModel(kerasPath('trained.keras')), { input: 'unit' });
    const data = new Uint8ClampedArray([...pixels].flatMap((grey) => [grey, grey, grey, 255]));
    const image = deconvnet.toInput({ width: 16, height: 16, data });
    const projection = await deconvnet.project(image, { layer: 'conv', featureMap, position: 'strongest' });
    expect(await differenceFrom(page, '#projection-canvas', await renderProjection(projection))).toBeLessThanOrEqual(2);
    tf.dispose([image, projection.pixels]);
    expect(errors).toEqual([]);
  });

  it('is chosen in the dialog, or read from an address', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await page.setInputFiles('#model-files', kerasPath('channels-first.keras'));
    await untilText(page, '#network-name', 'channels_first');
    const server = await serveModel({ '/net/any.h5': h5 });
    await page.click('#address summary');
    await page.fill('#address-field', `${server}/net/any.h5`);
    await page.click('#address-form button');
    await untilText(page, '#network-name', 'nested');
    await page.fill('#address-field', `${server}/net/none.keras`);
    await page.click('#address-form button');
    expect(await untilText(page, '#alert-text', 'cannot be read')).toContain('404');
    expect(errors.filter((error) => !error.includes('404'))).toEqual([]);
  });

  it.each<readonly [string, string, () => Files]>([
    ['HDF5, of Keras 2', 'nested', () => ({ 'model.h5': h5 })],
    ['under a name without an ending', 'nested', () => ({ download: h5 })],
    ['as a zip file that is called so', 'trained', () => ({ 'model.zip': whole })],
    ['compressed, and in another order', 'trained', () => ({ 'model.keras': compressed() })],
    ['inside a zip file', 'nested', () => ({ 'models.zip': zipSync({ 'a/keras_model.h5': h5, 'a/labels.txt': png }) })],
    [
      'weights with the topology of the same name',
      'trained',
      () => ({ 'net.weights.h5': parts['model.weights.h5'], 'net.json': parts['config.json'], 'labels.json': '["a"]' }),
    ],
    [
      'weights with a topology of another name, which is in other words, too',
      'trained',
      () => ({ 'w.hdf5': parts['model.weights.h5'], 'model.json': inModelTopology() }),
    ],
    ['unpacked', 'trained', () => parts],
    [
      'whole, beside a topology that it does not need',
      'nested',
      () => ({ 'a.h5': h5, 'b.json': parts['config.json'] }),
    ],
  ])('may be %s', async (_, name, files) => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await drop(page, files());
    await untilText(page, '#network-name', name);
    expect(await page.isVisible('#alert')).toBe(false);
    expect(errors).toEqual([]);
  });
});

const compressed = (): Uint8Array => {
  const { 'config.json': config, 'metadata.json': metadata, 'model.weights.h5': weights } = parts;
  return zipSync({ 'model.weights.h5': weights, 'metadata.json': metadata, 'config.json': config }, { level: 9 });
};

const inModelTopology = (): string =>
  JSON.stringify({ modelTopology: JSON.parse(new TextDecoder().decode(parts['config.json'])) });

const refused: readonly (readonly [string, RegExp, () => Files])[] = [
  [
    'cut short',
    /‘net.keras’ is a zip file that cannot be unpacked.*Download/,
    () => ({ 'net.keras': whole.slice(0, 9000) }),
  ],
  [
    'with damaged weights',
    /the checksum of model\.weights\.h5 is wrong/,
    () => ({ 'net.keras': whole.map((byte, i) => (i === Math.floor(whole.length * 0.8) ? byte ^ 1 : byte)) }),
  ],
  ['of HDF5, cut short', /‘net.h5’ is not a complete HDF5 file/, () => ({ 'net.h5': h5.slice(0, 3000) })],
  ['that is text', /‘net.h5’ is neither a \.keras file, nor HDF5/, () => ({ 'net.h5': '<!doctype html>' })],
  [
    'with weights alone',
    /‘w.weights.h5’ has weights alone.*Drop it together with its topology.*net\.json/,
    () => ({ 'w.weights.h5': parts['model.weights.h5'] }),
  ],
  [
    'with the topology of another network',
    /‘w.h5’/,
    () => ({ 'w.h5': parts['model.weights.h5'], 'w.json': strToU8(otherTopology()) }),
  ],
  [
    'with a topology alone',
    /‘net.json’ is the topology.*without its weights/,
    () => ({ 'net.json': parts['config.json'] }),
  ],
  ['of which there are two', /several models: ‘a.keras’, ‘b.h5’/, () => ({ 'a.keras': whole, 'b.h5': h5 })],
  [
    'beside a model.json with weights',
    /several models: ‘model.json’, ‘b.h5’/,
    () => ({ 'model.json': '{ "modelTopology": {}, "weightsManifest": [] }', 'b.h5': h5 }),
  ],
  [
    'of PyTorch',
    /‘net.pth’ is a model of another program.*\.keras/,
    () => ({ 'net.pth': zipSync({ 'a/data.pkl': png }) }),
  ],
];

const otherTopology = (): string =>
  new TextDecoder().decode(parts['config.json']).replace('"filters": 8', '"filters": 9');

describe('a file of Keras that is no use', () => {
  it('is refused in plain words, and the page goes on', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    for (const [what, message, files] of refused) {
      await drop(page, files());
      expect(await untilText(page, '#alert-text', message), what).toMatch(message);
      await page.click('#alert-close');
      expect(await page.textContent('#network-name'), what).toBe('cifar10_zfnet');
      expect(await page.isVisible('#opening'), what).toBe(false);
    }
    await drop(page, { 'model.keras': whole });
    await untilText(page, '#network-name', 'trained');
    expect(errors).toEqual([]);
  });

  it('says that what reads it cannot be loaded, and reads it when it can', async () => {
    const { page } = await openExplorer();
    await untilProjected(page, 'conv3');
    await page.context().route(/hdf5/, (route) => route.abort());
    await drop(page, { 'model.keras': whole });
    await untilText(page, '#alert-text', 'The part of this page that reads files of Keras cannot be loaded');
    await page.context().unroute(/hdf5/);
    await drop(page, { 'model.keras': whole });
    await untilText(page, '#network-name', 'trained');
  });
});
