import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { randomizeWeights } from 'deconvnet/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { addedLayer } from '../../support/mirrors/added-layer.js';
import { savedModel } from '../../support/models/saved-model.js';

beforeAll(() => use('cpu'));

/** Every weight differs from what its initializer gives. */
function trained(): tfl.LayersModel {
  const input = tfl.input({ shape: [12, 12, 3], name: 'pixels' });
  const stem = tfl.layers
    .conv2d({ name: 'conv1', filters: 16, kernelSize: 3, padding: 'same', kernelInitializer: 'heNormal' })
    .apply(input) as tfl.SymbolicTensor;
  const normed = tfl.layers.batchNormalization({ name: 'bn' }).apply(stem) as tfl.SymbolicTensor;
  const wide = tfl.layers
    .conv2d({ name: 'wide', filters: 32, kernelSize: 3, activation: 'relu', kernelInitializer: 'heNormal' })
    .apply(normed) as tfl.SymbolicTensor;
  const body = tfl.sequential({
    name: 'body',
    layers: [
      tfl.layers.maxPooling2d({ name: 'pool', poolSize: 2, inputShape: [10, 10, 32] }),
      tfl.layers.separableConv2d({ name: 'sep', filters: 8, kernelSize: 3 }),
      tfl.layers.flatten({ name: 'flat' }),
    ],
  });
  const flat = body.apply(wide) as tfl.SymbolicTensor;
  const logits = tfl.layers.dense({ name: 'logits', units: 40 });
  const model = tfl.model({ inputs: input, outputs: logits.apply(flat) as tfl.SymbolicTensor, name: 'net' });
  const values = model.weights.map(({ shape }, i) => tf.randomUniform(shape as number[], 0.2, 0.9, 'float32', i));
  model.setWeights(values);
  tf.dispose(values);
  model.setUserDefinedMetadata({ classes: ['a'] });
  return model;
}

async function weightsByName(model: tfl.LayersModel): Promise<Map<string, number[]>> {
  const values = await Promise.all(model.getWeights().map((weight) => weight.data()));
  return new Map(model.weights.map(({ originalName }, i) => [originalName, Array.from(values[i]!)]));
}

const variance = (values: readonly number[]): number => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
};

