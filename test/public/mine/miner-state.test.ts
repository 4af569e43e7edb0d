import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, PatchMiner } from 'deconvnet';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { expectClose, values } from '../../support/compare.js';
import { COUNT, everything, id, image, items, LAYERS, mined, shuffled } from '../../support/mining/data-set.js';
import { noise, smallConvnet } from '../../support/project/networks.js';

describe.each(backends)('what a miner found, on %s', (backend) => {
  beforeAll(() => use(backend));
  let deconvnet: Deconvnet;
  beforeEach(() => {
    deconvnet = new Deconvnet(smallConvnet());
  });

  it('depends neither on batches nor on the order of images nor on shards', async () => {
    const whole = JSON.stringify(await mined(deconvnet, { k: 4 }));
    expect(JSON.stringify(await mined(deconvnet, { k: 4 }, 1))).toBe(whole);
    expect(JSON.stringify(await mined(deconvnet, { k: 4 }, 100))).toBe(whole);
    const backwards = new PatchMiner(deconvnet, { layers: LAYERS, k: 4 });
    await backwards.run(items(shuffled), { batchSize: 6 });
    expect(JSON.stringify(backwards)).toBe(whole);
    const parts = await Promise.all(
      [0, 1, 2].map(async (part) => {
        const miner = new PatchMiner(deconvnet, { layers: LAYERS, k: 4 });
        await miner.run(items(shuffled.filter((i) => i % 3 === part)), { batchSize: 5 });
        return miner;
      }),
    );
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
    ]) {
      const merged = new PatchMiner(deconvnet, { layers: LAYERS, k: 4 });
      for (const part of order) merged.merge(parts[part]!);
      expect(JSON.stringify(merged)).toBe(whole);
    }
    expect(parts.reduce((sum, { images }) => sum + images, 0)).toBe(COUNT);
  });

  it('goes through JSON without pixels, and through bytes with them', async () => {
    const miner = await mined(deconvnet, { k: 3 });
    const json = JSON.parse(JSON.stringify(miner));
    const light = PatchMiner.fromJSON(deconvnet, json);
    expect(JSON.stringify(light)).toBe(JSON.stringify(miner));
    expect(light.top('conv1', 0)[0]!.pixels).toBeUndefined();
    expect(light.bytes).toBe(0);
    const bytes = miner.save();
    const whole = PatchMiner.load(deconvnet, bytes);
    expect(whole.save()).toEqual(bytes);
    expect(whole.top('conv2', 3)).toEqual(miner.top('conv2', 3));
    expect(whole.bytes).toBe(miner.bytes);
    // A restored miner goes on where the first one stopped.
    const half = new PatchMiner(deconvnet, { layers: LAYERS, k: 3 });
    await half.run(items(everything.slice(0, 10)));
    const rest = PatchMiner.load(deconvnet, half.save());
    await rest.run(items(everything.slice(10)));
    expect(rest.save()).toEqual(bytes);
  });

  it('keeps picture bytes where they are exact', async () => {
    const raw = new Deconvnet(smallConvnet(), { input: 'torch' });
    const miner = new PatchMiner(raw, { layers: ['linear'], k: 2 });
    const pictures = [1, 2, 3].map((seed) => {
      const data = Uint8ClampedArray.from(noise(12 * 10 * 4, seed), (v, i) => (i % 4 === 3 ? 255 : 128 + 127 * v));
      return { width: 10, height: 12, data };
    });
    await miner.run(pictures.map((picture, i) => ({ id: String(i), image: raw.toInput(picture) })));
    expect(miner.bytes).toBeGreaterThan(0);
    expect(miner.bytes % 360).toBe(0);
    expect(miner.bytes).toBeLessThanOrEqual(3 * 360);
    const patch = miner.top('linear', 0)[0]!;
    const input = raw.toInput(pictures[Number(patch.id)]!);
    expect(patch.pixels!.data).toEqual(await input.data());
    const back = await raw.toPicture(input);
    expect(back.data).toEqual(pictures[Number(patch.id)]!.data);
    expect(PatchMiner.load(raw, miner.save()).top('linear', 0)).toEqual(miner.top('linear', 0));
    // A slice of a Buffer of Node is only a view. Pixels must not keep the bytes of a whole state in memory.
    const loaded = PatchMiner.load(raw, Buffer.from(miner.save())).entries('linear', 0);
    expect(loaded.map(({ pixels }) => pixels!.values.buffer.byteLength)).toEqual([360, 360]);
    await expect(async () => PatchMiner.load(deconvnet, miner.save())).rejects.toMatchObject({
      code: 'state-mismatch',
    });
  });

  it('keeps only ids beyond maxBytes, and asks the source for the pixels', async () => {
    const miner = await mined(deconvnet, { k: 3, maxBytes: 3000 });
    expect(miner.bytes).toBeLessThanOrEqual(3000);
    expect(miner.bytes).toBeGreaterThan(0);
    const full = await mined(deconvnet, { k: 3 });
    expect(JSON.stringify(miner)).toBe(JSON.stringify(full));
    const map = [...Array(7).keys()].find((unit) => miner.top('linear', unit).some(({ pixels }) => !pixels))!;
    await expect(miner.project('linear', map)).rejects.toMatchObject({ code: 'source-missing' });
    const want = await full.project('linear', map);
    const byId = new Map(everything.map((i) => [id(i), i]));
    const sources = [(name: string): tf.Tensor => image(byId.get(name)!), items(everything)];
    for (const source of sources) {
      const { numTensors } = tf.memory();
      const got = await miner.project('linear', map, { source });
      for (const [i, projection] of got.entries()) expectClose(await values(projection), await values(want[i]!));
      for (const projection of got) projection.dispose();
      expect(tf.memory().numTensors).toBe(numTensors);
    }
    await expect(miner.project('linear', map, { source: items([]) })).rejects.toMatchObject({ code: 'source-missing' });
  });

  it('is loaded with the room it had, or with another', async () => {
    const full = await mined(deconvnet, { k: 3, maxBytes: Number.POSITIVE_INFINITY });
    expect(PatchMiner.load(deconvnet, full.save()).maxBytes).toBe(Number.POSITIVE_INFINITY);
    const small = PatchMiner.load(deconvnet, full.save(), { maxBytes: 3000 });
    expect(small.bytes).toBeLessThanOrEqual(3000);
    expect(small.save()).toEqual((await mined(deconvnet, { k: 3, maxBytes: 3000 })).save());
    const none = PatchMiner.load(deconvnet, small.save(), { maxBytes: 0 });
    expect([none.bytes, JSON.stringify(none)]).toEqual([0, JSON.stringify(full)]);
  });
});
