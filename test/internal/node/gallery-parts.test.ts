import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import seedrandom from 'seedrandom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GalleryProgress } from '../../../src/node/gallery/draw-gallery.js';
import { drawGalleryPart } from '../../../src/node/gallery/draw-gallery-part.js';
import { galleryWork } from '../../../src/node/gallery/gallery-work.js';
import type { GalleryProjecting } from '../../../src/node/gallery/project-for-gallery.js';
import { projectGalleryPart } from '../../../src/node/gallery/project-gallery-part.js';
import { writeGallery } from '../../../src/node/gallery/write-gallery.js';
import { use } from '../../support/backends.js';
import { filesIn } from '../../support/files-in.js';
import {
  expectTakenOver,
  identityIn,
  type PartsGallery,
  partsGallery,
  sheetsIn,
  wholeGallery,
} from '../../support/gallery/parts-gallery.js';
import { type PartsNetwork, partsNetwork } from '../../support/gallery/parts-network.js';

let network: PartsNetwork;
let whole: ReadonlyMap<string, string>;

beforeAll(async () => {
  await use('cpu');
  network = await partsNetwork();
});
afterAll(() => network.dispose());

/** Ends a gallery, and expects that nothing is projected or drawn again. */
const expectEnds = async (run: PartsGallery): Promise<void> => {
  whole ??= await wholeGallery(network);
  await expectTakenOver(network, run, whole);
};

describe('the work of a gallery', () => {
  it('is as much as writeGallery does', async () => {
    const { options } = await partsGallery(network);
    const { miner } = network;
    const work = await galleryWork(miner, options);
    expect(existsSync(options.out)).toBe(false);
    const seen: object[] = [];
    const { sheets, maps } = await writeGallery(miner, {
      ...options,
      onProjected: ({ totalImages: pictures, totalPatches: patches, totalCost: cost, scratchBytes }) => {
        seen.push({ pictures, patches, cost, scratchBytes, identity: identityIn(options.out) });
      },
    });
    expect(work).toEqual({ ...seen[0], sheets, maps, drawingCost: 5e7 * maps });
    expect(sheets).toBe(9);
    const all = miner.layers.flatMap((layer) => [0, 1, 2, 3, 4, 5, 6].map((map) => miner.statistics(layer, map)));
    expect(all.filter(({ dead }) => dead).length).toBeGreaterThan(1);
    expect(all.some(({ constant }) => constant)).toBe(true);
    expect(maps).toBe(all.filter(({ dead, constant }) => !dead && !constant).length);
  });
});

