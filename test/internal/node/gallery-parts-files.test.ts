import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deconvnet } from '../../../src/deconvnet.js';
import { PatchMiner } from '../../../src/mine/patch-miner.js';
import { drawGalleryPart } from '../../../src/node/gallery/draw-gallery-part.js';
import { galleryWork } from '../../../src/node/gallery/gallery-work.js';
import { projectGalleryPart } from '../../../src/node/gallery/project-gallery-part.js';
import { writeGallery } from '../../../src/node/gallery/write-gallery.js';
import { readScratch, ScratchWriter } from '../../../src/node/projecting/scratch-file.js';
import { ScratchFolder } from '../../../src/node/projecting/scratch-folder.js';
import { ownDraft } from '../../../src/node/write-atomically.js';
import type { ReadProjection } from '../../../src/render/read-projection.js';
import { use } from '../../support/backends.js';
import { expectTakenOver, identityIn, partsGallery, wholeGallery } from '../../support/gallery/parts-gallery.js';
import { type PartsNetwork, partsNetwork } from '../../support/gallery/parts-network.js';
import { tempFolder } from '../../support/temp-folder.js';

let network: PartsNetwork;

beforeAll(async () => {
  await use('cpu');
  network = await partsNetwork();
});
afterAll(() => network.dispose());

describe('the files of several processes', () => {
  it('are removed when the page is written, with the drafts of those that were killed', async () => {
    const run = await partsGallery(network);
    const { options } = run;
    const part = { index: 0, count: 1 };
    await projectGalleryPart(network.miner, options, part);
    await drawGalleryPart(network.miner, options, part);
    const [sprite] = await readdir(join(options.out, 'sprites'));
    for (const path of [
      ownDraft(join(options.out, 'index.html')),
      ownDraft(join(options.out, 'sprites', sprite!)),
      ownDraft(join(options.out, 'unfinished', identityIn(options.out), 'abc.patches')),
    ]) {
      await writeFile(path, 'half of');
    }
    await expectTakenOver(network, run, await wholeGallery(network));
  });

  it('use the complete file of a picture, and not one in which patches are missing', async () => {
    const folder = await tempFolder();
    const scratch = await ScratchFolder.open(folder, 'identity', { alone: true });
    const place = { layer: 'conv', featureMap: 0, rank: 0 };
    const write = async (activation: number, leftOut: boolean): Promise<void> => {
      const file = await ScratchWriter.open(scratch.fileOf('a'));
      const box = { start: [0, 0], size: [1, 1] };
      const details = { shape: [1, 1, 1], landing: box, activation, cropped: false, empty: false, channels: 'rgb' };
      await file.add({ ...place, projection: { values: [activation], ...details } as ReadProjection });
      await file.finish({ leftOut });
    };
    const found = async (): Promise<number | undefined> => {
      const at = (await scratch.index(['a'])).find(place);
      return at && (await readScratch(at)).projection.activation;
    };
    expect(await found()).toBeUndefined();
    expect((await scratch.index(['a', 'b'])).absent).toEqual(['a', 'b']);
    await write(1, true);
    expect(await found()).toBe(1);
    // Two processes write the complete file at the same time.
    await Promise.all([write(2, false), write(2, false)]);
    expect(await found()).toBe(2);
    await write(3, true);
    expect(await found()).toBe(2);
    expect((await readdir(scratch.path)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('are an error of the code write-failed if they cannot be written', async () => {
    const { options } = await partsGallery(network);
    const part = { index: 0, count: 1 };
    await mkdir(options.out);
    await writeFile(join(options.out, 'unfinished'), 'a file');
    await expect(projectGalleryPart(network.miner, options, part)).rejects.toMatchObject({ code: 'write-failed' });
    await rm(join(options.out, 'unfinished'));
    // The folder disappears while a picture is projected.
    const source = async (id: string): Promise<tf.Tensor> => {
      await rm(join(options.out, 'unfinished'), { recursive: true });
      return network.image(id);
    };
    await expect(projectGalleryPart(network.miner, { ...options, source }, part)).rejects.toMatchObject({
      code: 'write-failed',
    });
  });
});

describe('the sheets of signals with many channels', () => {
  it('are planned before anything is projected as they are drawn', async () => {
    const conv = { filters: 6, kernelSize: 5, activation: 'relu', name: 'conv' } as const;
    const kernelInitializer = tfl.initializers.randomNormal({ seed: 1 });
    const model = tfl.sequential({
      layers: [tfl.layers.conv1d({ ...conv, inputShape: [40, 14], kernelInitializer })],
    });
    const deconvnet = new Deconvnet(model);
    const miner = new PatchMiner(deconvnet, { layers: ['conv'], k: 100, maxBytes: 0 });
    const signals = tf.randomUniform([5, 40, 14], 0, 1, 'float32', 7);
    const ids = ['a', 'b', 'c', 'd', 'e'];
    await miner.add(signals, ids);
    const source = (id: string): tf.Tensor => tf.slice(signals, [ids.indexOf(id), 0, 0], [1, -1, -1]);
    const options = { out: join(await tempFolder(), 'gallery'), source };
    const { sheets } = await galleryWork(miner, options);
    expect(sheets).toBeGreaterThan(1);
    const part = { index: 0, count: 1 };
    await projectGalleryPart(miner, options, part);
    expect(await drawGalleryPart(miner, options, part)).toEqual({ sheets, drawn: sheets });
    const sprites = (): Promise<bigint[]> =>
      readdir(join(options.out, 'sprites')).then((names) =>
        Promise.all(
          names
            .filter((name) => /^0-conv-\d/.test(name))
            .map(async (name) => (await stat(join(options.out, 'sprites', name), { bigint: true })).mtimeNs),
        ),
      );
    const before = await sprites();
    expect(before).toHaveLength(sheets);
    expect((await writeGallery(miner, options)).sheets).toBe(sheets);
    expect(await sprites()).toEqual(before);
    signals.dispose();
    deconvnet.dispose();
    model.dispose();
  });
});
