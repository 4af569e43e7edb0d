import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, PatchMiner } from 'deconvnet';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { expectClose, values } from '../../support/compare.js';
import {
  activationsOf,
  COUNT,
  everything,
  id,
  image,
  items,
  LAYERS,
  mined,
  SHAPE,
} from '../../support/mining/data-set.js';
import { smallConvnet } from '../../support/project/networks.js';

describe.each(backends)('the lists of a miner, on %s', (backend) => {
  beforeAll(() => use(backend));
  let deconvnet: Deconvnet;
  beforeEach(() => {
    deconvnet = new Deconvnet(smallConvnet());
  });

  it('contain several patches of one image if their receptive fields are apart', async () => {
    const [k, perImage] = [30, 3];
    const miner = await mined(deconvnet, { k, perImage });
    let several = 0;
    for (const layer of LAYERS) {
      const { receptiveField } = deconvnet.layers.find(({ name }) => name === layer)!;
      /** What a position sees of the picture, as a list of pixels. */
      const pixels = (position: readonly number[]): Set<number> => {
        const seen = new Set<number>();
        for (let y = 0; y < SHAPE[0]!; y++) {
          for (let x = 0; x < SHAPE[1]!; x++) {
            const inside = [y, x].every((at, axis) => {
              if (!receptiveField) return true;
              const { size, stride, offset } = receptiveField;
              const start = offset[axis]! + stride[axis]! * position[axis]!;
              return at >= start && at < start + size[axis]!;
            });
            if (inside) seen.add(y * SHAPE[1]! + x);
          }
        }
        return seen;
      };
      const lists: { id: string; activation: number; position: number[] }[][] = Array.from(
        { length: miner.featureMaps(layer) },
        () => [],
      );
      for (const i of everything) {
        const { cells, width } = await activationsOf(deconvnet, i, layer);
        for (let map = 0; map < cells[0]!.length; map++) {
          const ranked = [...cells.keys()]
            .filter((cell) => !layer.startsWith('conv') || cells[cell]![map]! > 0)
            .sort((a, b) => cells[b]![map]! - cells[a]![map]! || a - b);
          const taken: Set<number>[] = [];
          for (const cell of ranked) {
            const position = cells.length > 1 ? [Math.floor(cell / width), cell % width] : [];
            const own = pixels(position);
            if (taken.length === perImage || taken.some((other) => [...own].some((pixel) => other.has(pixel))))
              continue;
            taken.push(own);
            lists[map]!.push({ id: id(i), activation: cells[cell]![map]!, position });
          }
        }
      }
      for (const [map, list] of lists.entries()) {
        list.sort((a, b) => b.activation - a.activation || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
        const top = miner.top(layer, map);
        expect(top.map((patch) => [patch.id, patch.position])).toEqual(
          list.slice(0, k).map((entry) => [entry.id, entry.position]),
        );
        for (const [rank, { activation }] of top.entries()) expect(activation).toBeCloseTo(list[rank]!.activation, 5);
        several += top.length - new Set(top.map((patch) => patch.id)).size;
      }
      expect(Math.max(...lists.map(({ length }) => length)) > COUNT).toBe(layer === 'conv1');
    }
    expect(several).toBeGreaterThan(50);
    const byId = new Map(everything.map((i) => [id(i), image(i)]));
    const projections = await miner.project('conv1', 1);
    expect(projections.map(({ position }) => position)).toEqual(miner.top('conv1', 1).map(({ position }) => position));
    for (const [rank, projection] of projections.entries()) {
      const { id: name, position } = miner.top('conv1', 1)[rank]!;
      const direct = await deconvnet.project(byId.get(name)!, { layer: 'conv1', featureMap: 1, position });
      expectClose(await values(projection), await values(direct));
    }
  });

  it('take the first of equal activations, row by row, then the first that is apart from it', async () => {
    const one = new Deconvnet(
      tfl.sequential({
        layers: [
          tfl.layers.conv2d({
            inputShape: [4, 6, 1],
            filters: 1,
            kernelSize: 2,
            activation: 'relu',
            kernelInitializer: 'ones',
            name: 'conv',
          }),
        ],
      }),
    );
    const miner = new PatchMiner(one, { perImage: 9, k: 9 });
    await miner.add(tf.ones([1, 4, 6, 1]), ['even']);
    expect(miner.top('conv', 0).map(({ position }) => position)).toEqual([
      [0, 0],
      [0, 2],
      [0, 4],
      [2, 0],
      [2, 2],
      [2, 4],
    ]);
    const line = tfl.layers.conv1d({ inputShape: [12, 1], filters: 1, kernelSize: 3, padding: 'same', name: 'line' });
    const along = new PatchMiner(new Deconvnet(tfl.sequential({ layers: [line] })), { perImage: 4 });
    line.setWeights([tf.ones([3, 1, 1]), tf.zeros([1])]);
    await along.add(tf.tensor3d([[[0], [0], [0], [5], [0], [0], [0], [2], [0], [0], [0], [0]]]), ['spikes']);
    // Nothing is apart from these three. Where it can be negative, 0 is an activation.
    expect(along.top('line', 0).map(({ position, activation }) => [position[0], activation])).toEqual([
      [2, 5],
      [6, 2],
      [9, 0],
    ]);
    await miner.add(tf.zeros([1, 4, 6, 1]), ['black']);
    expect(miner.top('conv', 0).map(({ id }) => id)).not.toContain('black');
  });

  it('count an image whose id comes again once in lists, and twice in statistics', async () => {
    const miner = new PatchMiner(deconvnet, { layers: LAYERS, k: 4, perImage: 2 });
    await miner.run(items(everything.slice(0, 5)));
    const lists = JSON.stringify(LAYERS.map((layer) => miner.top(layer, 0)));
    await miner.run(items([3, 1]));
    expect(JSON.stringify(LAYERS.map((layer) => miner.top(layer, 0)))).toBe(lists);
    expect([miner.images, miner.statistics('conv1', 0).images]).toEqual([7, 7]);
  });

  it('are those of the feature maps that were asked for', async () => {
    const featureMaps = { conv2: [4, 1, 4], classes: [2] };
    const all = await mined(deconvnet, { k: 3 });
    const some = await mined(deconvnet, { k: 3, featureMaps });
    expect(some.layers.map((layer) => some.minedMaps(layer))).toEqual([
      [0, 1, 2, 3, 4],
      [1, 4],
      [0, 1, 2, 3, 4, 5, 6],
      [2],
    ]);
    expect(some.featureMaps('conv2')).toBe(6);
    for (const layer of LAYERS) {
      for (const map of some.minedMaps(layer)) {
        expect(some.top(layer, map)).toEqual(all.top(layer, map));
        expect(some.statistics(layer, map)).toEqual(all.statistics(layer, map));
      }
    }
    const wrong = { code: 'feature-map-out-of-range', message: expect.stringContaining('1, 4') };
    const calls: (() => unknown)[] = [
      () => some.top('conv2', 0),
      () => some.statistics('conv2', 0),
      () => some.classes('conv2', 0),
      () => some.project('conv2', 0),
    ];
    for (const work of calls) {
      await expect(Promise.resolve().then(work)).rejects.toMatchObject(wrong);
    }
    expect(() => some.merge(all)).toThrow(/conv2 \(feature maps 1, 4 of 6, by output\).*conv2 \(6, by output\)/);
    expect(PatchMiner.load(deconvnet, some.save()).save()).toEqual(some.save());
    // To name all is to name none.
    expect((await mined(deconvnet, { k: 3, featureMaps: { classes: [3, 1, 0, 2] } })).save()).toEqual(all.save());
    expect(PatchMiner.fromJSON(deconvnet, some.toJSON()).minedMaps('conv2')).toEqual([1, 4]);
  });

  it('can be filled from parts that skipped what is too weak, but only if nothing is missed', async () => {
    const options = { layers: LAYERS, k: 3, perImage: 2 };
    const chief = new PatchMiner(deconvnet, options);
    await chief.run(items(everything.slice(0, 12)));
    const part = new PatchMiner(deconvnet, { ...options, above: chief.thresholds() });
    const plain = new PatchMiner(deconvnet, options);
    for (const miner of [part, plain]) await miner.run(items(everything.slice(12)));
    // It passed over something, and says what it saw all the same.
    expect(part.save().length).toBeLessThan(plain.save().length);
    expect(part.statistics('linear', 2)).toEqual(plain.statistics('linear', 2));
    const thresholds = chief.thresholds();
    for (const layer of LAYERS) {
      for (const map of part.minedMaps(layer)) {
        for (const { activation } of part.top(layer, map)) {
          expect(activation).toBeGreaterThanOrEqual(thresholds[layer]![map]!);
        }
      }
    }
    const bytes = part.save();
    const stranger = new PatchMiner(deconvnet, options);
    await stranger.run(items([4]));
    const before = stranger.save();
    for (const one of [part, PatchMiner.load(deconvnet, bytes), PatchMiner.fromJSON(deconvnet, part.toJSON())]) {
      expect(() => stranger.merge(one)).toThrow(expect.objectContaining({ code: 'state-mismatch' }));
    }
    expect(stranger.save()).toEqual(before);
    chief.merge(PatchMiner.load(deconvnet, bytes));
    expect(chief.save()).toEqual((await mined(deconvnet, options)).save());
    // Thresholds of a fresh miner leave nothing out.
    expect(new PatchMiner(deconvnet, options).thresholds().linear).toEqual(new Float32Array(7).fill(-Infinity));
  });
});
