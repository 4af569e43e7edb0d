import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Deconvnet } from '../../../src/deconvnet.js';
import type { Picture } from '../../../src/input/picture.js';
import { PatchMiner } from '../../../src/mine/patch-miner.js';
import type { LayerData } from '../../../src/node/gallery/layer-data.js';
import { ThumbnailSheets } from '../../../src/node/gallery/thumbnail-sheets.js';
import { writeGallery } from '../../../src/node/gallery/write-gallery.js';
import { use } from '../../support/backends.js';

const ids = Array.from({ length: 6 }, (_, i) => `p${i}`);
let model: tfl.LayersModel;
let images: tf.Tensor4D;
let out: string;
let reads: string[];

beforeAll(async () => {
  await use('cpu');
  const { conv2d } = tfl.layers;
  const initial = (seed: number) => ({
    kernelInitializer: tfl.initializers.randomUniform({ minval: 0, maxval: 1, seed }),
  });
  model = tfl.sequential({
    layers: [
      conv2d({ name: 'a', inputShape: [8, 12, 3], filters: 2, kernelSize: 3, activation: 'relu', ...initial(1) }),
      conv2d({ name: 'b', filters: 2, kernelSize: 3, activation: 'relu', ...initial(2) }),
    ],
  });
  images = tf.round(tf.randomUniform([6, 8, 12, 3], 0, 255, 'float32', 7));
});
afterAll(() => images.dispose());
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'gallery-'));
  reads = [];
});
afterEach(() => rm(out, { recursive: true, force: true }));

/** An image again, by its id. */
const image = (id: string): tf.Tensor => {
  reads.push(id);
  return tf.slice(images, [ids.indexOf(id), 0, 0, 0], [1, -1, -1, -1]);
};

async function mined(rule: 'deconvnet' | 'guided' = 'deconvnet', input: 'raw' | 'unit' = 'raw'): Promise<PatchMiner> {
  const miner = new PatchMiner(new Deconvnet(model, { input, rule }), { layers: ['a', 'b'], k: 4 });
  await miner.add(images, ids);
  return miner;
}

const filesIn = async (folder: string): Promise<string[]> => (await readdir(join(out, folder))).sort();
const thumbnailFiles = async (): Promise<string[]> =>
  (await filesIn('sprites')).filter((name) => name.startsWith('pictures-'));

async function layerDataOf(layer: string): Promise<LayerData> {
  const name = (await filesIn('data')).find((file) => file.includes(`-${layer}.`))!;
  const [, json] = /^deconvnetGallery\.layer\(\d+,(.*)\);\n$/s.exec(await readFile(join(out, 'data', name), 'utf8'))!;
  return JSON.parse(json!) as LayerData;
}

describe('thumbnails of a gallery', () => {
  it('are what the network sees, each read and drawn once for all layers', async () => {
    const miner = await mined();
    await writeGallery(miner, { out });
    const before = tf.memory().numTensors;
    const seen: string[] = [];
    const drawn = await writeGallery(miner, {
      ...{ out, source: image },
      onPicture: ({ done, total }) => seen.push(`${done}/${total}`),
    });
    expect(tf.memory().numTensors).toBe(before);
    const listed = new Set(
      ['a', 'b'].flatMap((layer) => [0, 1].flatMap((map) => miner.top(layer, map).map(({ id }) => id))),
    );
    expect(reads).toEqual([...listed].sort());
    expect(drawn).toMatchObject({ thumbnails: listed.size, unread: 0 });
    expect(seen).toEqual(reads.map((_, i) => `${i + 1}/${listed.size}`));
    const [file, ...others] = await thumbnailFiles();
    expect(others).toEqual([]);
    expect(file).toMatch(/^pictures-0\.[0-9a-f]{8}\.webp$/);
    for (const layer of ['a', 'b']) {
      const { pictures, ids: table } = await layerDataOf(layer);
      expect(pictures).toMatchObject({
        size: [12, 8],
        step: [16, 12],
        sheets: [[`sprites/${file}`, 16 * listed.size - 4, 8]],
      });
      const { data, info } = await sharp(join(out, 'sprites', file!))
        .raw()
        .toBuffer({ resolveWithObject: true });
      for (const [i, id] of table.entries()) {
        const wanted = await tf.slice(images, [ids.indexOf(id), 0, 0, 0], [1, -1, -1, -1]).data();
        const pixels = Array.from({ length: 8 * 12 }, (_, cell) => {
          const at = info.channels * (Math.floor(cell / 12) * info.width + pictures!.at[i]! * 16 + (cell % 12));
          return [...data.subarray(at, at + 3)];
        });
        expect(pixels.flat()).toEqual([...wanted]);
      }
    }
  });

  it('count in the bytes that are reported, and are the same bytes again', async () => {
    const miner = await mined();
    const { bytes } = await writeGallery(miner, { out, source: image });
    const files = [
      ...(await filesIn('sprites')).map((f) => `sprites/${f}`),
      ...(await filesIn('data')).map((f) => `data/${f}`),
    ];
    const sizes = await Promise.all(['index.html', ...files].map(async (file) => (await stat(join(out, file))).size));
    expect(bytes).toBe(sizes.reduce((a, b) => a + b));
    expect((await writeGallery(miner, { out, source: image })).bytes).toBe(bytes);
    expect([
      ...(await filesIn('sprites')).map((f) => `sprites/${f}`),
      ...(await filesIn('data')).map((f) => `data/${f}`),
    ]).toEqual(files);
    expect((await writeGallery(miner, { out })).bytes).toBeLessThan(bytes);
    expect(await thumbnailFiles()).toEqual([]);
    expect((await layerDataOf('a')).pictures).toBeUndefined();
  });

  it('are left out for pictures that cannot be read again', async () => {
    const miner = await mined();
    const [lost] = miner.top('a', 0).map(({ id }) => id);
    const source = (id: string): tf.Tensor => {
      if (id === lost) throw new Error('moved');
      return image(id);
    };
    const all = (await writeGallery(miner, { out, source: image })).thumbnails;
    const before = tf.memory().numTensors;
    expect(await writeGallery(miner, { out, source })).toMatchObject({ thumbnails: all - 1, unread: 1 });
    const { pictures, ids: table } = await layerDataOf('a');
    expect(pictures!.at[table.indexOf(lost!)]).toBe(-1);
    expect(pictures!.at.filter((at) => at >= 0)).toHaveLength(table.length - 1);
    const some = ids.filter((id) => id !== lost).map((id) => ({ id, image: image(id) }));
    expect(await writeGallery(miner, { out, source: some })).toMatchObject({ thumbnails: all - 1, unread: 1 });
    expect(tf.memory().numTensors).toBe(before + some.filter((one) => !one.image.isDisposed).length);
  });

  it('are the same on both sides of a comparison, unless the networks see different pictures', async () => {
    const miner = await mined();
    const same = await writeGallery(miner, {
      out,
      source: image,
      compare: { miner: await mined('guided'), title: 'guided' },
    });
    expect(same.thumbnails).toBe(new Set(reads).size);
    expect(reads).toHaveLength(same.thumbnails);
    expect((await layerDataOf('a')).compared!.pictures).toBe('same');
    const other = { miner: await mined('guided', 'unit'), title: 'bright' };
    const different = await writeGallery(miner, { out, source: image, compare: other });
    expect(different.thumbnails).toBe(2 * same.thumbnails);
    expect((await thumbnailFiles()).map((name) => name.split('.')[0])).toEqual(['pictures-0', 'pictures-compared-0']);
    expect((await layerDataOf('a')).compared!.pictures).toMatchObject({ size: [12, 8] });
  });

  it('stop when the signal says so', async () => {
    const stop = new AbortController();
    const onPicture = (): void => stop.abort(new Error('enough'));
    const stopped = writeGallery(await mined(), { out, source: image, onPicture, signal: stop.signal });
    await expect(stopped).rejects.toThrow('enough');
    expect(reads).toHaveLength(2);
    expect(await readdir(out)).toEqual(['data', 'sprites', 'unfinished']);
  });
});

