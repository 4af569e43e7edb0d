import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolveRule } from '../../../src/mirrors/rules.js';
import { builtInMirror } from '../../../src/mirrors/table.js';
import type { Layer } from '../../../src/network/layer-access.js';
import { backends, use } from '../../support/backends.js';
import { expectClose, values } from '../../support/compare.js';
import { fillWeights, noiseTensor } from '../../support/project/networks.js';

const { layers } = tfl;
// tfjs's gradient of bilinear resizing knows only square images: 8 by 8 cells are left after the crop.
const SHAPE = [9, 11, 3];

/** Blocks as in networks of today: residual, squeeze-and-excite, dense, upsampling, normalised over channels. */
function modern(): tfl.LayersModel {
  const input = tfl.input({ shape: SHAPE, name: 'pixels' });
  const after = (layer: Layer, from: tfl.SymbolicTensor | tfl.SymbolicTensor[]) =>
    layer.apply(from) as tfl.SymbolicTensor;
  const scaled = after(layers.rescaling({ scale: 2, offset: -1, name: 'scaled' }), input);
  const conv = (name: string, filters: number, from: tfl.SymbolicTensor, kernelSize = 3): tfl.SymbolicTensor =>
    after(layers.conv2d({ name, filters, kernelSize, padding: 'same', activation: 'relu' }), from);
  const stem = after(layers.layerNormalization({ name: 'layer_norm' }), conv('stem', 4, scaled));
  const residual = after(layers.add({ name: 'residual' }), [stem, conv('branch', 4, stem)]);
  const bent = after(layers.prelu({ name: 'bent', sharedAxes: [1, 2] }), residual);
  const pooled = after(layers.globalAveragePooling2d({ name: 'squeezed' }), bent);
  const gate = after(layers.dense({ name: 'gate', units: 4, activation: 'sigmoid' }), pooled);
  const excite = after(layers.reshape({ name: 'excite', targetShape: [1, 1, 4] }), gate);
  const gated = after(layers.multiply({ name: 'gated' }), [bent, excite]);
  const wide = after(layers.concatenate({ name: 'wide' }), [gated, conv('more', 2, gated, 1)]);
  const cut = after(
    layers.cropping2D({
      name: 'cut',
      cropping: [
        [1, 0],
        [2, 1],
      ],
    }),
    wide,
  );
  const large = after(layers.upSampling2d({ name: 'large', size: [2, 2], interpolation: 'bilinear' }), cut);
  const top = after(layers.conv2d({ name: 'top', filters: 3, kernelSize: 3 }), large);
  return fillWeights(tfl.model({ inputs: input, outputs: top }));
}

/** The activation times its gradient, on the cpu backend. */
async function wanted(model: tfl.LayersModel, image: tf.Tensor, at: number[]): Promise<number[]> {
  await use('cpu');
  const run = (x: tf.Tensor): tf.Tensor => tf.slice(model.apply(x) as tf.Tensor, [0, ...at], [1, 1, 1, 1]);
  const x = tf.expandDims(image, 0);
  return Array.from(await tf.mul(tf.grad(run)(x), tf.reshape(run(x), [])).data());
}

