import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet } from 'deconvnet';
import { listPictures, readPictures, useBackend } from 'deconvnet/node';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallModel } from '../../support/models/saved-model.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';

beforeAll(() => useBackend('cpu'));

const flat = (background: string, width = 8, height = 8): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();

async function classes(counts: Readonly<Record<string, number>>): Promise<string> {
  const folder = await tempFolder();
  const png = await flat('#336699');
  for (const [label, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i++) await writeFiles(folder, { [`${label}/${i}.png`]: png });
  }
  return folder;
}

async function idsOf(pictures: AsyncIterable<{ id: string; image: tf.Tensor }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id, image } of pictures) {
    ids.push(id);
    image.dispose();
  }
  return ids;
}

describe('readPictures', () => {
  it('gives images as the network takes them, in the order of their ids', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'b/wide.png': await flat('#ff0080', 40, 10),
      'a/same.png': await flat('#ff0080'),
      'flat.png': await flat('#ff0080', 2, 3),
    });
    const deconvnet = new Deconvnet(smallModel(), { input: 'unit' });
    const seen: unknown[] = [];
    for await (const { id, label, image } of readPictures(folder, deconvnet)) {
      seen.push([id, label]);
      expect(image.shape).toEqual([1, 8, 8, 3]);
      const values = await image.data();
      expect(values[0]).toBeCloseTo(1);
      expect(values[1]).toBeCloseTo(0);
      expect(values.at(-1)).toBeCloseTo(128 / 255);
      image.dispose();
    }
    expect(seen).toEqual([
      ['a/same.png', 'a'],
      ['b/wide.png', 'b'],
      ['flat.png', undefined],
    ]);
  });

  it('takes classes in turn if there is a limit', async () => {
    const folder = await classes({ cat: 5, dog: 1, owl: 5 });
    const deconvnet = new Deconvnet(smallModel(), { input: 'unit' });
    const some = ['cat/0.png', 'dog/0.png', 'owl/0.png', 'cat/1.png', 'owl/1.png', 'cat/2.png'];
    expect(await idsOf(readPictures(folder, deconvnet, { limit: 6 }))).toEqual(some);
    const all = await idsOf(readPictures(folder, deconvnet, { limit: 100 }));
    expect(all).toEqual((await listPictures(folder)).map(({ id }) => id));
    expect(all).toHaveLength(11);
  });

  it('passes over what cannot be read, by name, without counting it', async () => {
    const folder = await classes({ cat: 3 });
    await writeFiles(folder, { 'cat/0.png': 'text', 'dog/x.jpg': '' });
    const deconvnet = new Deconvnet(smallModel(), { input: 'unit' });
    const skipped: unknown[] = [];
    const onSkip = ({ id, error }: { id: string; error: Error }): void => {
      skipped.push([id, error.message.includes(join(folder, id))]);
    };
    const ids = await idsOf(readPictures(folder, deconvnet, { limit: 2, onSkip }));
    expect(ids).toEqual(['cat/1.png', 'cat/2.png']);
    expect(skipped).toEqual([
      ['cat/0.png', true],
      ['dog/x.jpg', true],
    ]);
  });

  it('fails if nothing can be read, and if there is nothing to read', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, { 'a.png': '', 'b.png': 'x' });
    const deconvnet = new Deconvnet(smallModel(), { input: 'unit' });
    await expect(idsOf(readPictures(folder, deconvnet))).rejects.toMatchObject({
      code: 'picture-unreadable',
      message: expect.stringMatching(/None of the 2 pictures.*a\.png/),
    });
    await expect(idsOf(readPictures(join(folder, 'gone'), deconvnet))).rejects.toMatchObject({
      code: 'pictures-not-found',
    });
    await expect(idsOf(readPictures(folder, deconvnet, { limit: 0 }))).rejects.toMatchObject({
      code: 'invalid-option',
    });
  });

  it('says that the input format is unknown, and does not call pictures unreadable for it', async () => {
    const folder = await classes({ cat: 2 });
    const deconvnet = new Deconvnet(smallModel());
    const skipped: unknown[] = [];
    const onSkip = (one: unknown): void => void skipped.push(one);
    await expect(idsOf(readPictures(folder, deconvnet, { onSkip }))).rejects.toMatchObject({ code: 'input-unknown' });
    expect(skipped).toEqual([]);
  });

  it('leaves no tensor when the consumer stops early', async () => {
    const folder = await classes({ cat: 12 });
    const deconvnet = new Deconvnet(smallModel(), { input: 'unit' });
    const before = tf.memory().numTensors;
    let seen = 0;
    for await (const { image } of readPictures(folder, deconvnet)) {
      image.dispose();
      if (++seen === 3) break;
    }
    expect(seen).toBe(3);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('decodes while the consumer works', async () => {
    const folder = await classes({ cat: 3 });
    const deconvnet = new Deconvnet(smallModel(), { input: 'unit' });
    const files = await listPictures(folder);
    const pictures = readPictures(files, deconvnet);
    const first = await pictures.next();
    await new Promise((resolve) => setTimeout(resolve, 500));
    // The second picture was decoded before it was asked for, so its file is no longer needed.
    await writeFiles(folder, { 'cat/1.png': 'gone' });
    const second = await pictures.next();
    expect([first.value?.id, second.value?.id]).toEqual(['cat/0.png', 'cat/1.png']);
    tf.dispose([first.value?.image, second.value?.image] as tf.Tensor[]);
    await pictures.return(undefined);
  });
});

describe('useBackend', () => {
  it.each(['cpu', 'wasm'] as const)('makes %s the current one', async (name) => {
    await useBackend(name);
    expect(tf.getBackend()).toBe(name);
    const sum = tf.sum(tf.tensor1d([1, 2, 3]));
    expect([...(await sum.data())]).toEqual([6]);
  });

  it('takes wasm by default', async () => {
    await useBackend('cpu');
    await useBackend();
    expect(tf.getBackend()).toBe('wasm');
  });

  it('names the backends there are, and says when one does not start', async () => {
    await expect(useBackend('cuda' as 'cpu')).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining('wasm, cpu'),
    });
    await useBackend('cpu');
    tf.removeBackend('wasm');
    tf.registerBackend('wasm', () => Promise.reject(new Error('no WebAssembly')));
    await expect(useBackend('wasm')).rejects.toMatchObject({
      code: 'backend-unavailable',
      message: expect.stringContaining("'cpu'"),
    });
  });
});
