import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deconvnet } from '../../../src/deconvnet.js';
import { PatchMiner } from '../../../src/mine/patch-miner.js';
import { minerSource } from '../../../src/node/gallery/miner-source.js';
import { projectionBounds } from '../../../src/render/projection-bounds.js';
import { use } from '../../support/backends.js';
import { kept } from '../../support/gallery/kept.js';

let deconvnet: Deconvnet;
let miner: PatchMiner;

beforeAll(async () => {
  await use('cpu');
  const { conv2d, maxPooling2d } = tfl.layers;
  const random = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.4, seed });
  const conv = { kernelSize: 3, activation: 'relu', padding: 'same' } as const;
  const model = tfl.sequential({
    layers: [
      conv2d({ ...conv, name: 'conv1', inputShape: [8, 8, 3], filters: 4, kernelInitializer: random(1) }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ ...conv, name: 'conv2', filters: 3, kernelInitializer: random(2) }),
    ],
  });
  deconvnet = new Deconvnet(model, { input: 'unit' });
  miner = new PatchMiner(deconvnet, { layers: ['conv2'] });
  const images = tf.randomUniform([12, 8, 8, 3], 0, 1, 'float32', 7);
  await miner.add(
    images,
    Array.from({ length: 12 }, (_, i) => String(i)),
  );
  images.dispose();
});
afterAll(() => deconvnet.dispose());

const firing = (): number => [0, 1, 2].find((map) => miner.top('conv2', map).length > 0)!;

/** The tiles of a feature map at a size; by default that of what they show. */
const drawn = async (map: number, { zoom, tile }: { readonly zoom: 'field' | 'focus'; readonly tile?: number }) => {
  const from = minerSource(miner, {
    ...{ kept: await kept(miner), contrast: { percentile: 99.5, gamma: 1 }, zoom },
  }).layers[0]!;
  const tiles = await from.tiles(map, from.top(map));
  return tiles.draw(tile === undefined ? tiles.size : { width: tile, height: tile });
};

describe('the tiles of a feature map', () => {
  it('averages values and then gives them contrast, on a scale over all tiles, which it tells', async () => {
    const map = firing();
    const half = await drawn(map, { zoom: 'field', tile: 4 });
    const projections = await miner.project('conv2', map);
    const cells = await Promise.all(
      projections.map(async ({ pixels }) => [...(await tf.avgPool(pixels as tf.Tensor3D, 2, 2, 'valid').data())]),
    );
    for (const projection of projections) projection.dispose();
    const sizes = cells
      .flat()
      .map(Math.abs)
      .filter((size) => size > 0)
      .sort((a, b) => a - b);
    const scale = sizes[Math.ceil(0.995 * sizes.length) - 1]!;
    expect(half.scale! / scale).toBeCloseTo(1, 5);
    expect(half.clipped).toBeCloseTo(sizes.filter((size) => size > half.scale!).length / sizes.length, 6);
    for (const [rank, values] of cells.entries()) {
      const levels = [...half.pairs[rank]!.projection!.data].filter((_, i) => i % 4 < 3);
      for (const [i, value] of values.entries()) {
        const wanted = 128 + 127 * Math.max(-1, Math.min(1, value / scale));
        expect(Math.abs(levels[i]! - wanted)).toBeLessThan(0.51);
      }
    }
  });

  it('zooms to the same box of patch and projection, and tells the boxes', async () => {
    const map = firing();
    const [zoomed, whole] = [await drawn(map, { zoom: 'focus', tile: 24 }), await drawn(map, { zoom: 'field' })];
    const projections = await miner.project('conv2', map);
    const bounds = await Promise.all(projections.map((projection) => projectionBounds(projection)));
    const side = Math.min(8, Math.ceil(1.1 * Math.max(...bounds.flatMap(({ size }) => size))));
    for (const [rank, { shown, focus, patch, projection }] of zoomed.pairs.entries()) {
      expect(focus).toEqual(bounds[rank]);
      expect(shown!.size).toEqual([side, side]);
      expect([patch!.width, patch!.height]).toEqual([side, side]);
      expect([projection!.width, projection!.height]).toEqual([24, 24]);
      const { start } = shown!;
      const corner = (start[0]! * 8 + start[1]!) * 4;
      expect([...patch!.data.subarray(0, 4)]).toEqual([...whole.pairs[rank]!.patch!.data.subarray(corner, corner + 4)]);
    }
    for (const projection of projections) projection.dispose();
  });
});

describe('the tiles of a network that takes signals', () => {
  it('are lines, with the projection behind the left one, and zoom along time', async () => {
    const conv = tfl.layers.conv1d({ name: 'conv', inputShape: [40, 1], filters: 1, kernelSize: 9, useBias: false });
    const over = new Deconvnet(tfl.sequential({ layers: [conv] }));
    // Only the three samples in the middle of the window count.
    conv.setWeights([tf.tensor3d([0, 0, 0, 1, 2, 1, 0, 0, 0], [9, 1, 1])]);
    const signals = new PatchMiner(over, { layers: ['conv'], k: 2, maxBytes: 0 });
    const images = tf.randomNormal([3, 40, 1], 0, 1, 'float32', 5);
    await signals.add(images, ['0', '1', '2']);
    const source = (id: string): tf.Tensor => tf.slice(images, [Number(id), 0, 0], [1, -1, -1]);
    for (const [zoom, size] of [
      ['field', 9],
      ['focus', 4],
    ] as const) {
      const found = await kept(signals, source);
      const from = minerSource(signals, { kept: found, contrast: { percentile: 99.5, gamma: 1 }, zoom }).layers[0]!;
      // The first call prepares weights, which the Deconvnet keeps.
      await from.tiles(0, from.top(0));
      const before = tf.memory().numTensors;
      const tiles = await from.tiles(0, from.top(0));
      expect(tf.memory().numTensors).toBe(before);
      expect(tiles.size).toEqual({ width: 256, height: 128 });
      const { pairs, scale } = tiles.draw({ width: 36, height: 18 });
      expect(pairs.map(({ shown }) => shown!.size)).toEqual([[size], [size]]);
      expect(scale).toBeCloseTo(2 * Math.max(...from.top(0).map(({ activation }) => activation)), 4);
      for (const { projection, patch, focus } of pairs) {
        expect([projection!.width, projection!.height, patch!.width, patch!.height]).toEqual([36, 18, 36, 18]);
        expect(focus!.size).toEqual([3]);
        expect(projection!.data).not.toEqual(patch!.data);
      }
    }
    images.dispose();
    over.dispose();
  });
});
