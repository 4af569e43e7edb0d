import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { at, resumed, stopped } from '../../support/mining/checkpoints.js';
import { type DataSet, dataSet, dispose, fingerprint, mine, noisePng } from '../../support/mining/mining.js';
import { filesOf, savedModel, smallModel } from '../../support/models/saved-model.js';
import { writeFiles } from '../../support/temp-folder.js';

beforeAll(() => useBackend('cpu'));

describe('a run with a checkpoint', () => {
  it('that is stopped goes on where it was, to the same bytes', async () => {
    const set = await dataSet(17, { pictures: { 'dog/bad.png': 'text' } });
    const expected = await mine(set);
    for (const pictures of [0, 4, 12]) {
      await stopped(set, pictures);
      const seen: number[] = [];
      const { miner, report } = await resumed(set, {
        chunk: 3,
        onProgress: ({ done }: { done: number }) => seen.push(done),
      });
      expect(report).toEqual({ ...expected.report, resumed: pictures });
      expect(seen[0]).toBe(pictures);
      expect(seen.at(-1)).toBe(18);
      expect(Buffer.compare(miner.save(), expected.miner.save())).toBe(0);
      dispose(miner);
      for (const name of await readdir(set.folder)) if (name.startsWith('run.')) await rm(join(set.folder, name));
    }
    dispose(expected.miner);
  });

  it('that is stopped again and again comes to its end, and then mines nothing more', async () => {
    const set = await dataSet(12);
    const expected = fingerprint((await mine(set)).miner);
    await stopped(set, 4);
    for (const pictures of [4, 8]) await stopped(set, pictures, { resume: true, batchSize: pictures });
    expect(fingerprint((await resumed(set)).miner)).toBe(expected);
    let calls = 0;
    const { miner, report } = await resumed(set, { onProgress: () => calls++ });
    expect([calls, report.resumed, report.images]).toEqual([0, 12, 12]);
    expect(fingerprint(miner)).toBe(expected);
  });

  it('begins at the start if there is none, and never overwrites one without being asked to', async () => {
    const set = await dataSet(3);
    dispose((await resumed(set)).miner);
    await expect(mine(set, { checkpoint: at(set) })).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringMatching(/The checkpoint .*run\.checkpoint exists already.*Resume/),
    });
    await rm(at(set).path);
    // The one before it is something to lose, too.
    await expect(mine(set, { checkpoint: at(set) })).rejects.toMatchObject({ code: 'invalid-option' });
  });

  it('stops before it mines if none can be written', async () => {
    const set = await dataSet(3);
    let calls = 0;
    const checkpoint = { path: join(set.folder, 'no such folder/run.checkpoint') };
    await expect(mine(set, { checkpoint, onProgress: () => calls++ })).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringContaining('no such folder/run.checkpoint'),
    });
    expect(calls).toBe(0);
  });

  it('keeps what it was stopped for: a bad picture is not read again', async () => {
    const set = await dataSet(6, { pictures: { 'cat/000.png': 'text' } });
    await stopped(set, 4);
    await writeFiles(set.images, { 'cat/000.png': await noisePng(1) });
    const { miner, report } = await resumed(set);
    expect(report.skipped.map(({ id }) => id)).toEqual(['cat/000.png']);
    dispose(miner);
  });
});

describe('a checkpoint of another run', () => {
  const weights = async (set: DataSet): Promise<object> => {
    const saved = await savedModel(smallModel());
    saved.weights[0]! ^= 1;
    await writeFiles(set.model, filesOf(saved));
    return {};
  };
  const names = async ({ images }: DataSet): Promise<object> => {
    await rename(join(images, 'cat'), join(images, 'owl'));
    return {};
  };
  const others: readonly (readonly [string, (set: DataSet) => object | Promise<object>, RegExp])[] = [
    ['weights', weights, /model: .*SHA-256 \w+ there, .*SHA-256 \w+ here\./],
    ['k', () => ({ k: 4 }), /run\. patches per feature map: 3 there, 4 here\./],
    ['patches of a picture', () => ({ perImage: 2 }), /patches per picture: 1 there, 2 here/],
    ['layers', () => ({ layers: ['conv1'] }), /layers: .*conv2 .* there, conv1 .* here/],
    ['feature maps', () => ({ featureMaps: { conv1: [1] } }), /feature maps 1 of 4/],
    ['an input format', () => ({ input: 'tf' }), /input format: .*0\.0039.* there, .*0\.0078.* here/],
    ['a fit', () => ({ input: { scale: 1 / 255, fit: 'stretch' } }), /input format: .*crop.* there, .*stretch.* here/],
    ['bytes to keep', () => ({ maxBytes: 0 }), /bytes of pixels to keep: 268435456 there, 0 here/],
    ['a limit on pixels', () => ({ maxPixels: 1000 }), /pixels of a picture, at most/],
    ['a limit', () => ({ limit: 5 }), /listing: 6 pictures, SHA-256 \w+ there, 5 pictures/],
    ['a shard', () => ({ shard: { index: 1, count: 2 } }), /listing: 6 pictures,.* there, 3 pictures/],
    ['a backend', () => ({ backend: 'wasm' }), /backend: cpu there, wasm here/],
    ['names', names, /listing: 6 pictures/],
  ];
  it.each(others)('(%s) is refused, saying what differs', async (_, change, words) => {
    const set = await dataSet(6);
    await stopped(set, 4);
    const before = await readFile(at(set).path);
    const options = await change(set);
    const tensors = tf.memory().numTensors;
    await expect(resumed(set, options)).rejects.toMatchObject({
      code: 'state-mismatch',
      message: expect.stringMatching(words),
    });
    if (!('backend' in options)) expect(tf.memory().numTensors).toBe(tensors);
    await useBackend('cpu');
    // It stays good for its own run.
    expect(Buffer.compare(await readFile(at(set).path), before)).toBe(0);
  });

  it('may have moved: paths make no difference', async () => {
    const set = await dataSet(6);
    const expected = fingerprint((await mine(set)).miner);
    await stopped(set, 4);
    const moved = { ...set, model: join(set.folder, 'model 2'), images: join(set.folder, 'images 2') };
    await rename(set.model, moved.model);
    await rename(set.images, moved.images);
    expect(fingerprint((await resumed(moved)).miner)).toBe(expected);
  });
});
