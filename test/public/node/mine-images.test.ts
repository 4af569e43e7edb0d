import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, PatchMiner } from 'deconvnet';
import { listPictures, loadModel, type MiningProgress, mineImages, readPictures, useBackend } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataSet, dispose, fingerprint, flatPng, mine, noisePng } from '../../support/mining/mining.js';

beforeAll(() => useBackend('cpu'));

/** What a plain miner finds in a folder. */
async function plainly(model: string, images: string): Promise<string> {
  const deconvnet = new Deconvnet(await loadModel(model), { input: 'unit' });
  const miner = new PatchMiner(deconvnet, { k: 3 });
  await miner.run(readPictures(images, deconvnet), { batchSize: 5 });
  return fingerprint(miner);
}

/** One convolution that overflows where a picture is white. */
function overflowing(): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [tfl.layers.conv2d({ name: 'conv1', inputShape: [8, 8, 3], filters: 1, kernelSize: 3, useBias: false })],
  });
  model.setWeights([tf.fill([3, 3, 3, 1], 2e37)]);
  return model;
}

describe('mineImages', () => {
  it('finds what a miner finds, whatever the chunks', async () => {
    const set = await dataSet(13);
    const expected = await plainly(set.model, set.images);
    for (const options of [{}, { chunk: 1 }, { chunk: 5, batchSize: 2 }, { chunk: 100 }]) {
      const { miner, report } = await mine(set, options);
      expect(report).toEqual({ images: 13, skipped: [], setAside: [], resumed: 0 });
      expect(miner.top('conv1', 3)).toHaveLength(3);
      expect(fingerprint(miner)).toBe(expected);
    }
  });

  it('takes a list of files, and a Deconvnet that is open already', async () => {
    const { model, images } = await dataSet(5);
    const deconvnet = new Deconvnet(await loadModel(model), { input: 'unit' });
    const { miner } = await mineImages({ deconvnet, images: await listPictures(images), k: 3 });
    expect(miner.deconvnet).toBe(deconvnet);
    expect(fingerprint(miner)).toBe(await plainly(model, images));
  });

  it('gives the same in shards, merged in any order', async () => {
    const set = await dataSet(11);
    const whole = fingerprint((await mine(set)).miner);
    for (const order of [
      [1, 2, 3],
      [3, 1, 2],
    ]) {
      const parts = await Promise.all(order.map((index) => mine(set, { shard: { index, count: 3 } })));
      expect(parts.reduce((sum, { report }) => sum + report.images, 0)).toBe(11);
      const [first, ...others] = parts.map(({ miner }) => miner) as [PatchMiner, ...PatchMiner[]];
      for (const other of others) first.merge(PatchMiner.load(first.deconvnet, other.save()));
      others.forEach(dispose);
      expect(fingerprint(first)).toBe(whole);
    }
  });

  it('takes classes in turn if there is a limit, and shards of the result', async () => {
    const set = await dataSet(11);
    const whole = await mine(set, { limit: 7 });
    const parts = await Promise.all([1, 2].map((index) => mine(set, { limit: 7, shard: { index, count: 2 } })));
    expect([whole, ...parts].map(({ report }) => report.images)).toEqual([7, 4, 3]);
    for (const { miner } of [whole, ...parts]) dispose(miner);
  });

  it('mines chosen feature maps, and several patches of a picture', async () => {
    const { miner } = await mine(await dataSet(4), { layers: ['conv1'], featureMaps: { conv1: [3] }, perImage: 2 });
    expect(miner.minedMaps('conv1')).toEqual([3]);
    expect(miner.perImage).toBe(2);
    dispose(miner);
  });

  it('tells how far it is', async () => {
    const seen: MiningProgress[] = [];
    const set = await dataSet(10, { pictures: { 'dog/bad.png': 'text' } });
    const { miner } = await mine(set, { onProgress: (progress) => seen.push(progress) });
    dispose(miner);
    expect(seen.map(({ done, total, images, skipped, setAside }) => [done, total, images, skipped, setAside])).toEqual([
      [0, 11, 0, 0, 0],
      [4, 11, 4, 0, 0],
      [8, 11, 8, 0, 0],
      [11, 11, 10, 1, 0],
    ]);
    expect(seen[0]!.secondsLeft).toBe(Number.POSITIVE_INFINITY);
    for (const { rate, secondsLeft } of seen.slice(1, 3)) expect([rate > 0, secondsLeft > 0]).toEqual([true, true]);
    expect(seen[3]!.secondsLeft).toBe(0);
  });

  it('names pictures that cannot be read, or are gone, and mines the others', async () => {
    const set = await dataSet(6, { pictures: { 'dog/bad.png': 'text', 'dog/gone.png': 'x' } });
    const expected = fingerprint((await mine({ ...set, images: join(set.images, 'cat') })).miner);
    const files = (await listPictures(set.images)).filter(({ label, id }) => label === 'cat' || /bad|gone/.test(id));
    await rm(join(set.images, 'dog/gone.png'));
    const { miner, report } = await mine(
      { ...set },
      {
        images: files.map(({ id, path }) => ({ id: id.replace('cat/', ''), path })),
      },
    );
    expect(fingerprint(miner)).toBe(expected);
    expect(report.images).toBe(3);
    expect(report.skipped).toEqual([
      {
        id: 'dog/bad.png',
        code: 'picture-unreadable',
        reason: expect.stringContaining(join(set.images, 'dog/bad.png')),
      },
      { id: 'dog/gone.png', code: 'pictures-not-found', reason: expect.stringContaining('dog/gone.png') },
    ]);
  });

  it('sets a picture aside that makes the network overflow, and mines the others', async () => {
    const greys = Object.fromEntries(
      await Promise.all(
        [1, 2, 3, 4, 5].map(async (i) => [`grey ${i}.png`, await flatPng(`#${`0${i}`.repeat(3)}`)] as const),
      ),
    );
    const set = await dataSet(0, {
      model: overflowing(),
      pictures: { ...greys, 'grey 2b.png': await flatPng('#ffffff') },
    });
    const { miner, report } = await mine(set, { chunk: 6 });
    expect(report).toMatchObject({ images: 5, skipped: [] });
    expect(report.setAside).toEqual([
      { id: 'grey 2b.png', code: 'not-finite', reason: expect.stringContaining('overflowed') },
    ]);
    const without = await mine(set, {
      images: (await listPictures(set.images)).filter(({ id }) => !id.includes('2b')),
    });
    expect(fingerprint(miner)).toBe(fingerprint(without.miner));
  });

  it('stops where every picture fails: the fault is not theirs', async () => {
    const white = await flatPng('#ffffff');
    const pictures = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.png`, white]));
    const set = await dataSet(0, { model: overflowing(), pictures });
    const before = tf.memory().numTensors;
    let calls = 0;
    await expect(mine(set, { onProgress: () => void calls++ })).rejects.toMatchObject({ code: 'not-finite' });
    expect(calls).toBeLessThan(40);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('stops where the folder is gone, instead of passing over the rest', async () => {
    const set = await dataSet(34);
    const onProgress = ({ done }: MiningProgress): void => {
      if (done === 17) rmSync(set.images, { recursive: true });
    };
    await expect(mine(set, { chunk: 17, onProgress })).rejects.toMatchObject({
      code: 'pictures-not-found',
      message: expect.stringMatching(/17 pictures in a row do not exist/),
    });
  });

  it('passes over a few files that are gone, wherever chunks end', async () => {
    const set = await dataSet(10);
    const files = await listPictures(set.images);
    for (const { path } of files.slice(8)) rmSync(path);
    const { miner, report } = await mineImages({ model: set.model, images: files, input: 'unit', chunk: 4 });
    expect(report.images).toBe(8);
    expect(report.skipped.map(({ id }) => id)).toEqual(files.slice(8).map(({ id }) => id));
    miner.deconvnet.dispose();
    miner.deconvnet.model.dispose();
  });

  it('refuses ids that stand for several files, by name', async () => {
    const { images, model } = await dataSet(3);
    const twice = (await listPictures(images)).map(({ path }, i) => ({ id: i < 2 ? 'one' : 'other', path }));
    await expect(mineImages({ model, input: 'unit', images: twice })).rejects.toMatchObject({
      code: 'duplicate-id',
      message: expect.stringMatching(/several files have 'one'\./),
    });
    const deconvnet = new Deconvnet(await loadModel(model), { input: 'unit' });
    await expect(readPictures(twice, deconvnet).next()).rejects.toMatchObject({ code: 'duplicate-id' });
  });

  it('leaves no tensor when it fails, and only those of the network when it does not', async () => {
    const set = await dataSet(3);
    const bad = await dataSet(0, { pictures: { 'a.png': 'x', 'b.png': 'y' } });
    const before = tf.memory().numTensors;
    await expect(mine(bad)).rejects.toMatchObject({
      code: 'picture-unreadable',
      message: expect.stringContaining('None of the 2 pictures'),
    });
    await expect(mine(set, { layers: ['conv9'] })).rejects.toMatchObject({ code: 'unknown-layer' });
    await expect(mineImages({ ...set, folder: undefined } as never)).rejects.toMatchObject({ code: 'invalid-option' });
    await expect(mineImages({ model: set.model, images: set.images })).rejects.toMatchObject({ code: 'input-unknown' });
    expect(tf.memory().numTensors).toBe(before);
    dispose((await mine(set)).miner);
    expect(tf.memory().numTensors).toBe(before);
  });

  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ workers: -1 }, /workers is the number of/],
    [{ workers: 100_000 }, /four per core/],
    [{ workers: 1, model: undefined, deconvnet: {} }, /give its path/],
    [{ model: undefined }, /model is the path/],
    [{ chunk: 0 }, /chunk is the number of/],
    [{ batchSize: 1.5 }, /batchSize/],
    [{ shard: { index: 3, count: 2 } }, /index 3 of 2/],
    [{ limit: 0 }, /limit/],
    [{ resume: true }, /needs a checkpoint to resume/],
    [{ checkpoint: { path: '' } }, /checkpoint.path/],
    [{ checkpoint: { path: 'x', every: -1 } }, /every/],
    [{ checkpoint: { path: 'x', evry: 1 } }, /did you mean/i],
    [{ worker: 2 }, /'workers'/],
    [{ images: { id: 'x' } }, /a list of/],
    [{ images: [{ id: 3, path: 'x' }] }, /strings as id and path/],
    [{ maxPixels: 0 }, /maxPixels/],
    [{ setup: '/nowhere/setup.mjs' }, /module .*cannot be imported/],
  ];
  it.each(wrong)('refuses %j', async (options, words) => {
    const set = await dataSet(1, { pictures: { 'flat.png': await noisePng(5) } });
    await expect(mine(set, options)).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringMatching(words),
    });
  });
});
