import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deconvnet } from '../../../src/deconvnet.js';
import type { Picture } from '../../../src/input/picture.js';
import type { PatchMinerOptions } from '../../../src/mine/miner-options.js';
import { PatchMiner } from '../../../src/mine/patch-miner.js';
import type { LayerData } from '../../../src/node/gallery/layer-data.js';
import { minerSource } from '../../../src/node/gallery/miner-source.js';
import { facePlace, sheetLayout, tileOffset } from '../../../src/node/gallery/sheet-layout.js';
import { writeGallery } from '../../../src/node/gallery/write-gallery.js';
import { renderProjections } from '../../../src/render/render-projection.js';
import { use } from '../../support/backends.js';
import { kept as keep } from '../../support/gallery/kept.js';

const LAYERS = ['conv1', 'conv2', 'predictions'];
let deconvnet: Deconvnet;
let images: tf.Tensor4D;
let out: string;

beforeAll(async () => {
  await use('cpu');
  const { conv2d, flatten, dense, maxPooling2d } = tfl.layers;
  const random = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.4, seed });
  const model = tfl.sequential({
    name: 'tiny <net>',
    layers: [
      conv2d({
        name: 'conv1',
        inputShape: [8, 8, 3],
        filters: 4,
        kernelSize: 3,
        activation: 'relu',
        padding: 'same',
        kernelInitializer: random(1),
      }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({
        name: 'conv2',
        filters: 3,
        kernelSize: 3,
        activation: 'relu',
        padding: 'same',
        kernelInitializer: random(2),
      }),
      flatten(),
      dense({ name: 'predictions', units: 3, activation: 'softmax', kernelInitializer: random(3) }),
    ],
  });
  deconvnet = new Deconvnet(model, { input: 'unit', labels: ['cat', 'dog', '<fox>'] });
  images = tf.randomUniform([12, 8, 8, 3], 0, 1, 'float32', 7);
  out = await mkdtemp(join(tmpdir(), 'gallery-'));
});
afterAll(async () => {
  images.dispose();
  deconvnet.dispose();
  await rm(out, { recursive: true, force: true });
});

const ids = Array.from({ length: 12 }, (_, i) => `animals/"${i}"`);

async function mined(options: PatchMinerOptions = {}): Promise<PatchMiner> {
  const miner = new PatchMiner(deconvnet, { layers: LAYERS, ...options });
  await miner.add(
    images,
    ids,
    ids.map((_, i) => (i % 2 === 0 ? 'even' : 'odd')),
  );
  return miner;
}

/** An image again, by its id. */
const image = (id: string): tf.Tensor => tf.slice(images, [ids.indexOf(id), 0, 0, 0], [1, -1, -1, -1]);

const USUAL = { contrast: { percentile: 99.5, gamma: 1 }, zoom: 'field' } as const;

const tilesOf = async (miner: PatchMiner, layer: number, map: number, source?: typeof image) => {
  const from = minerSource(miner, { ...USUAL, kept: await keep(miner, source) }).layers[layer]!;
  const tiles = await from.tiles(map, from.top(map));
  return tiles.draw(tiles.size).pairs;
};

const firing = (miner: PatchMiner, layer: string): number =>
  Array.from({ length: miner.featureMaps(layer) }, (_, map) => map).find((map) => miner.top(layer, map).length > 0)!;

const firingOf = (miner: PatchMiner, layer: string): number =>
  miner.minedMaps(layer).filter((map) => miner.top(layer, map).length > 0).length;

/** What was written about a layer. */
async function layerDataOf(layer: string): Promise<LayerData> {
  const name = (await readdir(join(out, 'data'))).find((file) => file.includes(`-${layer}.`))!;
  const [, json] = /^deconvnetGallery\.layer\(\d+,(.*)\);\n$/s.exec(await readFile(join(out, 'data', name), 'utf8'))!;
  return JSON.parse(json!) as LayerData;
}

