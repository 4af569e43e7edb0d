import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet } from 'deconvnet';
import { type Occlusion, type OcclusionOptions, occlusion } from 'deconvnet/studies';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { crossDetector, crossPicture, SIDE, touches } from '../../support/models/cross-detector.js';

describe.each(backends)('occlusion on %s', (backend) => {
  beforeAll(() => use(backend));

  const study = async (
    options: OcclusionOptions = {},
    label?: string,
    image: tf.Tensor = crossPicture(),
    labels = ['cross', 'nothing'],
  ): Promise<Occlusion> => {
    const model = crossDetector();
    const deconvnet = new Deconvnet(model, { labels });
    const before = tf.memory().numTensors;
    try {
      return await occlusion(deconvnet, { id: 'cross', image, ...(label !== undefined && { label }) }, options);
    } finally {
      expect(tf.memory().numTensors).toBe(before);
      deconvnet.dispose();
      model.dispose();
      image.dispose();
    }
  };

  it('drops to 0 where the square touches the shape, and changes nothing elsewhere, to the bit', async () => {
    const found = await study({ layer: 'shape', size: 3, stride: 1, fill: 0, batchSize: 7 });
    expect(found).toMatchObject({ featureMap: 0, rows: SIDE, columns: SIDE, cleanActivity: 1, untouched: 0 });
    const expected = Array.from({ length: SIDE * SIDE }, (_, i) => (touches(Math.floor(i / SIDE), i % SIDE) ? 0 : 1));
    expect([...found.activity]).toEqual(expected);
    expect(found.squares[0]).toEqual({ top: 0, left: 0, bottom: 2, right: 2 });
    expect(found.squares[SIDE + 2]).toEqual({ top: 0, left: 1, bottom: 3, right: 4 });
    expect(expected.filter((value) => value === 0)).toHaveLength(21);
  });

  it('watches the class of the picture, and the most probable class at each place', async () => {
    const { activity, classes } = await study({ layer: 'shape', size: 3, stride: 1, fill: 0 }, 'cross');
    expect(classes).toMatchObject({ index: 0, by: 'label', cleanBest: 0, labels: ['cross', 'nothing'] });
    const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));
    expect(classes!.cleanProbability).toBeCloseTo(sigmoid(2), 5);
    for (const [i, value] of activity.entries()) {
      expect(classes!.probability[i]).toBeCloseTo(sigmoid(value === 1 ? 2 : -2), 5);
      expect(classes!.best[i]).toBe(value === 1 ? 0 : 1);
    }
  });

  it('watches the answer where the class of the picture is unknown', async () => {
    const { classes } = await study({ layer: 'shape', fill: 0 }, 'dog');
    expect(classes).toMatchObject({ index: 0, by: 'answer' });
  });

  it('watches the most probable one of the classes that share the name of the picture', async () => {
    const options = { layer: 'shape', size: 3, fill: 0, featureMap: 0 };
    const names = ['crane', 'crane'];
    const { classes } = await study(options, 'crane', crossPicture(), names);
    expect(classes).toMatchObject({ index: 0, by: 'label' });
    const black = await study(options, 'crane', tf.zeros([SIDE, SIDE, 1]), names);
    expect(black.classes).toMatchObject({ index: 1, by: 'label' });
  });

  it('gives the same in every batch size', async () => {
    const options = { layer: 'shape', size: 4, stride: 2, fill: 'mean' } as const;
    expect(await study({ ...options, batchSize: 1 })).toEqual(await study({ ...options, batchSize: 36 }));
  });

  it('reports what is done, and stops when it is told to', async () => {
    const steps: number[] = [];
    await study({
      layer: 'shape',
      size: 3,
      stride: 4,
      fill: 0,
      batchSize: 4,
      onProgress: ({ done, total }) => steps.push(done, total!),
    });
    expect(steps).toEqual([1, 10, 5, 10, 9, 10, 10, 10]);
    const control = new AbortController();
    const stopped = study({
      layer: 'shape',
      size: 3,
      stride: 1,
      fill: 0,
      signal: control.signal,
      onProgress: ({ done }) => done > 1 && control.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
  });

  it('gives way to other tasks between batches, so that one of them can stop it', async () => {
    const control = new AbortController();
    const stopped = study({
      ...{ layer: 'shape', size: 3, stride: 1, fill: 0, batchSize: 1, signal: control.signal },
      onProgress: ({ done }) => done === 2 && setTimeout(() => control.abort(new Error('a click'))),
    });
    await expect(stopped).rejects.toThrow('a click');
  });

  it('refuses what cannot be done, with the way out', async () => {
    await expect(study({ size: 13, fill: 0 })).rejects.toThrow(
      /13 pixels does not fit into a picture of 12x12.* at most 12/,
    );
    await expect(study({ layer: 'shape' })).rejects.toMatchObject({ code: 'input-unknown' });
    await expect(study({ layer: 'shape', fill: [1, 2] })).rejects.toThrow(/one number for each of 1 channel/);
    await expect(study({ layer: 'shape', featureMap: 2, fill: 0 })).rejects.toMatchObject({
      code: 'feature-map-out-of-range',
    });
    await expect(study({ layer: 'shpe', fill: 0 })).rejects.toMatchObject({ code: 'unknown-layer' });
    await expect(study({ stride: 0, fill: 0 })).rejects.toThrow(/stride/);
    const [model, image] = [crossDetector(), tf.zeros([SIDE, SIDE, 1])];
    const deconvnet = new Deconvnet(model);
    await expect(occlusion(deconvnet, { id: 'black.png', image }, { layer: 'shape', fill: 0 })).rejects.toThrow(
      /No feature map of layer 'shape' fires on the picture 'black.png'/,
    );
    deconvnet.dispose();
    for (const one of [model, image]) one.dispose();
  });

  it('fills with grey as the input format has it', async () => {
    const [model, image] = [crossDetector(), tf.ones([SIDE, SIDE, 1])];
    const deconvnet = new Deconvnet(model, { input: 'unit' });
    const found = await occlusion(deconvnet, { id: 'white', image }, { layer: 'shape', size: 12, stride: 12 });
    // Inside, each cross of grey pixels has a sum of 5 * 128 / 255 - 4, which is below 0.
    expect(found.activity[0]).toBe(0);
    expect(found.cleanActivity).toBe(100);
    deconvnet.dispose();
    for (const one of [model, image]) one.dispose();
  });
});
