import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, renderProjection } from 'deconvnet';
import { useBackend } from 'deconvnet/node';
import { strToU8, zipSync } from 'fflate';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { keras3Export } from '../support/models/keras3-export.js';
import { filesOf, type SavedModel, savedModel, smallModel } from '../support/models/saved-model.js';
import { differenceFrom, drop, untilProjected, untilText, useExplorer } from './explorer-page.js';
import { serveModel } from './serve-model.js';

const openExplorer = useExplorer();

/** An 8 × 8 picture, as `smallModel` takes them, and its bytes. */
const pixels = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (i * 37) % 256);
let png: Buffer;
let words: SavedModel;

beforeAll(async () => {
  await useBackend('wasm');
  words = await savedModel(
    tfl.sequential({ name: 'words', layers: [tfl.layers.dense({ units: 2, inputShape: [5] })] }),
  );
  png = await sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } })
    .png()
    .toBuffer();
});

describe('a model of the user’s own', () => {
  it('is asked for its input format where nothing says it, and then projected', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await drop(page, { ...filesOf(await savedModel()), 'stripes.png': png });
    await untilText(page, '#network-name', 'small');
    await page.getByRole('radio', { name: 'From −1 to 1' }).waitFor();
    expect(await page.textContent('#status')).toContain('Please say how this network takes pictures');
    await page.getByRole('radio', { name: 'From −1 to 1' }).check();
    await page.click('#input-form button');
    await untilProjected(page, 'conv2');
    expect(await page.textContent('#network-input')).toContain('tf: pixel / 127.5 - 1');
    expect(await page.textContent('#pictures-facts')).toBe('1 picture of your own');

    await page.click('[data-layer="conv1"]');
    await untilProjected(page, 'conv1');
    const featureMap = Number(await page.getAttribute('[aria-selected=true]', 'data-map'));
    const model = smallModel();
    const deconvnet = new Deconvnet(model, { input: 'tf' });
    const data = new Uint8ClampedArray(
      Array.from({ length: 64 }, (_, i) => [...pixels.slice(i * 3, i * 3 + 3), 255]).flat(),
    );
    const image = deconvnet.toInput({ width: 8, height: 8, data });
    const projection = await deconvnet.project(image, { layer: 'conv1', featureMap, position: 'strongest' });
    expect(await differenceFrom(page, '#projection-canvas', await renderProjection(projection))).toBeLessThanOrEqual(2);

    // The choice can be taken back: it was a person's.
    await page.click('#input summary');
    await page.getByRole('radio', { name: 'From 0 to 1' }).check();
    await page.click('#input-form button');
    await untilText(page, '#network-input', 'unit: pixel / 255');
    await page.click('#input summary');
    await page.getByRole('radio', { name: 'Other numbers' }).check();
    await page.getByLabel('then subtract').fill('0.49, 0.48, 0.45');
    await page.getByLabel('then divide by').fill('0.2');
    await page.getByLabel('Colours').selectOption('bgr');
    await page.click('#input-form button');
    await untilText(page, '#network-input', '(pixel / 255 - [0.49, 0.48, 0.45]) / 0.2, BGR');
    await page.click('#input summary');
    await page.getByLabel('then divide by').fill('nothing');
    await page.click('#input-form button');
    await untilText(page, '#alert-text', "input format's std");
    await page.click('#alert-close');
    await page.click('#shipped-model');
    await untilText(page, '#network-name', 'cifar10_zfnet');
    expect(await page.isVisible('#input')).toBe(false);
    expect(errors).toEqual([]);
  });

  it('comes from Keras 3, and from an address', async () => {
    const { page, errors } = await openExplorer();
    const { model, weights } = keras3Export('functional-keras');
    const paths = model.weightsManifest.map((group, i) => ({ ...group, paths: [`group${i}.bin`] }));
    expect(paths).toHaveLength(1);
    const server = await serveModel({
      '/net/model.json': JSON.stringify({ ...model, weightsManifest: paths }),
      '/net/group0.bin': weights,
    });
    await untilProjected(page, 'conv3');
    await page.click('#address summary');
    await page.fill('#address-field', `${server}/net/`);
    await page.click('#address-form button');
    await page.locator('#input-form').waitFor();
    expect(await page.textContent('#network-name')).not.toBe('cifar10_zfnet');
    expect(await page.locator('#layers button').count()).toBeGreaterThan(3);

    await page.fill('#address-field', `${server}/elsewhere/model.json`);
    await page.click('#address-form button');
    expect(await untilText(page, '#alert-text', 'cannot be read')).toContain('404');
    // A missing file is written to the console by the browser itself.
    expect(errors.filter((error) => !error.includes('404'))).toEqual([]);
  });

  it('comes from Teachable Machine, as a zip file, with labels and input format', async () => {
    const { page, errors } = await openExplorer();
    const { json, weights } = await savedModel();
    const metadata = { packageName: '@teachablemachine/image', labels: ['ripe', 'unripe', 'gone'], imageSize: 8 };
    const zip = zipSync({
      'model.json': strToU8(JSON.stringify(json)),
      'weights.bin': weights,
      'metadata.json': strToU8(JSON.stringify(metadata)),
    });
    await untilProjected(page, 'conv3');
    await drop(page, { 'converted.zip': zip });
    await untilText(page, '#network-facts', '3 classes');
    expect(await page.textContent('#network-input')).toContain('pixel / 127 - 1');
    expect(await page.isVisible('#input')).toBe(false);
    await page.click('[data-layer="logits"]');
    await untilText(page, '#detail-name', /logits · (ripe|unripe|gone)/);
    expect(errors).toEqual([]);
  });

  it('tells what a person should know about it until another one is open', async () => {
    const { page, errors } = await openExplorer();
    const input = tfl.input({ shape: [8, 8, 3], name: 'in' });
    const looked = tfl.layers.conv2d({ name: 'conv', filters: 2, kernelSize: 3 }).apply(input);
    const saved = await savedModel(tfl.model({ inputs: input, outputs: looked as tfl.SymbolicTensor, name: 'spared' }));
    const spare = { name: 'spare', inbound_nodes: [[['conv', 0, 0, {}]]] };
    saved.json.modelTopology.config.layers.push({ class_name: 'Flatten', config: { name: 'spare' }, ...spare });
    await untilProjected(page, 'conv3');
    await drop(page, filesOf(saved));
    await untilText(page, '#network-name', 'spared');
    await untilText(page, '#network-warnings', "The layer 'spare' was left out");
    await page.click('#shipped-model');
    await untilText(page, '#network-name', 'cifar10_zfnet');
    expect(await page.isVisible('#network-warnings')).toBe(false);
    expect(errors).toEqual([]);
  });

  it('says why a layer cannot be projected', async () => {
    const { page, errors } = await openExplorer();
    const input = tfl.input({ shape: [8, 8, 3], name: 'in' });
    // What the layer codes must be numbers from 0 to 8.
    const few = tfl.initializers.constant({ value: 0.1 });
    const looked = tfl.layers.conv2d({ name: 'conv', filters: 2, kernelSize: 3, kernelInitializer: few }).apply(input);
    const flat = tfl.layers.flatten({ name: 'flat' }).apply(looked);
    const coded = tfl.layers.categoryEncoding({ name: 'coded', numTokens: 9, outputMode: 'multiHot' }).apply(flat);
    const saved = await savedModel(tfl.model({ inputs: input, outputs: coded as tfl.SymbolicTensor, name: 'coding' }));
    await untilProjected(page, 'conv3');
    await drop(page, filesOf(saved));
    await untilText(page, '#network-name', 'coding');
    await page.getByRole('radio', { name: 'From 0 to 1' }).check();
    await page.click('#input-form button');
    await page.click('[data-layer="coded"]');
    expect(await untilText(page, '#blocked', 'has no mirror')).toContain('no pixels below it');
    expect(await page.textContent('[data-layer="coded"]')).toContain('cannot be projected');
    expect(await page.isVisible('#projection')).toBe(false);
    expect(errors).toEqual([]);
  });
});

