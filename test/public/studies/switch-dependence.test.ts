import type * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  type RandomizationStep,
  randomization,
  type SanityOptions,
  type SwitchDependence,
  switchDependence,
} from 'deconvnet/studies';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { fillWeights, smallConvnet } from '../../support/project/networks.js';
import { picture, withNetwork } from '../../support/studies/sanity.js';

const PERFECT = {
  signed: { rankCorrelation: 1, structuralSimilarity: 1 },
  absolute: { rankCorrelation: 1, structuralSimilarity: 1 },
};

describe.each(backends)('switchDependence on %s', (backend) => {
  beforeAll(() => use(backend));

  const study = (model: tfl.LayersModel, options: SanityOptions = {}, image: tf.Tensor = picture([12, 10, 3])) =>
    withNetwork(model, image, (deconvnet, item) => switchDependence(deconvnet, item, options));

  const those = ({ projections }: SwitchDependence, random: string) =>
    projections.filter((one) => one.random === random);

  it('projects with the real network, and with random weights, switches, or both', async () => {
    const found = await study(smallConvnet(), { layer: 'linear', maps: 2 });
    expect(found).toMatchObject({ id: 'a.png', layer: 'linear', pools: ['pool1'], seed: 0 });
    expect(found.projections.map(({ rule, random }) => `${rule} ${random}`)).toEqual(
      ['deconvnet', 'guided', 'gradient'].flatMap((rule) =>
        ['nothing', 'weights', 'switches', 'both'].flatMap((random) => [`${rule} ${random}`, `${rule} ${random}`]),
      ),
    );
    expect(those(found, 'nothing').map(({ likeness }) => likeness)).toEqual(Array.from({ length: 6 }, () => PERFECT));
    for (const random of ['weights', 'switches', 'both']) {
      expect(those(found, random).some(({ likeness }) => likeness!.signed.rankCorrelation < 0.9)).toBe(true);
    }
  });

  it('starts from the same projections as randomization does', async () => {
    const options = { layer: 'conv2', maps: 3 } as const;
    const found = await study(smallConvnet(), options);
    const steps: RandomizationStep[] = [];
    await withNetwork(smallConvnet(), picture([12, 10, 3]), async (deconvnet, item) => {
      for await (const step of randomization(deconvnet, item, options)) steps.push(step);
    });
    const bare = <Of extends object>(list: readonly Of[]) => list.map((one) => ({ ...one, random: 0, likeness: 0 }));
    expect(bare(those(found, 'nothing'))).toEqual(bare(steps[0]!.projections));
  });

  it('finds that random switches change nothing, exactly, in a network without pooling', async () => {
    const model = fillWeights(
      tfl.sequential({
        layers: [
          tfl.layers.conv2d({ inputShape: [12, 10, 3], filters: 4, kernelSize: 3, activation: 'relu', name: 'low' }),
          tfl.layers.averagePooling2d({ poolSize: 2 }),
          tfl.layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', name: 'high' }),
        ],
      }),
    );
    const found = await study(model, { layer: 'high', maps: 2 });
    expect(found.pools).toEqual([]);
    const pixels = (random: string) => those(found, random).map((one) => one.pixels);
    expect(pixels('switches')).toEqual(pixels('nothing'));
    expect(pixels('both')).toEqual(pixels('weights'));
    for (const { likeness, empty } of those(found, 'switches')) {
      expect(likeness).toEqual(empty ? undefined : PERFECT);
    }
    expect(pixels('weights')).not.toEqual(pixels('nothing'));
  });

  it('finds that random weights change nothing, exactly, where there are none', async () => {
    const model = tfl.sequential({
      layers: [tfl.layers.maxPooling2d({ inputShape: [12, 10, 3], poolSize: 4, name: 'pool' })],
    });
    const found = await study(model, { layer: 'pool', maps: [0, 1, 2], rules: ['deconvnet'] });
    expect(found.pools).toEqual(['pool']);
    expect(those(found, 'weights').map(({ likeness }) => likeness)).toEqual([PERFECT, PERFECT, PERFECT]);
    for (const { pixels } of those(found, 'switches')) {
      expect(pixels.shape).toEqual([4, 4, 3]);
      expect([...pixels.values].filter((value) => value !== 0)).toEqual([1]);
    }
    // It would be a rare draw that found the real switch of all three feature maps.
    expect(those(found, 'switches').some(({ likeness }) => likeness!.signed.rankCorrelation < 0)).toBe(true);
  });

  it('depends on the seed only', async () => {
    const options = { layer: 'conv2', maps: 3 } as const;
    const found = await study(smallConvnet(), options);
    expect(await study(smallConvnet(), { ...options, batchSize: 1 })).toEqual(found);
    const other = await study(smallConvnet(), { ...options, seed: 5 });
    expect(those(other, 'nothing')).toEqual(those(found, 'nothing'));
    for (const random of ['weights', 'switches', 'both'])
      expect(those(other, random)).not.toEqual(those(found, random));
  });

  it('reports what is done, and stops when it is told to', async () => {
    const told: string[] = [];
    const options = { layer: 'conv2', maps: 2, rules: ['guided'] } as const;
    await study(smallConvnet(), { ...options, onProgress: ({ done, total }) => told.push(`${done}/${total}`) });
    expect(told).toEqual(['2/8', '4/8', '6/8', '8/8']);
    const control = new AbortController();
    const stopped = study(smallConvnet(), {
      ...options,
      signal: control.signal,
      onProgress: ({ done }) => done === 6 && control.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
  });

  it('frees everything if a mirror fails', async () => {
    const failing = withNetwork(
      smallConvnet(),
      picture([12, 10, 3]),
      (deconvnet, item) => switchDependence(deconvnet, item, { layer: 'conv2' }),
      {
        mirrors: {
          conv1: () => ({
            down: () => {
              throw new Error('broken');
            },
          }),
        },
      },
    );
    await expect(failing).rejects.toThrow('broken');
  });
});
