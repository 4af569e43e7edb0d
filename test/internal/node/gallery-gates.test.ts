import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Deconvnet } from '../../../src/deconvnet.js';
import { PatchMiner } from '../../../src/mine/patch-miner.js';
import { focusWindows } from '../../../src/node/gallery/focus.js';
import { minerSource } from '../../../src/node/gallery/miner-source.js';
import { fieldText } from '../../../src/node/gallery/wording.js';
import { use } from '../../support/backends.js';
import { kept } from '../../support/gallery/kept.js';
import { gatedNetworks } from '../../support/project/gated-networks.js';
import { noiseTensor } from '../../support/project/networks.js';

const contrast = { percentile: 99.5, gamma: 1 };

describe('the tiles of a gallery above a gate', () => {
  beforeAll(() => use('cpu'));

  const mined = async (): Promise<PatchMiner> => {
    const { make, inputs } = gatedNetworks['two blocks']!;
    const miner = new PatchMiner(new Deconvnet(make(), { input: 'raw' }), { layers: ['top'], k: 3 });
    const ids = ['0', '1', '2', '3'];
    const images = ids.map((_, i) => tf.round(tf.mul(tf.abs(noiseTensor(inputs[0]!, 40 + i)), 255)));
    await miner.add(tf.stack(images), ids);
    return miner;
  };

  it('show the box in which signals can land', async () => {
    const miner = await mined();
    const [layer] = minerSource(miner, { kept: await kept(miner), contrast, zoom: 'field' }).layers;
    expect(layer!.wholePicture).toBe(false);
    expect(layer!.receptiveField).toBeNull();
    expect(fieldText(layer!)).toBe('sees the whole image, signal lands in 7 × 7 pixels, stride 2');
    const patches = layer!.top(1);
    const tiles = await layer!.tiles(1, patches);
    expect(tiles.size).toEqual({ width: 7, height: 7 });
    const { pairs } = tiles.draw({ width: 7, height: 7 });
    expect(pairs.map(({ shown }) => shown)).toEqual(patches.map(({ landing }) => landing));
    for (const { projection, patch, zero } of pairs) {
      expect(zero).toBe(false);
      expect([projection!.width, projection!.height, patch!.width, patch!.height]).toEqual([7, 7, 7, 7]);
    }
  });

  it('zoom inside that box', async () => {
    const miner = await mined();
    const [layer] = minerSource(miner, { kept: await kept(miner), contrast, zoom: 'focus' }).layers;
    const patches = layer!.top(1);
    const { pairs } = (await layer!.tiles(1, patches)).draw({ width: 7, height: 7 });
    const want = focusWindows({
      windows: patches.map(({ landing }) => landing),
      bounds: pairs.map(({ focus }) => focus),
      extent: [24, 20],
    });
    expect(pairs.map(({ shown }) => shown)).toEqual(want);
    expect(want.every(({ size }) => size[0]! <= 7)).toBe(true);
  });
});
