import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { expectClose, values } from '../../support/compare.js';
import { fillWeights, noiseTensor } from '../../support/project/networks.js';

const { layers } = tfl;
// The default, an orthogonal matrix, needs operations that only the umbrella package registers.
const start = { recurrentInitializer: 'glorotNormal' as const, units: 4 };

const recurrent: Record<string, () => tfl.layers.RNN | ReturnType<typeof layers.bidirectional>> = {
  SimpleRNN: () => layers.simpleRNN(start),
  GRU: () => layers.gru(start),
  LSTM: () => layers.lstm({ ...start, returnSequences: true }),
  'RNN of cells': () =>
    layers.rnn({
      cell: [layers.lstmCell(start), layers.gruCell({ ...start, units: 3 })] as never,
      returnSequences: false,
    }),
  Bidirectional: () => layers.bidirectional({ layer: layers.lstm(start), mergeMode: 'concat' }),
};

function modelOf(layer: ReturnType<(typeof recurrent)[string]>, masked = false): tfl.LayersModel {
  const model = tfl.sequential();
  if (masked) model.add(layers.masking({ inputShape: [5, 3], maskValue: 0 }));
  else model.add(layers.dense({ inputShape: [5, 3], units: 3, activation: 'linear', name: 'below' }));
  layer.name = 'recurrent';
  model.add(layer as tfl.layers.RNN);
  return fillWeights(model);
}

/** What the cpu backend's own gradient says: activation times the gradient of that activation. */
async function wanted(model: tfl.LayersModel, image: tf.Tensor, at: number[]): Promise<number[]> {
  const pick = (x: tf.Tensor): tf.Tensor => {
    const y = model.apply(tf.expandDims(x, 0)) as tf.Tensor;
    return tf.sum(
      tf.slice(
        y,
        [0, ...at],
        y.shape.map(() => 1),
      ),
    );
  };
  return Array.from(await tf.mul(tf.grad(pick)(image), pick(image)).data());
}

describe.each(backends)('recurrent layers on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(Object.keys(recurrent))('%s has the gradient as its mirror', async (name) => {
    await use('cpu');
    const image = noiseTensor([5, 3], 3);
    const reference = modelOf(recurrent[name]!());
    const sequence = reference.outputs[0]!.shape.length === 3;
    const position = sequence ? [2] : [];
    const want = await wanted(reference, image, [...position, 1]);
    await use(backend);
    const deconvnet = new Deconvnet(modelOf(recurrent[name]!()));
    expect(deconvnet.layers.at(-1)!.mirror).toBe('gradient');
    const projection = await deconvnet.project(noiseTensor([5, 3], 3), { layer: 'recurrent', featureMap: 1, position });
    expectClose(await values(projection), want, 1e-4);
    expect(projection.receptiveField).toEqual({ start: [0], size: [5] });
  });

  it('ConvLSTM2D has it too', async () => {
    const build = (): tfl.LayersModel => {
      const layer = layers.convLstm2d({
        inputShape: [3, 5, 5, 2],
        filters: 2,
        kernelSize: 3,
        padding: 'same',
        recurrentInitializer: 'glorotNormal',
        name: 'recurrent',
      });
      return fillWeights(tfl.sequential({ layers: [layer as tfl.layers.Layer] }));
    };
    await use('cpu');
    const want = await wanted(build(), noiseTensor([3, 5, 5, 2], 4), [2, 3, 0]);
    await use(backend);
    const projection = await new Deconvnet(build()).project(noiseTensor([3, 5, 5, 2], 4), {
      layer: 'recurrent',
      featureMap: 0,
      position: [2, 3],
    });
    expectClose(await values(projection), want, 1e-4);
  });

  it('serves many seeds from one image as it serves each', async () => {
    const deconvnet = new Deconvnet(modelOf(recurrent.LSTM!()));
    const image = noiseTensor([5, 3], 5);
    const selections = [0, 1, 2].map((step) => ({ layer: 'recurrent', featureMap: 2, position: [step] }));
    const together = await deconvnet.project(image, selections);
    for (const [i, selection] of selections.entries()) {
      expectClose(await values(together[i]!), await values(await deconvnet.project(image, selection)));
    }
  });

  it('follows the mask of a Masking layer', async () => {
    const pixels = Array.from(await noiseTensor([5, 3], 6).data());
    pixels.fill(0, 6, 9); // The third step is masked.
    const model = modelOf(layers.lstm(start), true);
    const image = tf.tensor2d(pixels, [5, 3]);
    const deconvnet = new Deconvnet(model, {
      mirrors: { Masking: () => ({ window: 'pointwise', down: (signal) => signal }) },
    });
    const output = await deconvnet.activations(image, 'recurrent');
    const want = await (model.predict(tf.expandDims(image, 0)) as tf.Tensor).data();
    expectClose(Array.from(await output.data()), Array.from(want));
    // Masked, the step makes no difference: no signal reaches it.
    const projection = await deconvnet.project(image, { layer: 'recurrent', featureMap: 0 });
    const got = await values(projection);
    expect(got.slice(6, 9)).toEqual([0, 0, 0]);
    expect(got.slice(0, 6).every((value) => value !== 0)).toBe(true);
  });

  it('refuses a layer that changes its state', async () => {
    const layer = layers.lstm({ ...start, stateful: true, batchInputShape: [1, 5, 3], name: 'recurrent' });
    const model = tfl.sequential({ layers: [layer] });
    const deconvnet = new Deconvnet(model);
    await expect(
      deconvnet.project(noiseTensor([5, 3], 7), { layer: 'recurrent', featureMap: 0 }),
    ).rejects.toMatchObject({
      code: 'unsupported-option',
    });
  });
});