describe('sheets of thumbnails', () => {
  const plain = (width: number, height: number, grey: number): Picture => ({
    ...{ width, height },
    data: new Uint8ClampedArray(4 * width * height).map((_, i) => (i % 4 === 3 ? 255 : grey)),
  });

  async function drawn(extent: readonly number[] | undefined, pictures: readonly Picture[]) {
    const sheets: { readonly picture: Picture; readonly encoding: string }[] = [];
    const made = new ThumbnailSheets({
      extent,
      write: async (sheet, picture, encoding) => {
        sheets.push({ picture, encoding });
        return { file: `${sheet}`, width: picture.width, height: picture.height };
      },
    });
    for (const [i, picture] of pictures.entries()) await made.add(`${i}`, picture);
    return { ...(await made.finish()), written: sheets };
  }

  it('shrink large pictures, fill sheet after sheet, and cut the last one', async () => {
    const count = 20 * 27 + 3;
    const { written, perRow, perSheet, step, places } = await drawn(
      [150, 200],
      Array.from({ length: count }, (_, i) => plain(200, 150, i % 251)),
    );
    expect({ perRow, perSheet, step }).toEqual({ perRow: 20, perSheet: 20 * 27, step: { width: 100, height: 76 } });
    expect(written.map(({ picture: { width, height } }) => [width, height])).toEqual([
      [1996, 2048],
      [296, 72],
    ]);
    expect(written.map(({ encoding }) => encoding)).toEqual(['webp', 'webp']);
    for (const [i, { index, size, picture }] of [...places.values()].entries()) {
      expect({ index, size, picture }).toEqual({
        index: i,
        size: { width: 96, height: 72 },
        picture: { width: 200, height: 150 },
      });
      const sheet = written[Math.floor(i / perSheet)]!.picture;
      const inSheet = i % perSheet;
      const at = 4 * (Math.floor(inSheet / perRow) * 76 * sheet.width + (inSheet % perRow) * 100);
      const last = at + 4 * (71 * sheet.width + 95);
      expect([sheet.data[at], sheet.data[last]]).toEqual([i % 251, i % 251]);
      expect(sheet.data[last + 7] ?? 0).toBe(0);
    }
  });

  it('keep the proportions of pictures of different sizes, and do not enlarge them', async () => {
    const { written, places } = await drawn(undefined, [plain(400, 100, 9), plain(30, 60, 8)]);
    expect([...places.values()].map(({ size }) => size)).toEqual([
      { width: 96, height: 24 },
      { width: 30, height: 60 },
    ]);
    expect(written[0]!.encoding).toBe('webp');
  });

  it('lose nothing of small pictures', async () => {
    expect((await drawn([32, 48], [plain(48, 32, 1)])).written[0]!.encoding).toBe('lossless-webp');
    expect((await drawn([32, 49], [plain(49, 32, 1)])).written[0]!.encoding).toBe('webp');
  });
});
