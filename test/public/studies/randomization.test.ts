import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import {
  type RandomizationOptions,
  type RandomizationStep,
  randomization,
  randomizationSteps,
  summarizeLikeness,
} from 'deconvnet/studies';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { fillWeights, smallConvnet } from '../../support/project/networks.js';
import { picture, withNetwork } from '../../support/studies/sanity.js';

const PERFECT = {
  signed: { rankCorrelation: 1, structuralSimilarity: 1 },
  absolute: { rankCorrelation: 1, structuralSimilarity: 1 },
};

const { conv2d } = tfl.layers;

const all = async (steps: AsyncIterable<RandomizationStep>): Promise<RandomizationStep[]> => {
  const list: RandomizationStep[] = [];
  for await (const step of steps) list.push(step);
  return list;
};

describe.each(backends)('randomization on %s', (backend) => {
  beforeAll(() => use(backend));

  const study = (
    model: tfl.LayersModel,
    options: RandomizationOptions = {},
    image: tf.Tensor = picture([12, 10, 3]),
  ): Promise<RandomizationStep[]> =>
    withNetwork(model, image, (deconvnet, item) => all(randomization(deconvnet, item, options)));

  it('makes layers with weights random from the studied layer down, and starts with the real network', async () => {
    const steps = await study(smallConvnet(), { layer: 'linear', maps: 2 });
    expect(steps.map(({ step, randomized }) => [step, randomized])).toEqual([
      [0, undefined],
      [1, 'linear'],
      [2, 'conv2'],
      [3, 'conv1'],
    ]);
    for (const { id, layer, seed, projections } of steps) {
      expect({ id, layer, seed }).toEqual({ id: 'a.png', layer: 'linear', seed: 0 });
      expect(projections.map(({ rule }) => rule)).toEqual(
        ['deconvnet', 'guided', 'gradient'].flatMap((rule) => [rule, rule]),
      );
      for (const { pixels, empty } of projections.filter((one) => !one.empty)) {
        expect(pixels.shape).toEqual([12, 10, 3]);
        expect(pixels.values.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(1, 5);
        expect(empty).toBe(false);
      }
    }
    expect(steps[0]!.projections.every(({ likeness }) => likeness?.signed.rankCorrelation === 1)).toBe(true);
    expect(steps[3]!.projections.some(({ likeness }) => likeness && likeness.signed.rankCorrelation < 0.9)).toBe(true);
  });

  it('finds no change, exactly, if all weights are as before the training', async () => {
    const kernelInitializer = (value: number) => tfl.initializers.constant({ value });
    const model = tfl.sequential({
      layers: [
        conv2d({
          ...{ inputShape: [12, 10, 3], filters: 2, kernelSize: 3, activation: 'relu', name: 'low' },
          kernelInitializer: kernelInitializer(0.3),
        }),
        conv2d({
          filters: 2,
          kernelSize: 3,
          activation: 'relu',
          name: 'high',
          kernelInitializer: kernelInitializer(1),
        }),
      ],
    });
    const steps = await study(model, { layer: 'high' });
    expect(steps).toHaveLength(3);
    const found = steps.flatMap(({ projections }) => projections.map(({ likeness }) => likeness));
    // There are three rules and two feature maps. A sum of weights in the same order has the same bits.
    expect(found).toEqual(Array.from({ length: 18 }, () => PERFECT));
  });

  it('finds only another sign, at most, if the random layer has a single weight', async () => {
    const model = fillWeights(
      tfl.sequential({
        layers: [
          conv2d({ inputShape: [12, 10, 3], filters: 1, kernelSize: 3, name: 'low' }),
          conv2d({ filters: 1, kernelSize: 1, name: 'high' }),
        ],
      }),
    );
    const [, high, low] = await study(model, { layer: 'high' });
    for (const { likeness } of high!.projections) {
      expect(likeness!.absolute.rankCorrelation).toBeCloseTo(1, 6);
      expect(likeness!.absolute.structuralSimilarity).toBeCloseTo(1, 5);
      expect(Math.abs(likeness!.signed.rankCorrelation)).toBeCloseTo(1, 6);
    }
    expect(low!.projections[0]!.likeness!.absolute.rankCorrelation).toBeLessThan(0.9);
  });

  it('reports projections that became zero, and leaves them out of the means', async () => {
    const model = fillWeights(
      tfl.sequential({
        layers: [
          conv2d({ inputShape: [12, 10, 3], filters: 2, kernelSize: 3, name: 'low', kernelInitializer: 'zeros' }),
          conv2d({ filters: 2, kernelSize: 3, name: 'high' }),
        ],
      }),
    );
    const [, high, low] = await study(model, { layer: 'high', rules: ['gradient'] });
    expect(high!.projections.map(({ empty }) => empty)).toEqual([false, false]);
    for (const { empty, likeness, pixels } of low!.projections) {
      expect({ empty, likeness }).toEqual({ empty: true, likeness: undefined });
      expect(pixels.values.every((value) => value === 0)).toBe(true);
    }
    expect(summarizeLikeness(low!.projections)).toEqual([{ rule: 'gradient', count: 2, empty: 2 }]);
  });

  it('compares only what lies in the picture, at the same place in every network', async () => {
    const image = tf.tidy(() => {
      const values = new Float32Array(12 * 10 * 3);
      values.fill(5, 0, 3);
      return tf.tensor3d(values, [12, 10, 3]);
    });
    const model = fillWeights(
      tfl.sequential({
        layers: [conv2d({ inputShape: [12, 10, 3], filters: 1, kernelSize: 5, padding: 'same', name: 'same' })],
      }),
      { positive: true },
    );
    model.getLayer('same').setWeights([tf.ones([5, 5, 3, 1]), tf.zeros([1])]);
    const steps = await study(model, { layer: 'same' }, image);
    for (const { projections } of steps) {
      for (const { box, position, pixels } of projections) {
        expect({ box, position }).toEqual({ box: { top: 0, left: 0, bottom: 3, right: 3 }, position: [0, 0] });
        expect(pixels.shape).toEqual([3, 3, 3]);
        expect(pixels.values.every((value) => value !== 0)).toBe(true);
      }
    }
  });

  it('depends on the seed only, and not on the steps that are taken', async () => {
    const options = { layer: 'conv2', maps: 2, rules: ['guided'] } as const;
    const whole = await study(smallConvnet(), options);
    expect(await study(smallConvnet(), { ...options, batchSize: 1 })).toEqual(whole);
    const part = await study(smallConvnet(), { ...options, steps: ['conv1'] });
    expect(part).toEqual([whole[0], whole[2]]);
    const other = await study(smallConvnet(), { ...options, seed: 1 });
    expect(other[0]!.projections).toEqual(whole[0]!.projections);
    expect(other[1]!.projections[0]!.pixels).not.toEqual(whole[1]!.projections[0]!.pixels);
  });

  it('gives a gradient through a linear network that does not depend on the picture', async () => {
    const linear = () =>
      fillWeights(
        tfl.sequential({
          layers: [
            conv2d({ inputShape: [12, 10, 3], filters: 3, kernelSize: 3, name: 'low' }),
            tfl.layers.flatten(),
            tfl.layers.dense({ units: 2, name: 'high' }),
          ],
        }),
      );
    const options = { layer: 'high', maps: [0], rules: ['gradient'] } as const;
    const [one, other] = [
      await study(linear(), options, picture([12, 10, 3], 1)),
      await study(linear(), options, picture([12, 10, 3], 2)),
    ];
    expect(one).toEqual(other);
  });

  it('reads channels wherever they lie', async () => {
    const model = (dataFormat: 'channelsFirst' | 'channelsLast') =>
      fillWeights(
        tfl.sequential({
          layers: [
            conv2d({
              inputShape: dataFormat === 'channelsFirst' ? [3, 12, 10] : [12, 10, 3],
              ...{ filters: 2, kernelSize: 3, padding: 'same', dataFormat, name: 'low' },
            }),
          ],
        }),
      );
    const last = await study(model('channelsLast'), { layer: 'low' });
    const turned = tf.tidy(() => tf.transpose(picture([12, 10, 3]), [2, 0, 1]));
    const first = await study(model('channelsFirst'), { layer: 'low' }, turned);
    for (const [i, { projections }] of first.entries()) {
      for (const [j, { pixels, position }] of projections.entries()) {
        const expected = last[i]!.projections[j]!;
        expect(position).toEqual(expected.position);
        expect(pixels.shape).toEqual(expected.pixels.shape);
        for (const [k, value] of pixels.values.entries()) expect(value).toBeCloseTo(expected.pixels.values[k]!, 5);
      }
    }
  });

  it('reports what is done, and stops when it is told to', async () => {
    const told: string[] = [];
    const options = { layer: 'conv2', maps: 2, rules: ['guided', 'gradient'] } as const;
    await study(smallConvnet(), { ...options, onProgress: ({ done, total }) => told.push(`${done}/${total}`) });
    expect(told).toEqual(['2/12', '4/12', '6/12', '8/12', '10/12', '12/12']);
    const control = new AbortController();
    const stopped = study(smallConvnet(), {
      ...options,
      signal: control.signal,
      onProgress: ({ done }) => done === 6 && control.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
  });

  it('frees everything if nobody asks for more steps', async () => {
    await withNetwork(smallConvnet(), picture([12, 10, 3]), async (deconvnet, item) => {
      for await (const { step } of randomization(deconvnet, item, { layer: 'conv2' })) if (step === 1) break;
    });
  });

  it('refuses what cannot be done, with the way out', async () => {
    const refuse = (options: RandomizationOptions) => expect(study(smallConvnet(), options)).rejects;
    await refuse({ layer: 'conv2', steps: ['linear'] }).toThrow(/'linear' is not a step.*: conv2, conv1/);
    await refuse({ layer: 'conv3' }).toMatchObject({ code: 'unknown-layer' });
    await refuse({ layer: 'conv2', maps: [6] }).toMatchObject({ code: 'feature-map-out-of-range' });
    await refuse({ layer: 'conv2', maps: 0 }).toThrow(/maps is how many/);
    await refuse({ rules: [] }).toThrow(/rules is a list of rules/);
    await refuse({ rules: ['guided', 'guided'] }).toThrow(/another name.*"guided"/);
    await refuse({ seed: 0.5 }).toThrow(/seed/);
    const pool = tfl.sequential({ layers: [tfl.layers.maxPooling2d({ inputShape: [12, 10, 3], name: 'pool' })] });
    await expect(study(pool, { layer: 'pool' })).rejects.toThrow(/Neither the layer 'pool' nor a layer below it/);
    const dark = tfl.sequential({
      layers: [conv2d({ inputShape: [12, 10, 3], filters: 2, kernelSize: 3, activation: 'relu', name: 'low' })],
    });
    await expect(study(dark, { layer: 'low' }, tf.zeros([12, 10, 3]))).rejects.toThrow(
      /No feature map of layer 'low' f/,
    );
  });

  it('says the steps in advance', () => {
    const model = smallConvnet();
    const deconvnet = new Deconvnet(model);
    expect(randomizationSteps(deconvnet, 'conv2')).toEqual(['conv2', 'conv1']);
    expect(randomizationSteps(deconvnet, 'classes')).toEqual(['classes', 'linear', 'conv2', 'conv1']);
    deconvnet.dispose();
    model.dispose();
  });
});
