import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, type Patch, PatchMiner, renderPatches } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { gatedNetworks } from '../../support/project/gated-networks.js';
import { noiseTensor } from '../../support/project/networks.js';

const COUNT = 6;

/** The image of an id, with values from 0 to 255. */
const imageOf = (id: string, shape: number[]): tf.Tensor =>
  tf.round(tf.mul(tf.abs(noiseTensor(shape, 40 + Number(id))), 255));

/** A miner of the layer above the gates, and what is needed to check it. */
async function mined(name: string, options: { readonly k: number; readonly perImage?: number }) {
  const { make, inputs } = gatedNetworks[name]!;
  const [shape] = inputs as [number[]];
  const deconvnet = new Deconvnet(make(), { input: 'raw' });
  const miner = new PatchMiner(deconvnet, { layers: ['top'], ...options });
  const ids = Array.from({ length: COUNT }, (_, i) => String(i));
  await miner.add(tf.stack(ids.map((id) => imageOf(id, shape))), ids);
  return { deconvnet, miner, shape };
}

/** The pixels of an image inside a box. */
const cut = async (image: tf.Tensor, { landing }: Patch): Promise<number[]> => {
  const [height, width] = image.shape as [number, number];
  const [top, left] = landing.start.map((from) => Math.max(from, 0)) as [number, number];
  const bottom = Math.min(landing.start[0]! + landing.size[0]!, height);
  const right = Math.min(landing.start[1]! + landing.size[1]!, width);
  return Array.from(await tf.slice(image, [top, left, 0], [bottom - top, right - left, -1]).data());
};

beforeAll(() => use('cpu'));

describe.each(['two blocks', 'pictures of any size'])('patches above gates: %s', (name) => {
  it('are boxes in which signals can land, and are projected as whole images are', async () => {
    const { deconvnet, miner, shape } = await mined(name, { k: 3 });
    const patches = miner.top('top', 1);
    // A model that takes any size keeps no pixels of what sees the whole image, because it is not known how many there are.
    const keeps = miner.keepsPixels('top');
    const source = (id: string): tf.Tensor => imageOf(id, shape);
    const projections = await miner.project('top', 1, { crop: true, ...(!keeps && { source }) });
    const pictures = renderPatches(deconvnet, patches);
    expect(patches).toHaveLength(3);
    for (const [rank, patch] of patches.entries()) {
      const image = imageOf(patch.id, shape);
      const { position } = patch;
      const whole = await deconvnet.project(image, { layer: 'top', featureMap: 1, position, crop: true });
      expect(whole.empty).toBe(false);
      expect(patch.landing).toEqual(whole.landing);
      expect(patch.receptiveField).toEqual({ start: [0, 0], size: shape.slice(0, 2) });
      expect(whole.landing.size[0]).toBeLessThan(shape[0]!);
      if (keeps) {
        expect(Array.from(patch.pixels!.data)).toEqual(await cut(image, patch));
        expect([pictures[rank]!.height, pictures[rank]!.width]).toEqual(patch.landing.size);
      }
      expect(projections[rank]!.landing).toEqual(whole.landing);
      expect(projections[rank]!.pixels.shape).toEqual([...whole.landing.size, 3]);
      expect(await projections[rank]!.pixels.data()).toEqual(await whole.pixels.data());
    }
  });

  it('are kept in states as before: the box is that of the Deconvnet which reads the state', async () => {
    const { deconvnet, miner } = await mined(name, { k: 3 });
    const json = miner.toJSON();
    const [entry] = json.layers[0]!.maps[1]!;
    expect(Object.keys(entry!).sort()).toEqual(['activation', 'id', 'position', 'receptiveField']);
    const patches = miner.top('top', 1);
    expect(PatchMiner.load(deconvnet, miner.save()).top('top', 1)).toEqual(patches);
    const light = PatchMiner.fromJSON(deconvnet, json).top('top', 1);
    expect(light).toEqual(patches.map(({ pixels: _, ...patch }) => patch));
    const all = new Deconvnet(deconvnet.model, { input: 'raw', gates: 'signal' });
    for (const patch of PatchMiner.load(all, miner.save()).top('top', 1)) {
      expect(patch.landing).toEqual(patch.receptiveField);
      if (miner.keepsPixels('top')) expect(patch.pixels!.shape.slice(0, 2)).toEqual(patch.receptiveField.size);
    }
  });
});

describe('several patches from one image', () => {
  it('are apart above gates too', async () => {
    const { miner } = await mined('pooling, Reshape and 1x1 convolutions', { k: 12, perImage: 4 });
    const patches = miner.top('top', 1);
    const of = (id: string): Patch[] => patches.filter((patch) => patch.id === id);
    // Where the whole image is seen, no two receptive fields are apart.
    expect(Math.max(...patches.map(({ id }) => of(id).length))).toBeGreaterThan(1);
    for (const { id } of patches) {
      const boxes = of(id).map(({ landing }) => landing);
      for (const [i, a] of boxes.entries()) {
        for (const b of boxes.slice(i + 1)) {
          expect(a.start.some((from, axis) => Math.abs(from - b.start[axis]!) >= a.size[axis]!)).toBe(true);
        }
      }
    }
  });
});
