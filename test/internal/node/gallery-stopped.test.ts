import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deconvnet } from '../../../src/deconvnet.js';
import { PatchMiner } from '../../../src/mine/patch-miner.js';
import { writeGallery } from '../../../src/node/gallery/write-gallery.js';
import type { WriteGalleryOptions } from '../../../src/node/gallery/write-gallery-options.js';
import { use } from '../../support/backends.js';
import { tempFolder } from '../../support/temp-folder.js';

const ids = Array.from({ length: 9 }, (_, i) => `picture ${i}`);
let deconvnet: Deconvnet;
let miner: PatchMiner;
let images: tf.Tensor4D;

beforeAll(async () => {
  await use('cpu');
  const random = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.4, seed });
  const conv = { filters: 6, kernelSize: 3, activation: 'relu', padding: 'same' } as const;
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({ ...conv, name: 'conv1', inputShape: [24, 24, 3], kernelInitializer: random(1) }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.conv2d({ ...conv, name: 'conv2', kernelInitializer: random(2) }),
      tfl.layers.conv2d({ ...conv, name: 'conv3', kernelInitializer: random(3) }),
    ],
  });
  deconvnet = new Deconvnet(model, { input: 'unit' });
  // No pixels are kept, so that each picture that is projected is read.
  miner = new PatchMiner(deconvnet, { layers: ['conv1', 'conv2', 'conv3'], maxBytes: 0 });
  images = tf.randomUniform([ids.length, 24, 24, 3], 0, 1, 'float32', 7);
  await miner.add(images, ids);
});
afterAll(() => {
  images.dispose();
  deconvnet.dispose();
});

const image = (id: string): tf.Tensor => tf.slice(images, [ids.indexOf(id), 0, 0, 0], [1, -1, -1, -1]);

/** The bytes of all files of a gallery, by name. */
async function filesOf(out: string): Promise<Map<string, string>> {
  const names = await readdir(out, { recursive: true, withFileTypes: true });
  const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const read = files.map(async (file) => [file.slice(out.length), await readFile(file, 'base64')] as const);
  return new Map((await Promise.all(read)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A gallery that nothing stopped. */
async function whole(options: Partial<WriteGalleryOptions> = {}): Promise<Map<string, string>> {
  const out = join(await tempFolder(), 'gallery');
  await writeGallery(miner, { out, source: image, ...options });
  return filesOf(out);
}

/** A gallery that was stopped while the third layer was drawn. */
async function stopped(source: (id: string) => tf.Tensor = image): Promise<string> {
  const out = join(await tempFolder(), 'gallery');
  const stop = new AbortController();
  const onProgress: WriteGalleryOptions['onProgress'] = ({ layer }) => {
    if (layer === 'conv3') stop.abort(new Error('enough'));
  };
  await expect(writeGallery(miner, { out, source, signal: stop.signal, onProgress })).rejects.toThrow('enough');
  return out;
}

/** The sprite sheets of feature maps in a folder, each with the time at which it was written. */
async function sheetsOf(out: string): Promise<[name: string, written: number][]> {
  const names = (await readdir(join(out, 'sprites'))).filter((name) => /^\d-conv\d-\d\./.test(name)).sort();
  return Promise.all(names.map(async (name) => [name, (await stat(join(out, 'sprites', name))).mtimeMs]));
}

/** Goes on with a gallery, and counts the pictures that are read to project them, and those for thumbnails. */
async function goOn(out: string, options: Partial<WriteGalleryOptions> = {}): Promise<{ projected: number }> {
  let read = 0;
  let thumbnails = 0;
  await writeGallery(miner, {
    ...{ out, ...options },
    source: (id) => {
      read++;
      return image(id);
    },
    onPicture: () => thumbnails++,
  });
  return { projected: read - thumbnails };
}

describe('a gallery that was stopped while it was drawn', () => {
  it('goes on with the sheets that are left, and becomes the same', async () => {
    const out = await stopped();
    const before = await sheetsOf(out);
    expect(before.map(([name]) => name.slice(0, 9))).toEqual(['0-conv1-0', '1-conv2-0']);
    expect(await goOn(out)).toEqual({ projected: 0 });
    const after = await sheetsOf(out);
    // The first two were not written again.
    expect(after.slice(0, 2)).toEqual(before);
    expect(after).toHaveLength(3);
    expect(await filesOf(out)).toEqual(await whole());
  });

  it('draws everything again, but does not project again, with other settings', async () => {
    for (const options of [{ contrast: 'max' }, { gamma: 0.5 }, { zoom: 'field' }, { tile: 32 }] as const) {
      const out = await stopped();
      expect(await goOn(out, options)).toEqual({ projected: 0 });
      expect(await filesOf(out)).toEqual(await whole(options));
    }
  });

  it('draws a sheet again that was damaged', async () => {
    const out = await stopped();
    const [[name]] = (await sheetsOf(out)) as [[string, number]];
    const file = join(out, 'sprites', name);
    await writeFile(file, (await readFile(file)).subarray(0, 100));
    await goOn(out);
    expect(await filesOf(out)).toEqual(await whole());
  });

  it('draws a sheet again that lacked a picture which is there now', async () => {
    const lost = ids[4]!;
    const out = await stopped((id) => {
      if (id === lost) throw new Error('no such picture');
      return image(id);
    });
    const before = await sheetsOf(out);
    expect(before).toHaveLength(2);
    expect(await goOn(out)).toEqual({ projected: 1 });
    expect((await sheetsOf(out)).map(([name]) => name)).not.toContain(before[0]![0]);
    expect(await filesOf(out)).toEqual(await whole());
  });
});
