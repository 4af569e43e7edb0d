import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { chooseRule, Deconvnet, type DeconvnetErrorCode, pictureDependence } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { fillWeights, noiseTensor, smallConvnet } from '../../support/project/networks.js';

const images = (count = 3): tf.Tensor[] => Array.from({ length: count }, (_, i) => noiseTensor([12, 10, 3], 20 + i));

/** Two convolutions with ReLU on pictures of 12x10 pixels. */
function unpooled(): tfl.LayersModel {
  const { conv2d } = tfl.layers;
  const model = tfl.sequential({
    layers: [
      conv2d({ inputShape: [12, 10, 3], filters: 6, kernelSize: 3, activation: 'relu', name: 'low' }),
      conv2d({ filters: 4, kernelSize: 3, strides: 2, activation: 'relu', name: 'high' }),
    ],
  });
  return fillWeights(model);
}

/** conv - pool on images of one row, so that what the measure must find can be written down. */
function pooledRow(): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({ inputShape: [1, 2, 1], filters: 1, kernelSize: 1, useBias: false, name: 'copy' }),
      tfl.layers.maxPooling2d({ poolSize: [1, 2], name: 'pool' }),
    ],
  });
  model.setWeights([tf.ones([1, 1, 1, 1])]);
  return model;
}