describe('the pictures of a miner', () => {
  it('shows projections on one scale, cut to the receptive field', async () => {
    const miner = await mined();
    const map = firing(miner, 'conv1');
    const projections = await miner.project('conv1', map, { crop: true });
    const expected = await renderProjections(projections, { scale: 'common' });
    const tiles = await tilesOf(miner, 0, map);
    expect(tiles).toHaveLength(miner.top('conv1', map).length);
    for (const [rank, { projection, patch }] of tiles.entries()) {
      const { start } = projections[rank]!.receptiveField;
      for (let y = 0; y < 3; y++) {
        for (let x = 0; x < 3; x++) {
          const at = (y * 3 + x) * 4;
          const inside = [start[0]! + y, start[1]! + x].every((cell) => cell >= 0 && cell < 8);
          const found = [...projection!.data.subarray(at, at + 4)];
          expect(found).toEqual(inside ? [...expected[rank]!.data.subarray(at, at + 4)] : [0, 0, 0, 0]);
          expect(patch!.data[at + 3]).toBe(inside ? 255 : 0);
        }
      }
    }
    for (const projection of projections) projection.dispose();
  });

  it('shows the whole picture where the field is as large, in the same colours from a source as from the miner', async () => {
    const [kept, lost] = [await mined(), await mined({ maxBytes: 0 })];
    for (const [layer, name] of [
      [1, 'conv2'],
      [2, 'predictions'],
    ] as const) {
      const map = firing(kept, name);
      const own = await tilesOf(kept, layer, map);
      expect(own.map(({ patch }) => [patch!.width, patch!.height])).toEqual(own.map(() => [8, 8]));
      const fetched = await tilesOf(lost, layer, map, image);
      const pixels = ({ data }: Picture): number[] => [...data];
      expect(fetched.map(({ patch }) => pixels(patch!))).toEqual(own.map(({ patch }) => pixels(patch!)));
      expect(fetched.map(({ projection }) => pixels(projection!))).toEqual(
        own.map(({ projection }) => pixels(projection!)),
      );
    }
  });

  it('leaves blank what was not kept if there is no source', async () => {
    const miner = await mined({ maxBytes: 0 });
    const tiles = await tilesOf(miner, 0, firing(miner, 'conv1'));
    expect(tiles.length).toBeGreaterThan(0);
    expect(tiles.every(({ projection, patch }) => projection === undefined && patch === undefined)).toBe(true);
  });

  it('shows the feature maps that were mined, and says how they behave', async () => {
    const miner = await mined({ featureMaps: { conv2: [2, 0] } });
    const [conv1, conv2] = minerSource(miner, { ...USUAL, kept: await keep(miner) }).layers;
    expect([conv1!.mined, conv2!.mined]).toEqual([
      [0, 1, 2, 3],
      [0, 2],
    ]);
    const map = firing(miner, 'conv1');
    expect(conv1!.statistics!(map)).toEqual(miner.statistics('conv1', map));
    const { index, maps } = await writeGallery(miner, { out });
    expect(maps).toBe([0, 2].filter((one) => miner.top('conv2', one).length > 0).length + 3 + firingOf(miner, 'conv1'));
    const html = await readFile(index, 'utf8');
    const data = await layerDataOf('conv2');
    expect(data.notes).toContain('Of its 3 feature maps, 0, 2 were mined.');
    expect(data.maps.map(({ n }) => n)).toEqual([0, 2]);
    expect(html).toContain('2 of 3 feature maps');
    const { firingShare, mean, maximum } = miner.statistics('conv1', map);
    const [share, ...others] = (await layerDataOf('conv1')).maps.find(({ n }) => n === map)!.stats!;
    expect(share).toBeCloseTo(firingShare, 5);
    expect(others).toEqual([expect.closeTo(mean, 5), expect.closeTo(maximum, 5), 0]);
  });

  it('shows no patches of a feature map that is the same on every picture', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ name: 'conv1', inputShape: [8, 8, 3], filters: 2, kernelSize: 1, activation: 'relu' }),
      ],
    });
    model.setWeights([tf.tensor([1, 0, 1, 0, 1, 0], [1, 1, 3, 2]), tf.tensor([0, 0.5])]);
    const planted = new Deconvnet(model, { input: 'unit' });
    const miner = new PatchMiner(planted, { layers: ['conv1'] });
    await miner.add(images, ids);
    expect([0, 1].map((map) => miner.top('conv1', map).length)).toEqual([9, 9]);
    const [conv1] = minerSource(miner, { ...USUAL, kept: await keep(miner) }).layers;
    expect([conv1!.top(0).length, conv1!.top(1)]).toEqual([9, []]);
    const { index, maps, thumbnails } = await writeGallery(miner, { out, source: image });
    // There are twelve pictures; the thumbnails are those of the feature map that is drawn.
    expect([maps, thumbnails]).toEqual([1, 9]);
    expect(await readFile(index, 'utf8')).toContain('2 feature maps, of which 1 is constant');
    const data = await layerDataOf('conv1');
    expect(data.maps[0]!.patches).toHaveLength(9);
    expect(data.maps[1]).toEqual({ n: 1, patches: [], stats: [1, 0.5, 0.5, 2], bins: [0, -4, [12]] });
    planted.dispose();
  });

  it('names the feature maps of the answer after the classes', async () => {
    const miner = await mined();
    const [conv1, , answer] = minerSource(miner, { ...USUAL, kept: await keep(miner) }).layers;
    expect([conv1!.mapName!(0), answer!.mapName!(2)]).toEqual([undefined, '<fox>']);
  });
});

