import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, type MinerJson, PatchMiner } from 'deconvnet';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { use } from '../../support/backends.js';
import { everything, image, items, mined } from '../../support/mining/data-set.js';
import { fillWeights, smallConvnet } from '../../support/project/networks.js';

const unreadable = expect.objectContaining({ code: 'state-unreadable', name: 'DeconvnetError' });

describe('a damaged state', () => {
  let deconvnet: Deconvnet;
  let miner: PatchMiner;
  let bytes: Uint8Array;
  beforeAll(async () => {
    await use('cpu');
    deconvnet = new Deconvnet(smallConvnet());
    miner = new PatchMiner(deconvnet, { layers: ['conv1', 'linear'], featureMaps: { linear: [2] }, k: 2, perImage: 2 });
    await miner.run(items(everything.slice(0, 4)));
    bytes = miner.save();
  });

  it('is not read, whichever bit was flipped', () => {
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of inject('long') ? [0, 1, 2, 3, 4, 5, 6, 7] : [at % 8]) {
        const damaged = bytes.slice();
        damaged[at]! ^= 1 << bit;
        expect(() => PatchMiner.load(deconvnet, damaged), `byte ${at}, bit ${bit}`).toThrow(unreadable);
      }
    }
  });

  it('is not read when it is cut off anywhere, or something follows', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => PatchMiner.load(deconvnet, bytes.subarray(0, length)), `${length} bytes`).toThrow(unreadable);
    }
    for (const more of [1, 4]) {
      const longer = new Uint8Array(bytes.length + more);
      longer.set(bytes);
      expect(() => PatchMiner.load(deconvnet, longer)).toThrow(unreadable);
    }
  });

  it('says when it is of another version, and reads one inside a larger buffer', () => {
    const older = bytes.slice();
    older[16] = 9;
    expect(() => PatchMiner.load(deconvnet, older)).toThrow(/version 9.*version 1/);
    const inside = new Uint8Array(bytes.length + 7);
    inside.set(bytes, 3);
    expect(PatchMiner.load(deconvnet, inside.subarray(3, 3 + bytes.length)).save()).toEqual(bytes);
    expect(PatchMiner.load(deconvnet, Buffer.from(bytes)).save()).toEqual(bytes);
  });

  it('is not read from JSON that no miner writes', () => {
    type Json = { -readonly [Key in keyof MinerJson]: MinerJson[Key] } & Record<string, unknown>;
    type Layer = Record<string, unknown> & {
      maps: Record<string, unknown>[][];
      statistics: Record<string, unknown>[];
    };
    const count = miner.statistics('conv1', 0).fired;
    const histograms = [
      null,
      {},
      [],
      [null],
      [[500]],
      [[500, count, 0]],
      [[500, count + 1]],
      [[500, -count]],
      [[-1, count]],
      [[1020, count]],
      [[500.5, count]],
      [['500', count]],
      [
        [500, count],
        [501, 0],
      ],
      [
        [501, 1],
        [500, count - 1],
      ],
    ];
    const changes: ((json: Json, conv: Layer, linear: Layer) => void)[] = [
      (json) => Object.assign(json, { version: 1 }),
      (json) => Object.assign(json, { perImage: 0 }),
      (json) => Object.assign(json, { perImage: 1 }),
      (json) => Object.assign(json, { k: 1 }),
      (json) => Object.assign(json, { images: -1 }),
      (json) => Object.assign(json, { layers: {} }),
      (json) => Object.assign(json, { layers: [null] }),
      (_, conv) => conv.maps.pop(),
      (_, conv) => conv.statistics.pop(),
      (_, conv) => conv.maps.find(({ length }) => length > 1)!.reverse(),
      (_, conv) => Object.assign(conv.maps[1]![0]!, { activation: 1 / 3 }),
      (_, conv) => Object.assign(conv.maps[1]![0]!, { activation: null }),
      (_, conv) => Object.assign(conv.maps[1]![0]!, { activation: 2 ** 20 }),
      (_, conv) => Object.assign(conv.maps[1]![0]!, { id: 4 }),
      (_, conv) => Object.assign(conv.maps[1]![0]!, { label: 4 }),
      (_, conv) => Object.assign(conv.maps[1]![0]!, { position: [0.5, 1] }),
      (_, conv) => Object.assign(conv.maps[1]![0]!, { receptiveField: { start: [0, 0], size: [3] } }),
      (_, conv) => Object.assign(conv.statistics[0]!, { sum: 'many' }),
      (_, conv) => Object.assign(conv.statistics[0]!, { sum: 12 }),
      (_, conv) => Object.assign(conv.statistics[0]!, { sum: '9'.repeat(200) }),
      (_, conv) => Object.assign(conv.statistics[0]!, { fired: 99 }),
      (_, conv) => Object.assign(conv.statistics[0]!, { maximum: null }),
      ...histograms.map(
        (histogram) =>
          (_: Json, conv: Layer): unknown =>
            Object.assign(conv.statistics[0]!, { histogram }),
      ),
      (_, conv) => Object.assign(conv, { rankedBy: 'fame' }),
      (_, conv) => Object.assign(conv, { floors: [1] }),
      (_, conv) => Object.assign(conv, { floors: ['', null, null, null, null] }),
      (_, __, linear) => Object.assign(linear, { selected: [] }),
      (_, __, linear) => Object.assign(linear, { selected: [7] }),
      (_, __, linear) => Object.assign(linear, { selected: [2, 2] }),
      (_, __, linear) => Object.assign(linear, { selected: undefined }),
    ];
    expect(miner.toJSON().layers[0]!.maps[1]!.length).toBeGreaterThan(0);
    for (const change of changes) {
      const json = miner.toJSON();
      const [conv, linear] = json.layers as unknown as [Layer, Layer];
      change(json as Json, conv, linear);
      expect(() => PatchMiner.fromJSON(deconvnet, json), change.toString()).toThrow(unreadable);
    }
    const elsewhere = miner.toJSON();
    Object.assign(elsewhere.layers[0]!.maps[1]![0]!, { position: [3, 10] });
    expect(() => PatchMiner.fromJSON(deconvnet, elsewhere)).toThrow(
      expect.objectContaining({ code: 'state-mismatch', message: expect.stringContaining('[3,10]') }),
    );
  });

  it('changes nothing in the miner it was meant for', async () => {
    const own = await mined(deconvnet, { k: 2 });
    const before = own.save();
    const others: unknown[] = [miner, own, await mined(deconvnet, { k: 2, perImage: 2 }), {}, null, before];
    for (const other of others) {
      expect(() => own.merge(other as PatchMiner)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/state-mismatch|invalid-option/) }),
      );
    }
    expect(own.save()).toEqual(before);
    expect(() => PatchMiner.load(undefined as never, before)).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
    const other = new Deconvnet(fillWeights(smallConvnet(), { seed: 3 }));
    expect(PatchMiner.load(other, before).images).toBe(own.images);
  });
});