describe.each(backends)('pictureDependence on %s', (backend) => {
  beforeAll(() => use(backend));

  it('is 1 where projections do not depend on the picture, whether activations fire or not', async () => {
    const deconvnet = new Deconvnet(unpooled());
    for (const layer of ['low', 'high']) {
      expect(await pictureDependence(deconvnet, images(), { layer, maps: 6, positions: 3 })).toBeCloseTo(1, 6);
    }
    const guided = new Deconvnet(unpooled(), { rule: 'guided' });
    expect(await pictureDependence(guided, images(), { layer: 'high', positions: 3 })).toBeLessThan(0.95);
  });

  it('is the mean cosine similarity of all pairs', async () => {
    const deconvnet = new Deconvnet(pooledRow());
    // The switch is at the first cell in two images and at the second in one: of the three pairs, one is equal and two
    // have nothing in common. The seed is 1, also where the activation is negative.
    const rows = [
      [2, 1],
      [5, -1],
      [-3, -2],
    ];
    const three = rows.map((row) => tf.tensor(row, [1, 2, 1]));
    expect(await pictureDependence(deconvnet, three, { layer: 'pool' })).toBeCloseTo(1 / 3, 6);
    expect(await pictureDependence(deconvnet, three.slice(0, 2), { layer: 'pool' })).toBeCloseTo(1, 6);
    expect(await pictureDependence(deconvnet, three.slice(1), { layer: 'pool' })).toBeCloseTo(0, 6);
  });

  it('is the same for the same seed, and draws others for another', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    const measure = (seed?: number): Promise<number> =>
      pictureDependence(deconvnet, images(), {
        layer: 'conv2',
        maps: 2,
        positions: 1,
        ...(seed !== undefined && { seed }),
      });
    const first = await measure();
    expect(await measure(0)).toBe(first);
    expect(new Set(await Promise.all([1, 2, 3, 4].map(measure))).size).toBeGreaterThan(1);
  });

  it('is NaN if all projections are zero', async () => {
    const model = pooledRow();
    model.setWeights([tf.zeros([1, 1, 1, 1])]);
    const two = [tf.ones([1, 2, 1]), tf.zeros([1, 2, 1])];
    expect(await pictureDependence(new Deconvnet(model), two, { layer: 'pool' })).toBeNaN();
  });

  it('takes images of any size that are equally large', async () => {
    const model = tfl.sequential({
      layers: [tfl.layers.conv2d({ inputShape: [null, null, 3], filters: 2, kernelSize: 3, name: 'conv' })],
    });
    const deconvnet = new Deconvnet(fillWeights(model));
    expect(await pictureDependence(deconvnet, images(), { layer: 'conv' })).toBeCloseTo(1, 6);
    await expect(
      pictureDependence(deconvnet, [...images(), noiseTensor([9, 9, 3], 1)], { layer: 'conv' }),
    ).rejects.toMatchObject({ code: 'shape-mismatch', message: expect.stringContaining('image 3 [9,9,3]') });
  });

  it('leaves no tensors behind, errors and stops included', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    const given = images();
    const wrong: [unknown, DeconvnetErrorCode][] = [
      [{ layer: 'conv9' }, 'unknown-layer'],
      [{ layer: 'conv2', maps: 0 }, 'invalid-option'],
      [{ layer: 'conv2', positions: 1.5 }, 'invalid-option'],
      [{ layer: 'conv2', seed: 'a' }, 'invalid-option'],
      [{ layer: 'conv2', picture: 1 }, 'invalid-option'],
    ];
    await pictureDependence(deconvnet, given, { layer: 'conv2' });
    const bad = tf.fill([12, 10, 3], Number.NaN);
    const before = tf.memory().numTensors;
    await pictureDependence(deconvnet, given, { layer: 'conv2' });
    for (const [options, code] of wrong) {
      await expect(pictureDependence(deconvnet, given, options as { layer: string })).rejects.toMatchObject({ code });
    }
    await expect(pictureDependence(deconvnet, given.slice(1, 2), { layer: 'conv2' })).rejects.toMatchObject({
      code: 'invalid-option',
    });
    await expect(pictureDependence(deconvnet, [...given, bad], { layer: 'conv2' })).rejects.toMatchObject({
      code: 'not-finite',
    });
    const stop = new AbortController();
    const stopped = pictureDependence(deconvnet, given, { layer: 'conv2', signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('chooseRule', () => {
  beforeAll(() => use('cpu'));

  it('chooses guided for a network without max pooling, and deconvnet for one with', async () => {
    const layers = ['low', 'high'];
    const measured = { low: 1, high: 1 };
    expect(await chooseRule(new Deconvnet(unpooled()), images(), layers)).toEqual({
      rule: 'guided',
      dependence: measured,
    });
    const pooled = new Deconvnet(smallConvnet());
    const { rule, dependence } = await chooseRule(pooled, images(4), ['pool1', 'conv2', 'linear']);
    expect(rule).toBe('deconvnet');
    for (const layer of ['pool1', 'conv2', 'linear']) {
      expect(dependence[layer]).toBe(await pictureDependence(pooled, images(4), { layer }));
      expect(dependence[layer]).toBeLessThan(0.5);
    }
  });

  it('needs more than half of the layers above 0.5 for guided', async () => {
    const pooled = new Deconvnet(smallConvnet());
    const { rule, dependence } = await chooseRule(pooled, images(), ['conv1', 'linear']);
    expect(dependence.conv1).toBe(1);
    expect(rule).toBe('deconvnet');
    expect((await chooseRule(pooled, images(), ['conv1'])).rule).toBe('guided');
  });

  it('counts what is known, and does not measure it again', async () => {
    const pooled = new Deconvnet(smallConvnet());
    const known = { linear: 0.75, pool1: Number.NaN };
    const total: number[] = [];
    const onProgress = (progress: { total: number }): void => void total.push(progress.total);
    const first = await chooseRule(pooled, images(), ['conv1', 'linear'], { known, onProgress });
    expect(first).toEqual({ rule: 'guided', dependence: { ...known, conv1: 1 } });
    expect(total).toEqual([1]);
    // Two of four layers are not more than half of them.
    const second = await chooseRule(pooled, images(), ['conv2'], { known: first.dependence });
    expect(second.rule).toBe('deconvnet');
    expect(second.dependence.conv2).toBe(await pictureDependence(pooled, images(), { layer: 'conv2' }));
    // Nothing is left to measure.
    expect(await chooseRule(pooled, [], ['conv2'], { known: second.dependence })).toEqual(second);
    const unknown = chooseRule(pooled, images(), ['conv1'], { known: { conv9: 1 } });
    await expect(unknown).rejects.toMatchObject({ code: 'unknown-layer' });
  });

  it('reports each layer, and can be stopped', async () => {
    const pooled = new Deconvnet(smallConvnet());
    const seen: number[] = [];
    const stop = new AbortController();
    const onProgress = ({ done, total }: { done: number; total: number }): void => {
      seen.push(done, total);
      if (done === 1) stop.abort(new Error('enough'));
    };
    const options = { onProgress, signal: stop.signal };
    await expect(chooseRule(pooled, images(), ['conv1', 'pool1', 'conv2'], options)).rejects.toThrow('enough');
    expect(seen).toEqual([0, 3, 1, 3]);
  });

  it('refuses a Deconvnet whose rule was chosen already', async () => {
    const guided = new Deconvnet(unpooled(), { rule: 'guided' });
    await expect(chooseRule(guided, images(), ['low'])).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining("has the rule 'guided'"),
    });
    await expect(chooseRule(new Deconvnet(unpooled()), images(), [])).rejects.toMatchObject({ code: 'invalid-option' });
  });
});
