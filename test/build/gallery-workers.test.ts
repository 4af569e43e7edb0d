import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import type { PatchMiner } from 'deconvnet';
import { readPicture, useBackend, type WriteGalleryOptions, writeGallery } from 'deconvnet/node';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { filesIn } from '../support/files-in.js';
import { type DataSet, dataSet, dispose, flatPng, mine } from '../support/mining/mining.js';
import { tempFolder } from '../support/temp-folder.js';

beforeAll(() => useBackend('cpu'));

/** A data set that has been mined, without pixels, so that every picture is read again. */
async function mined(): Promise<{ readonly data: DataSet; readonly miner: PatchMiner }> {
  const data = await dataSet(12);
  const { miner } = await mine(data, { maxBytes: 0, backend: 'cpu', k: 9 });
  onTestFinished(() => dispose(miner));
  return { data, miner };
}

/** Makes a function that gives an image again, from its file. */
const sourceOf =
  ({ data, miner }: Awaited<ReturnType<typeof mined>>) =>
  async (id: string): Promise<tf.Tensor> =>
    miner.deconvnet.toInput(await readPicture(join(data.images, id)));

async function gallery(
  from: Awaited<ReturnType<typeof mined>>,
  options: Partial<WriteGalleryOptions> = {},
): Promise<Map<string, string>> {
  const out = join(await tempFolder(), 'gallery');
  await writeGallery(from.miner, { out, source: sourceOf(from), ...options });
  return filesIn(out);
}

describe('a gallery', () => {
  it('is the same, byte for byte, from this thread and from workers', async () => {
    const from = await mined();
    const network = { model: from.data.model, input: 'unit' } as const;
    const own = await gallery(from, { workers: 0 });
    expect(own.size).toBeGreaterThan(5);
    for (const workers of [1, 2]) expect(await gallery(from, { workers, network })).toEqual(own);
  });

  it('goes on where it was stopped, and becomes the same', async () => {
    const from = await mined();
    const { miner } = from;
    const source = sourceOf(from);
    const whole = await gallery(from);
    const out = join(await tempFolder(), 'gallery');
    let asked: string[] = [];
    const counted = (id: string): Promise<tf.Tensor> => {
      asked.push(id);
      return source(id);
    };
    const stop = new AbortController();
    const stopped = writeGallery(miner, {
      ...{ out, source: counted, signal: stop.signal },
      onProjected: ({ images }) => {
        if (images === 3) stop.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    expect((await readdir(out)).sort()).toEqual(['data', 'sprites', 'unfinished']);
    const before = new Set(asked.slice(0, 3));
    asked = [];
    const projected: string[] = [];
    await writeGallery(miner, {
      ...{ out, source: counted },
      onPicture: ({ done }) => {
        // What was asked for before the first thumbnail was asked for to be projected.
        if (done === 1) projected.push(...asked.slice(0, -1));
      },
    });
    expect(projected.filter((id) => before.has(id))).toEqual([]);
    expect(projected.length).toBeGreaterThan(0);
    expect(await filesIn(out)).toEqual(whole);
  });

  it('goes on with the sheets that workers drew', async () => {
    const from = await mined();
    const whole = await gallery(from);
    const network = { model: from.data.model, input: 'unit' } as const;
    for (const [first, second] of [
      [2, 0],
      [0, 2],
    ] as const) {
      const out = join(await tempFolder(), 'gallery');
      const options = { out, source: sourceOf(from), network };
      const stop = new AbortController();
      const onProgress = (): void => stop.abort(new Error('enough'));
      const stopped = writeGallery(from.miner, { ...options, workers: first, signal: stop.signal, onProgress });
      await expect(stopped).rejects.toThrow('enough');
      expect((await readdir(out)).sort()).toEqual(['data', 'sprites', 'unfinished']);
      await writeGallery(from.miner, { ...options, workers: second });
      expect(await filesIn(out)).toEqual(whole);
    }
  });

  it('leaves out pictures that vanished or changed, and names them', async () => {
    const from = await mined();
    const { data, miner } = from;
    const source = sourceOf(from);
    const [gone, other] = ['dog/000.png', 'cat/001.png'] as const;
    const out = join(await tempFolder(), 'gallery');
    await rm(join(data.images, gone));
    await writeFile(join(data.images, other), await flatPng('#102030'));
    const { index } = await writeGallery(miner, { out, source });
    const page = await readFile(index, 'utf8');
    expect(page).toContain(`1 picture could not be read again, so that patches are blank: ${gone}.`);
    expect(page).toContain(`1 picture changed after the mining, so that patches are blank: ${other}.`);
  });

  it('projects a picture again that could not be read when the gallery was stopped', async () => {
    const from = await mined();
    const whole = await gallery(from);
    const out = join(await tempFolder(), 'gallery');
    const file = join(from.data.images, 'dog/000.png');
    const bytes = await readFile(file);
    await rm(file);
    const stop = new AbortController();
    const stopped = writeGallery(from.miner, {
      ...{ out, source: sourceOf(from), signal: stop.signal },
      // All is projected, and nothing is drawn.
      onPicture: () => stop.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    await writeFile(file, bytes);
    await writeGallery(from.miner, { out, source: sourceOf(from) });
    expect(await filesIn(out)).toEqual(whole);
  });

  it('is an error if none of the pictures can be read', async () => {
    const { miner } = await mined();
    const out = join(await tempFolder(), 'gallery');
    const none = (): Promise<tf.Tensor> => Promise.reject(new Error('no such picture'));
    await expect(writeGallery(miner, { out, source: none })).rejects.toMatchObject({ code: 'source-missing' });
  });
});