describe('two pictures by one id', () => {
  it('crash nothing in whatever part they are, and the stronger one stays', async () => {
    await use('cpu');
    const deconvnet = new Deconvnet(smallConvnet());
    const options = { layers: ['conv1', 'linear'], k: 3, perImage: 2, maxBytes: 1e5 };
    const parts = await Promise.all(
      [0, 1, 2].map(async (part) => {
        const shard = new PatchMiner(deconvnet, options);
        const own = everything.filter((i) => i % 3 === part);
        await shard.add(
          tf.stack(own.map(image)),
          own.map((i) => `picture ${i % 4}`).map((name, i) => `${name}${i > 3 ? i : ''}`),
        );
        return shard;
      }),
    );
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ];
    const merged = orders.map((order) => {
      const miner = new PatchMiner(deconvnet, options);
      for (const part of order) miner.merge(PatchMiner.load(deconvnet, parts[part]!.save()));
      return miner;
    });
    for (const miner of merged) {
      expect(miner.bytes).toBeLessThanOrEqual(miner.maxBytes);
      expect(miner.images).toBe(everything.length);
      expect(PatchMiner.load(deconvnet, miner.save()).save()).toEqual(miner.save());
      for (const layer of miner.layers) {
        for (const map of miner.minedMaps(layer)) {
          const top = miner.top(layer, map);
          for (const { id } of top) expect(top.filter((patch) => patch.id === id).length).toBeLessThanOrEqual(2);
          const projections = await miner.project(layer, map);
          // Each patch has the pixels that made its activation.
          for (const [rank, projection] of projections.entries()) {
            expect(projection.activation).toBeCloseTo(top[rank]!.activation, 5);
            projection.dispose();
          }
        }
      }
    }
    expect(JSON.stringify(merged[1])).toBe(JSON.stringify(merged[0]));
    expect(JSON.stringify(merged[2])).toBe(JSON.stringify(merged[0]));
  });
});
