import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, PatchMiner, type SourceItem } from 'deconvnet';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { COUNT, everything, id, image, items, LAYERS, mined, SHAPE } from '../../support/mining/data-set.js';
import { smallConvnet } from '../../support/project/networks.js';

const OPTIONS = { layers: LAYERS, k: 3, perImage: 2 };

/** Lets whatever waits go on a few times. */
async function ticks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}

describe.each(backends)('a miner that is stopped, on %s', (backend) => {
  beforeAll(() => use(backend));
  let deconvnet: Deconvnet;
  let whole: Uint8Array;
  beforeEach(async () => {
    deconvnet = new Deconvnet(smallConvnet());
    whole ??= (await mined(deconvnet, OPTIONS)).save();
  });

  /** What of the data set a miner has not seen goes in as well: it must then be as if nothing had happened. */
  async function expectWhole(miner: PatchMiner, order: readonly number[] = everything): Promise<void> {
    await miner.run(items(order.slice(miner.images)), { batchSize: 5 });
    expect(miner.save()).toEqual(whole);
  }

  it('in the middle of a batch, at any tick, has that batch whole or not at all', async () => {
    const seen = new Set<number>();
    for (let tick = 0; tick < 60; tick += 3) {
      const miner = new PatchMiner(deconvnet, OPTIONS);
      const controller = new AbortController();
      const { numTensors, numDataBuffers } = tf.memory();
      let closed = false;
      async function* source(): AsyncGenerator<SourceItem> {
        try {
          yield* items(everything);
        } finally {
          closed = true;
        }
      }
      const running = miner.run(source(), { batchSize: 8, signal: controller.signal });
      const outcome = expect(running).rejects.toThrow('enough');
      await ticks(tick);
      controller.abort(new Error('enough'));
      await outcome;
      expect(closed).toBe(true);
      expect([0, 8, 16]).toContain(miner.images);
      seen.add(miner.images);
      expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual([numTensors, numDataBuffers]);
      if (tick % 9 === 0) await expectWhole(miner);
    }
    expect(seen.size).toBeGreaterThan(1);
  });

  it('before it starts, by its source or by who watches, keeps what it has and frees the rest', async () => {
    const miner = new PatchMiner(deconvnet, OPTIONS);
    const { numTensors } = tf.memory();
    const stopped = AbortSignal.abort(new Error('never'));
    await expect(miner.run(items(everything), { signal: stopped })).rejects.toThrow('never');
    expect(miner.images).toBe(0);
    const controller = new AbortController();
    function* stopping(): Generator<SourceItem> {
      for (const item of items(everything)) {
        if (item.id === id(6)) controller.abort(new Error('by the source'));
        yield item;
      }
    }
    await expect(miner.run(stopping(), { batchSize: 4, signal: controller.signal })).rejects.toThrow('by the source');
    expect(miner.images).toBe(4);
    const watching = miner.run(items(everything.slice(4)), {
      batchSize: 4,
      onProgress: () => {
        throw new Error('by who watches');
      },
    });
    await expect(watching).rejects.toThrow('by who watches');
    expect(miner.images).toBe(8);
    expect(tf.memory().numTensors).toBe(numTensors);
    await expectWhole(miner);
  });

  it('by an item that is not an image, or a source that breaks, loses only that batch', async () => {
    const miner = new PatchMiner(deconvnet, OPTIONS);
    await miner.run(items(everything.slice(0, 7)), { batchSize: 7 });
    const before = miner.save();
    const { numTensors, numDataBuffers } = tf.memory();
    const nan = (): tf.Tensor => {
      const values = new Float32Array(SHAPE.reduce((a, b) => a * b, 1));
      values[17] = Number.NaN;
      return tf.tensor(values, SHAPE);
    };
    const bad: (() => Generator<SourceItem>)[] = [
      function* () {
        yield* items([7, 8]);
        yield { id: 'nan', image: nan() };
      },
      function* () {
        yield* items([7, 8, 7]);
      },
      function* () {
        yield* items([7]);
        yield { id: 'small', image: tf.zeros([2, 2, 3]) };
      },
      function* () {
        yield* items([7]);
        yield { id: 'labelled', image: image(9), label: 5 as never };
      },
      function* () {
        yield* items([7, 8]);
        throw new Error('disk gone');
      },
      function* () {
        yield* items([7, 8]);
        yield { id: 'none', image: undefined as never };
      },
    ];
    for (const source of bad) {
      await expect(miner.run(source(), { batchSize: 3 })).rejects.toThrow();
      expect(miner.save()).toEqual(before);
      expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual([numTensors, numDataBuffers]);
    }
    const batch = tf.stack([image(7), nan(), image(8)]);
    await expect(miner.add(batch, ['seven', 'nan', 'eight'])).rejects.toMatchObject({
      code: 'not-finite',
      message: expect.stringContaining("Image 'nan' contains NaN"),
    });
    expect(miner.save()).toEqual(before);
    await expectWhole(miner);
  });

  it('takes ids and labels as they were when it was called', async () => {
    const miner = new PatchMiner(deconvnet, OPTIONS);
    const ids = everything.map(id);
    const labels = everything.map((i) => `class ${i % 3}`);
    const adding = miner.add(tf.stack(everything.map(image)), ids, labels);
    ids.fill('changed');
    labels.fill('changed');
    await adding;
    expect(miner.images).toBe(COUNT);
    expect(miner.save()).toEqual(whole);
  });
});
