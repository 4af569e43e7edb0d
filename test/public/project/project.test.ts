import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, type Projection } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { expectClose, largest, values } from '../../support/compare.js';
import { noiseTensor, smallConvnet } from '../../support/project/networks.js';

describe.each(backends)('project on %s', (backend) => {
  beforeAll(() => use(backend));

  it('takes an image with and without a leading axis, and says what it projected', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    const image = noiseTensor([12, 10, 3], 2);
    const selection = { layer: 'conv2', featureMap: 3, position: 'strongest' } as const;
    const a = await deconvnet.project(image, selection);
    const b = await deconvnet.project(tf.expandDims(image, 0), selection);
    expect(a.pixels.shape).toEqual([12, 10, 3]);
    expect(await values(a)).toEqual(await values(b));
    const output = await deconvnet.activations(image, 'conv2');
    const map = await tf.gather(output, 3, 2).array();
    const [y, x] = a.position as [number, number];
    expect((map as number[][])[y]![x]).toBe(a.activation);
    expect(a.activation).toBe(Math.max(...(map as number[][]).flat()));
    expect([a.layer, a.featureMap, a.rule, a.empty]).toEqual(['conv2', 3, 'deconvnet', false]);
  });

  it('gives the first of equal activations as the strongest', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    const image = tf.ones([12, 10, 3]);
    const { position } = await deconvnet.project(image, { layer: 'conv1', featureMap: 0, position: 'strongest' });
    const map = (await tf.gather(await deconvnet.activations(image, 'conv1'), 0, 2).array()) as number[][];
    const flat = map.flat();
    const first = flat.indexOf(Math.max(...flat));
    expect(flat.filter((value) => value === flat[first]).length).toBeGreaterThan(1);
    expect(position).toEqual([Math.floor(first / 10), first % 10]);
  });

  it('projects a whole feature map as the sum of its activations', async () => {
    // Linear on the way down: no rectifier below conv1, and its own lets positive activations pass.
    const deconvnet = new Deconvnet(smallConvnet());
    const image = noiseTensor([12, 10, 3], 5);
    const all = await deconvnet.project(image, { layer: 'conv1', featureMap: 2 });
    expect(all.position).toBe('all');
    const positions = Array.from({ length: 120 }, (_, i) => [Math.floor(i / 10), i % 10]);
    const each = await deconvnet.project(
      image,
      positions.map((position) => ({ layer: 'conv1', featureMap: 2, position })),
    );
    const sum = await tf.addN(each.map(({ pixels }) => pixels)).data();
    expectClose(await values(all), Array.from(sum));
    expect(all.activation).toBe(Math.max(...each.map(({ activation }) => activation)));
    expect(all.receptiveField).toEqual({ start: [0, 0], size: [12, 10] });
  });

  it('crops to the receptive field, with zeros where it sticks out', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    const image = noiseTensor([12, 10, 3], 6);
    const corner = { layer: 'conv2', featureMap: 1, position: [0, 0] };
    const [whole, cropped] = (await deconvnet.project(image, [corner, { ...corner, crop: true }])) as [
      Projection,
      Projection,
    ];
    expect(whole.receptiveField).toEqual({ start: [-1, -3], size: [9, 9] });
    expect(cropped.pixels.shape).toEqual([9, 9, 3]);
    const padded = tf.pad(whole.pixels as tf.Tensor3D, [
      [1, 9],
      [3, 9],
      [0, 0],
    ]);
    const want = await tf.slice(padded, [0, 0, 0], [9, 9, 3]).data();
    expect(await values(cropped)).toEqual(Array.from(want));
    expect(largest(await values(whole))).toBeCloseTo(largest(await values(cropped)), 6);
  });

  it('keeps the sign of a negative activation on a linear layer', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    const image = noiseTensor([12, 10, 3], 7);
    const output = await (await deconvnet.activations(image, 'linear')).data();
    const unit = output.findIndex((value) => value < 0);
    expect(unit).toBeGreaterThanOrEqual(0);
    const projection = await deconvnet.project(image, { layer: 'linear', featureMap: unit, position: [] });
    expect(projection.activation).toBe(output[unit]);
    expect(projection.empty).toBe(false);
  });

  it('seeds a softmax layer by its logit and reports the probability', async () => {
    const model = smallConvnet();
    const deconvnet = new Deconvnet(model);
    const image = noiseTensor([12, 10, 3], 8);
    const [kernel, bias] = model.getLayer('classes').getWeights() as [tf.Tensor2D, tf.Tensor1D];
    const below = await deconvnet.activations(image, 'linear');
    const logits = await tf.add(tf.dot(below, kernel), bias).data();
    const probabilities = await (model.predict(tf.expandDims(image, 0)) as tf.Tensor).data();
    for (const featureMap of [0, 1, 2, 3]) {
      const projection = await deconvnet.project(image, { layer: 'classes', featureMap });
      expect(projection.activation).toBeCloseTo(logits[featureMap]!, 5);
      expect(projection.probability).toBeCloseTo(probabilities[featureMap]!, 6);
    }
    const ranked = await deconvnet.strongest(image, { layer: 'classes', top: 4 });
    expect(ranked.map(({ featureMap }) => featureMap)).toEqual(
      [...logits.keys()].sort((a, b) => logits[b]! - logits[a]!),
    );
  });

  it('is positively homogeneous in the seed', async () => {
    // Twice the weights of the last layer is twice its activations, with the same switches below.
    const once = smallConvnet();
    const twice = smallConvnet();
    const layer = twice.getLayer('conv2');
    layer.setWeights(layer.getWeights().map((weight) => tf.mul(weight, 2)));
    const image = noiseTensor([12, 10, 3], 9);
    const selection = { layer: 'conv2', featureMap: 3, position: 'strongest' } as const;
    const a = await new Deconvnet(once).project(image, selection);
    const b = await new Deconvnet(twice).project(image, selection);
    expect(b.activation).toBeCloseTo(2 * a.activation, 5);
    // Twice the seed through twice the weights.
    expectClose(
      await values(b),
      (await values(a)).map((value) => 4 * value),
    );
  });

  it('projects a batch as it projects each image, image by image', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    const batch = noiseTensor([3, 12, 10, 3], 10);
    const selections = [
      { layer: 'conv2', featureMap: 3, position: 'strongest' as const },
      { layer: 'pool1', featureMap: 1, position: [2, 2] },
      { layer: 'conv2', featureMap: 1 },
    ];
    const together = await deconvnet.projectBatch(batch, selections);
    expect(together.length).toBe(9);
    for (const [i, image] of tf.unstack(batch).entries()) {
      for (const [j, alone] of (await deconvnet.project(image, selections)).entries()) {
        const one = together[i * 3 + j]!;
        expect([one.layer, one.featureMap, one.position, one.activation]).toEqual([
          alone.layer,
          alone.featureMap,
          alone.position,
          alone.activation,
        ]);
        expectClose(await values(one), await values(alone));
      }
    }
    expect(await deconvnet.projectBatch(batch, selections[0]!)).toHaveLength(3);
  });

  it('gives the same when calls run at once', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    const images = [11, 12, 13].map((seed) => noiseTensor([12, 10, 3], seed));
    const selection = { layer: 'conv2', featureMap: 4 };
    const sequential: number[][] = [];
    for (const image of images) sequential.push(await values(await deconvnet.project(image, selection)));
    const concurrent = await Promise.all(
      images.map(async (image) => values(await deconvnet.project(image, selection))),
    );
    expect(concurrent).toEqual(sequential);
  });

  it('notices weights that training has changed', async () => {
    const model = smallConvnet();
    const deconvnet = new Deconvnet(model);
    const image = noiseTensor([12, 10, 3], 14);
    const selection = { layer: 'conv2', featureMap: 3 };
    const before = await deconvnet.project(image, selection);
    const other = smallConvnet({ seed: 50 });
    model.setWeights(other.getWeights());
    const after = await deconvnet.project(image, selection);
    const fresh = await new Deconvnet(other).project(image, selection);
    expect(await values(after)).toEqual(await values(fresh));
    expect(await values(after)).not.toEqual(await values(before));
  });

  it('names the strongest feature maps, dead ones left out', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    const image = noiseTensor([12, 10, 3], 15);
    const output = await deconvnet.activations(image, 'conv2');
    const peaks = await tf.max(tf.reshape(output, [-1, 6]), 0).data();
    const alive = [...peaks.keys()].filter((map) => peaks[map]! > 0).sort((a, b) => peaks[b]! - peaks[a]!);
    const ranked = await deconvnet.strongest(image, { layer: 'conv2' });
    expect(ranked.map(({ featureMap }) => featureMap)).toEqual(alive);
    expect(ranked.map(({ activation }) => activation)).toEqual(alive.map((map) => peaks[map]));
    const projections = await deconvnet.project(image, ranked);
    expect(projections.map(({ activation }) => activation)).toEqual(ranked.map(({ activation }) => activation));
    expect(await deconvnet.strongest(image, { layer: 'conv2', top: 1 })).toEqual(ranked.slice(0, 1));
  });

  it('says when a projection came out all zero', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    const dead = await deconvnet.project(tf.zeros([12, 10, 3]), { layer: 'conv1', featureMap: 0, position: [5, 5] });
    const bias = (await deconvnet.model.getLayer('conv1').getWeights()[1]!.data())[0]!;
    expect(dead.activation).toBe(Math.max(bias, 0));
    expect(dead.empty).toBe(bias <= 0);
  });

  it('gives back every tensor, and keeps none between calls', async () => {
    const model = smallConvnet();
    const image = noiseTensor([12, 10, 3], 16);
    const batch = noiseTensor([2, 12, 10, 3], 17);
    const count = (): number[] => {
      const { numTensors, numBytes, numDataBuffers } = tf.memory();
      return [numTensors, numBytes, numDataBuffers];
    };
    const start = count();
    const deconvnet = new Deconvnet(model);
    const round = async (): Promise<void> => {
      const made = [
        await deconvnet.project(image, { layer: 'classes', featureMap: 1 }),
        ...(await deconvnet.projectBatch(batch, [
          { layer: 'conv2', featureMap: 2, crop: true, position: 'strongest' },
        ])),
      ];
      for (const projection of made) projection.dispose();
      (await deconvnet.activations(image, 'pool1')).dispose();
      await deconvnet.strongest(image, { layer: 'conv2' });
    };
    await round();
    await round();
    const second = count();
    await round();
    expect(count()).toEqual(second);
    deconvnet.dispose();
    deconvnet.dispose();
    expect(count()).toEqual(start);
    expect(image.isDisposed).toBe(false);
  });
});