const refused: readonly (readonly [
  string,
  RegExp,
  (saved: SavedModel) => Record<string, Uint8Array | string | object>,
])[] = [
  [
    'a missing shard, named',
    /weights file ‘weights.bin’, which ‘model.json’ names, is missing/,
    ({ json }) => ({ 'model.json': json }),
  ],
  [
    'weights cut short',
    /have 690 bytes, and ‘model.json’ needs 692/,
    (saved) => filesOf({ ...saved, weights: saved.weights.slice(2) }),
  ],
  [
    'a graph model',
    /GraphModel.*LayersModel.*is needed.*model\.save\('model\.keras'\)/,
    () => ({ 'model.json': { format: 'graph-model', modelTopology: { node: [] }, weightsManifest: [] } }),
  ],
  [
    'layers without weights, in a model.json',
    /‘model.json’ contains layers without weights. Save the whole model again.*model\.save\('model\.keras'\)/,
    ({ json: { weightsManifest, ...rest } }) => ({ 'model.json': rest }),
  ],
  ['a model of another program', /‘model.onnx’ is a model of another program.*\.keras/, () => ({ 'model.onnx': 'x' })],
  ['no JSON', /‘model.json’ is not JSON/, () => ({ 'model.json': '{ "format": ' })],
  ['JSON of something else', /‘package.json’ is not a model/, () => ({ 'package.json': { name: 'x' } })],
  ['weights alone', /no model.json among ‘weights.bin’/, ({ weights }) => ({ 'weights.bin': weights })],
  [
    'a layer that TensorFlow.js does not have',
    /Layer '\w+' of the model is of the class Attention9, which TensorFlow.js does not have. It can be shown in a page of your own/,
    (saved) => {
      saved.json.modelTopology.config.layers[1]!.class_name = 'Attention9';
      return filesOf(saved);
    },
  ],
  [
    'a network that takes no pictures',
    /‘words’ does not take pictures: its input is 5,/,
    () => ({ 'model.json': words.json, 'weights.bin': words.weights }),
  ],
  ['a damaged zip file', /‘net.zip’ cannot be unpacked/, () => ({ 'net.zip': 'PK' })],
  ['a text', /neither a model .* nor a picture in ‘notes.txt’/, () => ({ 'notes.txt': 'x' })],
  ['a damaged picture', /‘broken.png’ cannot be read: it is damaged/, () => ({ 'broken.png': 'no picture' })],
];