describe('writeGallery', () => {
  it('shows the layers that are asked for, in the order of the miner', async () => {
    const miner = await mined();
    const [first, second] = LAYERS as [string, string];
    const { index, maps } = await writeGallery(miner, { out, layers: [second, first] });
    const firing = (layer: string) => miner.minedMaps(layer).filter((map) => miner.top(layer, map).length > 0).length;
    expect(maps).toBe(firing(first) + firing(second));
    expect(maps).toBeGreaterThan(0);
    const html = await readFile(index, 'utf8');
    expect(html.indexOf(`>${first}</a></h3>`)).toBeGreaterThan(0);
    expect(html.indexOf(`>${second}</a></h3>`)).toBeGreaterThan(html.indexOf(`>${first}</a></h3>`));
    expect(html).not.toContain(`>${LAYERS[2]}</a></h3>`);
    await expect(writeGallery(miner, { out, layers: ['nope'] })).rejects.toMatchObject({ code: 'unknown-layer' });
    await expect(writeGallery(miner, { out, layers: [] })).rejects.toMatchObject({ code: 'invalid-option' });
  });

  it('writes a page and the sheets of tiles, and leaves no tensors', async () => {
    const miner = await mined();
    await writeGallery(miner, { out, zoom: 'field' });
    const before = tf.memory();
    const { index, maps, sheets } = await writeGallery(miner, { out, zoom: 'field', date: new Date('2026-01-05') });
    const { numTensors, numBytes } = tf.memory();
    expect({ numTensors, numBytes }).toEqual({ numTensors: before.numTensors, numBytes: before.numBytes });
    const html = await readFile(index, 'utf8');
    expect(html).toContain('<h1>Feature maps of tiny &lt;net&gt;</h1>');
    expect(html).toContain('The 4 filters of conv1');
    expect(html).toContain('12 pictures');
    expect(sheets).toBe(3);
    const fired = LAYERS.flatMap((layer) =>
      Array.from({ length: miner.featureMaps(layer) }, (_, map) => miner.top(layer, map).length > 0),
    );
    expect(maps).toBe(fired.filter((some) => some).length);

    const map = firing(miner, 'conv1');
    const [tile] = await tilesOf(miner, 0, map);
    const [file] = (await layerDataOf('conv1')).drawing!.sheets[0]!;
    expect(file).toMatch(/^sprites\/0-conv1-0\.[0-9a-f]{8}\.png$/);
    const { data, info } = await sharp(join(out, file)).raw().toBuffer({ resolveWithObject: true });
    const layout = sheetLayout({ width: 48, height: 48 }, { k: 9, count: 4 });
    const { x, y } = facePlace(layout, 0);
    const offset = tileOffset(layout, 'patch', 0);
    // The middle of a 3x3 patch that is drawn 16 times as large.
    const at = ((y + offset.y + 24) * info.width + x + offset.x + 24) * 4;
    expect([...data.subarray(at, at + 4)]).toEqual([...tile!.patch!.data.subarray(16, 20)]);
  });

  it.each([
    ['out', { out: '' }],
    ['maps', { out: 'x', maps: 0 }],
    ['tile', { out: 'x', tile: 9.5 }],
    ['date', { out: 'x', date: new Date('never') }],
    ['zoom', { out: 'x', zoom: 'near' as 'focus' }],
    ['contrast', { out: 'x', contrast: 0 }],
    ['gamma', { out: 'x', gamma: -1 }],
  ])('refuses a bad %s', async (_, options) => {
    await expect(writeGallery(await mined(), options)).rejects.toMatchObject({ code: 'invalid-option' });
  });
});