describe('fallback', () => {
  beforeAll(() => use('cpu'));

  class Cube extends tfl.layers.Layer {
    static readonly className = 'Cube';
    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      return tf.pow(Array.isArray(inputs) ? inputs[0]! : inputs, 3);
    }
  }

  it('takes the gradient of a class without a mirror, by choice only', async () => {
    const model = tfl.sequential({
      layers: [layers.dense({ inputShape: [3], units: 2, useBias: false, name: 'below' }), new Cube({ name: 'cube' })],
    });
    model.setWeights([tf.tensor2d([1, 0, 0, 1, 0, 0], [3, 2])]);
    const image = tf.tensor1d([2, 3, 5]);
    await expect(new Deconvnet(model).project(image, { layer: 'cube', featureMap: 0 })).rejects.toMatchObject({
      code: 'unsupported-layer',
      message: expect.stringContaining("fallback: 'gradient'"),
    });
    const deconvnet = new Deconvnet(model, { fallback: 'gradient' });
    expect(deconvnet.layers.at(-1)!.mirror).toBe('gradient');
    const projection = await deconvnet.project(image, { layer: 'cube', featureMap: 0 });
    // 8 at the top, times 3 * 2 * 2.
    expect(await values(projection)).toEqual([96, 0, 0]);
  });

  it('several inputs are given by order or by name', async () => {
    const [a, b] = [tfl.input({ shape: [2], name: 'a' }), tfl.input({ shape: [3], name: 'b' })];
    const left = layers.dense({ units: 2, useBias: false, name: 'left' }).apply(a) as tfl.SymbolicTensor;
    const right = layers.dense({ units: 2, useBias: false, name: 'right' }).apply(b) as tfl.SymbolicTensor;
    const both = layers.dot({ axes: -1, name: 'both' }).apply([left, right]) as tfl.SymbolicTensor;
    const model = fillWeights(tfl.model({ inputs: [a, b], outputs: both }));
    const deconvnet = new Deconvnet(model, { fallback: 'gradient' });
    const images = { a: noiseTensor([2], 1), b: noiseTensor([3], 2) };
    const projection = await deconvnet.project(images, { layer: 'both', featureMap: 0 });
    expect(Object.keys(projection.inputs)).toEqual(['a', 'b']);
    expect(projection.inputs.b!.pixels.shape).toEqual([3]);
    const same = await deconvnet.project([images.a, images.b], { layer: 'both', featureMap: 0 });
    expect(await same.inputs.b!.pixels.data()).toEqual(await projection.inputs.b!.pixels.data());
    const one = await deconvnet.project(images, { layer: 'left', featureMap: 0 });
    expect(Object.keys(one.inputs)).toEqual(['a']);
    const { numTensors } = tf.memory();
    await expect(deconvnet.project({ a: images.a }, { layer: 'both', featureMap: 0 })).rejects.toMatchObject({
      code: 'shape-mismatch',
      message: expect.stringContaining("'b' is missing"),
    });
    await expect(deconvnet.project(images.a, { layer: 'left', featureMap: 0 })).rejects.toMatchObject({
      code: 'shape-mismatch',
    });
    (await deconvnet.project(images, { layer: 'both', featureMap: 0 })).dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
