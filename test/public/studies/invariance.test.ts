import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet } from 'deconvnet';
import { type InvarianceOptions, invariance } from 'deconvnet/studies';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { SIDE, spotDetector } from '../../support/models/spot-detector.js';

/** A spot of 3 in row 5, column 6. */
const picture = () =>
  tf.tidy(() => {
    const values = new Float32Array(SIDE * SIDE);
    values[5 * SIDE + 6] = 3;
    return tf.tensor3d(values, [SIDE, SIDE, 1]);
  });

describe.each(backends)('invariance on %s', (backend) => {
  beforeAll(() => use(backend));

  const study = async (options: InvarianceOptions, label?: string) => {
    const [model, image] = [spotDetector(), picture()];
    const deconvnet = new Deconvnet(model, { labels: ['spot', 'none'] });
    const before = tf.memory().numTensors;
    try {
      return await invariance(deconvnet, { id: 'spot', image, ...(label && { label }) }, { fill: 0, ...options });
    } finally {
      expect(tf.memory().numTensors).toBe(before);
      deconvnet.dispose();
      model.dispose();
      image.dispose();
    }
  };

  it('is flat in a layer that does not see the movement, and has the distance worked out by hand in one that does', async () => {
    const { layers, steps, classes } = await study({
      transformation: 'translation',
      steps: [-2, 0, 1, 7],
      batchSize: 3,
    });
    expect(steps).toEqual([-2, 0, 1, 7]);
    expect(layers.map(({ layer }) => layer)).toEqual(['spot', 'strongest']);
    // The spot's activation is 2. Where it has moved away, and where it has come, the outputs differ by 2.
    expect(layers[0]!.length).toBe(2);
    expect(layers[0]!.distances[1]).toBe(0);
    for (const i of [0, 2]) expect(layers[0]!.distances[i]).toBeCloseTo(Math.sqrt(8), 6);
    // A step of 7 moves the spot out of the picture.
    expect(layers[0]!.distances[3]).toBe(2);
    expect(layers[1]).toEqual({ layer: 'strongest', length: 2, distances: [0, 0, 0, 2] });
    expect(classes).toMatchObject({ index: 0, by: 'answer', labels: ['spot', 'none'] });
    const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));
    expect(classes!.cleanProbability).toBeCloseTo(sigmoid(2), 5);
    for (const [i, value] of [2, 2, 2, 0].entries()) expect(classes!.probability[i]).toBeCloseTo(sigmoid(value), 5);
  });

  it('watches the class of the picture if it is known', async () => {
    const { classes } = await study({ transformation: 'rotation', steps: [90] }, 'none');
    expect(classes).toMatchObject({ index: 1, by: 'label' });
  });

  it('has the steps of the paper by default, in proportion to the picture', async () => {
    expect((await study({ transformation: 'rotation' })).steps).toEqual(Array.from({ length: 36 }, (_, i) => 10 * i));
    const { steps: factors } = await study({ transformation: 'scale' });
    expect([factors.length, factors[0], factors[1], factors.at(-1)]).toEqual([17, 1, 1.05, 1.8]);
    expect((await study({ transformation: 'translation' })).steps).toEqual([-3, -2, -1, 0, 1, 2, 3]);
  });

  it('gives the same in every batch size', async () => {
    const options = { transformation: 'scale', layers: ['spot'] } as const;
    expect(await study({ ...options, batchSize: 1 })).toEqual(await study({ ...options, batchSize: 99 }));
  });

  it('stops when it is told to, and refuses what cannot be done', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(study({ transformation: 'scale', signal })).rejects.toThrow('enough');
    await expect(study({ transformation: 'shear' as 'scale' })).rejects.toThrow(/translation, scale, rotation/);
    await expect(study({ transformation: 'scale', steps: [0] })).rejects.toThrow(/factor above 0/);
    await expect(study({ transformation: 'scale', steps: [] })).rejects.toThrow(/steps is a list of numbers/);
    await expect(study({ transformation: 'scale', layers: ['spto'] })).rejects.toMatchObject({ code: 'unknown-layer' });
    await expect(study({ transformation: 'scale', fill: 'grey' })).rejects.toMatchObject({ code: 'input-unknown' });
  });
});