describe.each(backends)('networks of merged branches on %s', (backend) => {
  beforeAll(() => use(backend));

  it('have their gradient under the rule gradient, and crop to what they see', async () => {
    const model = modern();
    const image = noiseTensor(SHAPE, 40);
    const want = await wanted(model, image, [7, 3, 1]);
    await use(backend);
    const deconvnet = new Deconvnet(model, { rule: 'gradient' });
    const projection = await deconvnet.project(image, { layer: 'top', featureMap: 1, position: [7, 3] });
    expectClose(await values(projection), want, 1e-4);
    const fields = new Map(deconvnet.layers.map(({ name, receptiveField }) => [name, receptiveField]));
    expect(fields.get('residual')).toEqual({ size: [5, 5], stride: [1, 1], offset: [-2, -2] });
    expect(fields.get('gated')).toBeNull();
  });

  it('give back all memory', async () => {
    const model = modern();
    const image = noiseTensor(SHAPE, 41);
    const before = tf.memory().numTensors;
    const deconvnet = new Deconvnet(model);
    const selection = { layer: 'top', featureMap: 0 };
    for (const projection of await deconvnet.project(image, [selection, selection])) projection.dispose();
    deconvnet.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('run a batch normalisation or PReLU along other axes right, where tfjs does not', async () => {
    const [rows, columns] = [4, 5];
    const model = tfl.sequential({
      layers: [
        layers.batchNormalization({ name: 'norm', axis: 1, inputShape: [3, rows, columns] }),
        layers.prelu({ name: 'bent', sharedAxes: [2, 3] }),
      ],
    });
    fillWeights(model, { positive: true });
    const image = noiseTensor([3, rows, columns], 42);
    const [gamma, beta, mean, variance] = await Promise.all(
      model.layers[0]!.getWeights().map((weight) => weight.data()),
    );
    const alpha = await model.layers[1]!.getWeights()[0]!.data();
    const x = await image.data();
    const normed = Array.from(x).map((value, at) => {
      const c = Math.floor(at / (rows * columns));
      return ((value - mean![c]!) * gamma![c]!) / Math.sqrt(variance![c]! + 1e-3) + beta![c]!;
    });
    const deconvnet = new Deconvnet(model);
    const up = await deconvnet.activations(image, 'bent');
    const want = normed.map((value, at) => (value > 0 ? value : value * alpha[Math.floor(at / (rows * columns))]!));
    expectClose(Array.from(await up.data()), want, 1e-4);
  });

  it.each(['RandomWidth', 'CategoryEncoding', 'Embedding'])('say why %s has no mirror', (name) => {
    const layer = { name: 'odd', getClassName: () => name, getConfig: () => ({}) } as unknown as Layer;
    expect(() => builtInMirror(layer, resolveRule({}))).toThrow(/random|no pixels below/);
  });

  it('move the channels with a Permute', async () => {
    const model = fillWeights(
      tfl.sequential({
        layers: [
          layers.permute({ name: 'front', dims: [3, 1, 2], inputShape: [7, 6, 3] }),
          layers.conv2d({ name: 'top', filters: 2, kernelSize: 3, dataFormat: 'channelsFirst' }),
        ],
      }),
    );
    const deconvnet = new Deconvnet(model);
    const image = noiseTensor([7, 6, 3], 43);
    const projection = await deconvnet.project(image, { layer: 'top', featureMap: 1, position: [4, 2] });
    expect(projection.channelAxis).toBe(2);
    const kernel = tf.slice(model.getWeights()[0]!, [0, 0, 0, 1], [3, 3, 3, 1]);
    const want = tf.pad(tf.mul(tf.squeeze(kernel, [3]), projection.activation), [
      [4, 0],
      [2, 1],
      [0, 0],
    ]);
    expectClose(await values(projection), Array.from(await want.data()));
  });

  it('give each picture of a batch its own winners and masks', async () => {
    const input = tfl.input({ shape: [4, 3] });
    const masked = layers.masking({ name: 'masked' }).apply(input) as tfl.SymbolicTensor;
    const branch = (name: string): tfl.SymbolicTensor =>
      layers.dense({ name, units: 2 }).apply(masked) as tfl.SymbolicTensor;
    const best = layers.maximum({ name: 'best' }).apply([branch('a'), branch('b'), branch('c')]) as tfl.SymbolicTensor;
    const model = fillWeights(tfl.model({ inputs: input, outputs: best }));
    const images = tf.mul(noiseTensor([3, 4, 3], 44), tf.reshape(tf.tensor1d([1, 0, 1, 1]), [1, 4, 1]));
    const deconvnet = new Deconvnet(model);
    const selections = [0, 1].map((featureMap) => ({ layer: 'best', featureMap, position: 'all' as const }));
    const together = await deconvnet.projectBatch(images, selections);
    for (const [i, image] of tf.unstack(images).entries()) {
      for (const [j, want] of (await deconvnet.project(image, selections)).entries()) {
        expectClose(await values(together[i * 2 + j]!), await values(want));
      }
    }
  });

  it('say why nothing goes through an Embedding, and serve what lies below', async () => {
    const words = tfl.sequential({
      layers: [
        layers.embedding({ name: 'words', inputDim: 5, outputDim: 3, inputLength: 4 }),
        layers.dense({ name: 'top', units: 2 }),
      ],
    });
    const deconvnet = new Deconvnet(words);
    const selection = { layer: 'top', featureMap: 0 };
    await expect(deconvnet.project(tf.tensor1d([1, 2, 3, 4]), selection)).rejects.toMatchObject({
      code: 'unsupported-layer',
      layer: 'words',
      message: expect.stringContaining('no pixels below it'),
    });
    expect(deconvnet.layers.map(({ name }) => name)).toContain('words');
  });
});