describe('randomizeWeights', () => {
  it('draws from the top down to a layer, copies the rest, and leaves the model unchanged', async () => {
    const original = trained();
    const before = await weightsByName(original);
    const random = await randomizeWeights(original, { from: 'wide', seed: 1 });
    const after = await weightsByName(random);
    expect(await weightsByName(original)).toEqual(before);
    expect([...after.keys()]).toEqual([...before.keys()]);
    for (const [name, values] of after) {
      const kept = /^(conv1|bn)\//.test(name);
      if (kept) expect(values, name).toEqual(before.get(name));
      else expect(values, name).not.toEqual(before.get(name));
    }
    expect(random.getUserDefinedMetadata()).toEqual({ classes: ['a'] });
    original.dispose();
    const outputs = random.predict(tf.ones([1, 12, 12, 3])) as tf.Tensor;
    expect(outputs.shape).toEqual([1, 40]);
    expect((await outputs.data()).every(Number.isFinite)).toBe(true);
  });

  it('follows the initializers of the layers, back to the start for biases and normalisation', async () => {
    const values = await weightsByName(await randomizeWeights(trained(), { from: 'pixels', seed: 2 }));
    for (const name of ['conv1/bias', 'wide/bias', 'bn/beta', 'bn/moving_mean', 'logits/bias']) {
      expect(new Set(values.get(name)), name).toEqual(new Set([0]));
    }
    for (const name of ['bn/gamma', 'bn/moving_variance'])
      expect(new Set(values.get(name)), name).toEqual(new Set([1]));
    // He: variance 2 / fan-in, cut at two deviations, which leaves 0.774 of it.
    const wide = values.get('wide/kernel')!;
    expect(variance(wide)).toBeCloseTo((0.774 * 2) / (9 * 16), 3);
    expect(Math.max(...wide.map(Math.abs))).toBeLessThanOrEqual(2 * Math.sqrt(2 / (9 * 16)) + 1e-6);
    expect(variance(wide)).toBeGreaterThan(0.009);
    // Glorot: uniform, variance 2 / (fan-in + fan-out).
    expect(variance(values.get('sep/pointwise_kernel')!)).toBeCloseTo(2 / (32 + 8), 2);
  });

  it('draws orthogonal kernels, which tfjs cannot do with only core and layers', async () => {
    const dense = tfl.layers.dense({ name: 'logits', units: 40, inputShape: [72] });
    const { json, weights } = await savedModel(tfl.sequential({ layers: [dense] }));
    const { config } = json.modelTopology.config.layers.at(-1)!;
    config.kernel_initializer = { class_name: 'Orthogonal', config: { gain: 1, seed: null } };
    const net = await tfl.loadLayersModel({
      load: async () => ({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest[0]!.weights,
        weightData: weights.buffer,
      }),
    });
    const random = await randomizeWeights(net, { from: 'logits', seed: 3 });
    const kernel = random.getWeights()[0] as tf.Tensor2D;
    const products = (await tf.matMul(kernel, kernel, true).array()) as number[][];
    for (const [i, row] of products.entries()) {
      for (const [j, value] of row.entries()) expect(value).toBeCloseTo(i === j ? 1 : 0, 4);
    }
  });

  it('keeps the weights of a Normalization, which describe the pictures, also those of several axes', async () => {
    const input = tfl.input({ shape: [4, 3, 2] });
    const normal = addedLayer('Normalization', { axis: [1, 3], name: 'normal' }).apply(input);
    const conv = tfl.layers.conv2d({ filters: 2, kernelSize: 1, name: 'conv' });
    const model = tfl.model({ inputs: input, outputs: conv.apply(normal) as tfl.SymbolicTensor });
    const own = tf.fill([4, 2], 3);
    model.getLayer('normal').setWeights([own, own, tf.scalar(5, 'int32')]);
    const random = await randomizeWeights(model, { from: 'normal', seed: 1 });
    for (const weight of random.getLayer('normal').getWeights().slice(0, 2)) {
      expect([...(await weight.data())]).toEqual(Array.from({ length: 8 }, () => 3));
    }
  });

  it('is reproducible with a seed, across the steps of a cascade too', async () => {
    const original = trained();
    const [once, again, other, lower] = await Promise.all([
      randomizeWeights(original, { from: 'wide', seed: 5 }).then(weightsByName),
      randomizeWeights(original, { from: 'wide', seed: 5 }).then(weightsByName),
      randomizeWeights(original, { from: 'wide', seed: 6 }).then(weightsByName),
      randomizeWeights(original, { from: 'conv1', seed: 5 }).then(weightsByName),
    ]);
    expect(again).toEqual(once);
    expect(other.get('wide/kernel')).not.toEqual(once.get('wide/kernel'));
    expect(lower.get('wide/kernel')).toEqual(once.get('wide/kernel'));
    expect(lower.get('conv1/kernel')).not.toEqual(once.get('conv1/kernel'));
    const [a, b] = [
      await randomizeWeights(original, { from: 'wide' }),
      await randomizeWeights(original, { from: 'wide' }),
    ];
    expect(await weightsByName(a)).not.toEqual(await weightsByName(b));
  });

  it('changes projections, and finds layers inside nested models', async () => {
    const original = trained();
    const random = await randomizeWeights(original, { from: 'body/sep', seed: 1 });
    const image = tf.randomUniform([12, 12, 3], 0, 1, 'float32', 4);
    const selection = { layer: 'wide', featureMap: 3, position: [4, 4] } as const;
    const [before, after] = await Promise.all(
      [original, random].map(async (net) => (await new Deconvnet(net).project(image, selection)).pixels.data()),
    );
    expect(after).toEqual(before);
    expect(await weightsByName(random)).not.toEqual(await weightsByName(original));
  });

  it('takes the initializers of wrapped layers and cells', async () => {
    const net = tfl.sequential({
      layers: [
        tfl.layers.timeDistributed({ layer: tfl.layers.dense({ units: 3 }), inputShape: [4, 2], name: 'td' }),
        tfl.layers.lstm({ units: 2, name: 'lstm', recurrentInitializer: 'glorotNormal', unitForgetBias: true }),
      ],
    });
    net.setWeights(net.weights.map(({ shape }) => tf.fill(shape as number[], 0.5)));
    const values = await weightsByName(await randomizeWeights(net, { from: 'td', seed: 1 }));
    expect(values.get('lstm/bias')).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    expect(values.get('td/bias')).toEqual([0, 0, 0]);
    expect(new Set(values.get('lstm/recurrent_kernel')).size).toBe(16);
    expect(new Set(values.get('td/kernel')).size).toBe(6);
  });

  it('leaves nothing but the new weights, and fails by name', async () => {
    const original = trained();
    const before = tf.memory().numTensors;
    const random = await randomizeWeights(original, { from: 'logits' });
    expect(tf.memory().numTensors).toBe(before + original.weights.length);
    tf.dispose(random.weights.map((weight) => weight.read()));
    expect(tf.memory().numTensors).toBe(before);
    const fails = async (options: unknown, code: string, words: RegExp): Promise<void> => {
      const failed = randomizeWeights(original, options as { from: string });
      await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
    };
    await fails({ from: 'logit' }, 'unknown-layer', /'logit'.*Did you mean 'logits'/);
    await fails({ from: 3 }, 'invalid-option', /from/);
    await fails({ from: 'wide', seed: 0.5 }, 'invalid-option', /0\.5/);
    const top = tfl.sequential({
      layers: [tfl.layers.dense({ units: 2, inputShape: [2] }), tfl.layers.softmax({ name: 'softmax' })],
    });
    await expect(randomizeWeights(top, { from: 'softmax' })).rejects.toMatchObject({ code: 'invalid-option' });
    expect(tf.memory().numTensors).toBe(before + top.weights.length);
  });
});