describe('files that are no use', () => {
  it('are refused in plain words, and the network that is open stays', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    for (const [what, message, files] of refused) {
      await drop(page, files(await savedModel()));
      expect(await untilText(page, '#alert-text', message), what).toMatch(message);
      await page.click('#alert-close');
      expect(await page.isVisible('#alert'), what).toBe(false);
      expect(await page.textContent('#network-name')).toBe('cifar10_zfnet');
    }
    await page.click('#shipped-pictures');
    await untilText(page, '#pictures-facts', '500 shipped pictures');
    await page.click('[data-layer="conv2"]');
    await untilProjected(page, 'conv2');
    expect(errors).toEqual([]);
  });

  it('may have any name: it stays text', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    const hostile = '"><img src=x onerror="globalThis.harmed=1"><script>globalThis.harmed=1<\u2044script>.png';
    await drop(page, { [hostile]: png });
    await untilText(page, '#pictures-facts', '1 picture of your own');
    await drop(page, { [hostile.replace('.png', '.onnx')]: 'x' });
    await untilText(page, '#alert-text', 'onerror=');
    expect(await page.evaluate(() => 'harmed' in globalThis)).toBe(false);
    expect(await page.locator('#picture-strip img').count()).toBe(1);
    expect(await page.locator('#alert img, #alert script').count()).toBe(0);
    expect(errors).toEqual([]);
  });
});