describe('a gallery that is projected and drawn in parts', () => {
  it.each([
    { projecting: 1, drawing: 1 },
    { projecting: 3, drawing: 4 },
    { projecting: 40, drawing: 20 },
  ])('has the same bytes, and nothing is done twice ($projecting and $drawing parts)', async (counts) => {
    const run = await partsGallery(network);
    const { options, read } = run;
    const { miner } = network;
    const { pictures, sheets, identity } = await galleryWork(miner, options);
    const random = seedrandom(`parts ${counts.projecting}`);
    // In any order, and some twice.
    const order = (count: number): number[] => {
      const all = Array.from({ length: count }, (_, index) => ({ index, place: random() }));
      return [...all, ...all.slice(0, 2)].sort((x, y) => x.place - y.place).map(({ index }) => index);
    };

    let projected = 0;
    for (const index of order(counts.projecting)) {
      const part = { index, count: counts.projecting, identity };
      projected += (await projectGalleryPart(miner, options, part)).projected;
    }
    expect(projected).toBe(pictures);
    expect([...read].sort()).toEqual([...new Set(read)].sort());

    let drawn = 0;
    for (const index of order(counts.drawing)) {
      drawn += (await drawGalleryPart(miner, options, { index, count: counts.drawing, identity })).drawn;
    }
    expect(drawn).toBe(sheets);
    expect(await sheetsIn(options.out)).toHaveLength(sheets);
    expect(existsSync(join(options.out, 'index.html'))).toBe(false);
    await expectEnds(run);
  });

  it('tells how far each part is, and how many bytes its projections take', async () => {
    const { options } = await partsGallery(network);
    const { miner } = network;
    const work = await galleryWork(miner, options);
    const ends = { images: 0, patches: 0, cost: 0, scratchBytes: 0 };
    for (const index of [0, 1, 2]) {
      let last: GalleryProjecting | undefined;
      const { pictures } = await projectGalleryPart(
        miner,
        {
          ...options,
          onProgress(now) {
            last ??= now;
            expect(now.totalImages).toBe(last.totalImages);
            last = now;
          },
        },
        { index, count: 3 },
      );
      expect(last).toMatchObject({ images: pictures, totalImages: pictures, totalCost: last!.cost });
      for (const name of ['images', 'patches', 'cost', 'scratchBytes'] as const) ends[name] += last![name];
    }
    const { pictures: images, patches, cost, scratchBytes } = work;
    expect(ends).toEqual({ images, patches, cost, scratchBytes });

    let maps = 0;
    for (const index of [0, 1, 2]) {
      const seen: GalleryProgress[] = [];
      const onProgress = (now: GalleryProgress): void => void seen.push(now);
      await drawGalleryPart(miner, { ...options, onProgress }, { index, count: 3 });
      expect(seen.map(({ done }) => done)).toEqual(seen.map((_, i) => i + 1));
      expect(new Set(seen.map(({ total }) => total))).toEqual(new Set([seen.length]));
      maps += seen.length;
    }
    expect(maps).toBe(work.maps);
  });

  it('goes on where a part was stopped', async () => {
    const run = await partsGallery(network);
    const { options, read } = run;
    const { miner } = network;
    const stopAt = (count: number) => {
      const stop = new AbortController();
      return {
        signal: stop.signal,
        onProgress: ({ images, done }: { images?: number; done?: number }) => {
          if ((images ?? done) === count) stop.abort(new Error('enough'));
        },
      };
    };
    const part = { index: 0, count: 1 };
    await expect(projectGalleryPart(miner, { ...options, ...stopAt(5) }, part)).rejects.toThrow('enough');
    const before = read.splice(0, 5);
    expect((await projectGalleryPart(miner, options, part)).projected).toBe(network.ids.length - 5);
    expect(read.filter((id) => before.includes(id))).toEqual([]);

    await expect(drawGalleryPart(miner, { ...options, ...stopAt(7) }, part)).rejects.toThrow('enough');
    const sheets = await sheetsIn(options.out);
    expect(sheets.length).toBeGreaterThan(0);
    const { sheets: all, drawn } = await drawGalleryPart(miner, options, part);
    expect(drawn).toBeLessThan(all);
    expect(await sheetsIn(options.out)).toEqual(expect.arrayContaining(sheets));
    await expectEnds(run);
  });

  it('is an error if a picture of a part that is drawn has not been projected', async () => {
    const { options } = await partsGallery(network);
    const { miner } = network;
    await projectGalleryPart(miner, options, { index: 0, count: 2 });
    await expect(drawGalleryPart(miner, options, { index: 0, count: 1 })).rejects.toMatchObject({
      code: 'state-mismatch',
      message: expect.stringContaining('Project all parts before one is drawn.'),
    });
    expect(existsSync(join(options.out, 'sprites'))).toBe(false);
  });

  it('is an error if a part belongs to another gallery, and nothing is written', async () => {
    const { options } = await partsGallery(network);
    const { miner } = network;
    const { identity } = await galleryWork(miner, { ...options, maps: 3 });
    for (const run of [projectGalleryPart, drawGalleryPart]) {
      await expect(run(miner, options, { index: 0, count: 1, identity })).rejects.toMatchObject({
        code: 'state-mismatch',
      });
    }
    expect(existsSync(options.out)).toBe(false);
    for (const part of [
      { index: 1, count: 1 },
      { index: -1, count: 2 },
      { index: 0, count: 0 },
    ]) {
      await expect(projectGalleryPart(miner, options, part)).rejects.toMatchObject({ code: 'invalid-option' });
    }
  });

  it('keeps the projections of another gallery until the last process removes them', async () => {
    const run = await partsGallery(network);
    const { options } = run;
    const { miner } = network;
    const part = { index: 0, count: 1 };
    await projectGalleryPart(miner, { ...options, maps: 1 }, part);
    const [other] = await readdir(join(options.out, 'unfinished'));
    await projectGalleryPart(miner, options, part);
    await drawGalleryPart(miner, options, part);
    expect(await readdir(join(options.out, 'unfinished'))).toContain(other);
    await expectEnds(run);
  });

  it('has what one process has if a part could not read a picture', async () => {
    const run = await partsGallery(network);
    const { options, read } = run;
    const { miner } = network;
    const part = { index: 0, count: 1 };
    const lost = network.ids[4]!;
    const skipped = [{ id: lost, reason: 'missing', patches: expect.any(Number) }];
    const source = (id: string): tf.Tensor => {
      if (id === lost) throw new Error('no such picture');
      return network.image(id);
    };
    expect(await projectGalleryPart(miner, { ...options, source }, part)).toMatchObject({ skipped });
    await drawGalleryPart(miner, options, part);
    // The part is run again by a process that has the picture.
    expect(await projectGalleryPart(miner, options, part)).toMatchObject({ projected: 1, skipped: [] });
    expect(read).toEqual([lost]);
    await drawGalleryPart(miner, options, part);
    await expectEnds(run);
  });

  it('is drawn with what it is compared with by the last process', async () => {
    const compare = { miner: network.miner, title: 'the same' };
    const first = await partsGallery(network);
    await writeGallery(network.miner, { ...first.options, compare });
    const { options, read } = await partsGallery(network);
    for (const run of [projectGalleryPart, drawGalleryPart]) {
      for (const index of [1, 0]) await run(network.miner, options, { index, count: 2 });
    }
    const sheets = await sheetsIn(options.out);
    expect(read).toHaveLength(network.ids.length);
    await writeGallery(network.miner, { ...options, compare });
    expect(await sheetsIn(options.out)).toEqual(sheets);
    expect(await filesIn(options.out)).toEqual(await filesIn(first.options.out));
  });
});
