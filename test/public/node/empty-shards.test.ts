import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { PatchMiner } from 'deconvnet';
import { useBackend } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DataSet, dataSet, dispose, fingerprint, mine } from '../../support/mining/mining.js';

beforeAll(() => useBackend('cpu'));

/** A network that takes pictures of any size. */
function anySize(): tfl.LayersModel {
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({ name: 'conv1', inputShape: [null, null, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
    ],
  });
}

/** The merged state of the shards, the emptiest of which come first. */
async function merged(set: DataSet, count: number): Promise<{ readonly state: string; readonly images: number[] }> {
  const images: number[] = [];
  let whole: PatchMiner | undefined;
  for (let index = count; index >= 1; index--) {
    const { miner, report } = await mine(set, { shard: { index, count } });
    images.unshift(report.images);
    if (!whole) {
      whole = miner;
      continue;
    }
    whole.merge(PatchMiner.load(whole.deconvnet, miner.save()));
    dispose(miner);
  }
  return { state: fingerprint(whole!), images };
}

describe('a shard in which nothing can be mined', () => {
  it.each([
    ['of one size', undefined],
    ['of any size', anySize],
  ])('because there are more shards than pictures merges, for a network that takes pictures %s', async (_, model) => {
    const before = tf.memory().numTensors;
    const set = await dataSet(3, model ? { model: model() } : {});
    const { state, images } = await merged(set, 5);
    expect(images).toEqual([1, 1, 1, 0, 0]);
    expect(state).toBe(fingerprint((await mine(set)).miner));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('because its few pictures cannot be read merges, and names them', async () => {
    const set = await dataSet(2, { pictures: { 'ant/bad.png': 'text' } });
    const { miner, report } = await mine(set, { shard: { index: 1, count: 3 } });
    expect(report).toEqual({
      images: 0,
      skipped: [{ id: 'ant/bad.png', code: 'picture-unreadable', reason: expect.stringContaining('bad.png') }],
      setAside: [],
      resumed: 0,
    });
    dispose(miner);
    const { state, images } = await merged(set, 3);
    expect(images).toEqual([0, 1, 1]);
    expect(state).toBe(fingerprint((await mine(set)).miner));
  });

  it('although it has many pictures fails, because the pictures are probably not the cause', async () => {
    const pictures = Object.fromEntries(
      Array.from({ length: 32 }, (_, i) => [`${String(i).padStart(2, '0')}.png`, 'x']),
    );
    const set = await dataSet(0, { pictures });
    await expect(mine(set, { shard: { index: 2, count: 2 } })).rejects.toMatchObject({
      code: 'picture-unreadable',
      message: expect.stringContaining('None of the 16 pictures can be mined.'),
    });
    // A run that is not a part of another one has to find something.
    const few = await dataSet(0, { pictures: { 'bad.png': 'x' } });
    await expect(mine(few, { shard: { index: 1, count: 1 } })).rejects.toMatchObject({ code: 'picture-unreadable' });
  });

  it('fails if there are no pictures at all', async () => {
    const set = await dataSet(0);
    await expect(mine(set, { images: [], shard: { index: 1, count: 2 } })).rejects.toMatchObject({
      code: 'empty-source',
      message: 'The list has no pictures.',
    });
  });
});
