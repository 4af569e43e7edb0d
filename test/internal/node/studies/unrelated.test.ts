import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { findNode } from '../../../../src/network/network.js';
import { controlSeed } from '../../../../src/node/studies/sanity/unrelated.js';
import { randomNetwork } from '../../../../src/studies/sanity/random-network.js';
import { use } from '../../../support/backends.js';

describe('controlSeed', () => {
  beforeAll(() => use('cpu'));

  it('differs from the seed in its 32 bits, and from that of every other seed', () => {
    const seeds = [0, 1, -1, 7, 2 ** 31 - 1, -(2 ** 31)];
    const controls = seeds.map(controlSeed);
    for (const [i, seed] of seeds.entries()) {
      expect(controls[i]! | 0).not.toBe(seed | 0);
      expect(Number.isSafeInteger(controls[i])).toBe(true);
    }
    expect(new Set(controls).size).toBe(seeds.length);
  });

  it.each([0, 1, 7, -3])('gives the control other weights than the last step has with the seed %i', async (seed) => {
    const conv = { filters: 3, kernelSize: 3, useBias: false } as const;
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ ...conv, inputShape: [8, 8, 1], name: 'low' }),
        tfl.layers.conv2d({ ...conv, name: 'high' }),
      ],
    });
    const deconvnet = new Deconvnet(model, {});
    const low = findNode(deconvnet.engine.network, 'low');
    const kernels = async (own: number): Promise<number[]> => {
      const { network, dispose } = await randomNetwork(deconvnet, low, own);
      try {
        return network.nodes.flatMap(({ layer }) =>
          layer.getWeights().flatMap((weight) => [...(weight.dataSync() as Float32Array)]),
        );
      } finally {
        dispose();
      }
    };
    const [last, control] = [await kernels(seed), await kernels(controlSeed(seed))];
    expect(last).toHaveLength(27 + 81);
    expect(last).toEqual(await kernels(seed));
    expect(last.filter((value) => control.includes(value))).toEqual([]);
    deconvnet.dispose();
    model.dispose();
  });
});
