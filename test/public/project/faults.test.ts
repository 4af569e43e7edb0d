import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, PatchMiner, renderPatches } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { values } from '../../support/compare.js';
import { fillWeights, noiseTensor, smallConvnet } from '../../support/project/networks.js';

const { conv2d, dense, zeroPadding2d } = tfl.layers;
const ticks = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await Promise.resolve();
};

/** One dense layer of ReLUs with these weights. */
function denseModel(kernel: number[][]): tfl.LayersModel {
  const layer = dense({
    inputShape: [kernel.length],
    units: kernel[0]!.length,
    useBias: false,
    activation: 'relu',
    name: 'd',
  });
  const model = tfl.sequential({ layers: [layer] });
  model.setWeights([tf.tensor2d(kernel)]);
  return model;
}

describe.each(backends)('what can go wrong on %s', (backend) => {
  beforeAll(() => use(backend));

  it('weights replaced in the middle of a call: the call is of one piece', async () => {
    const seen = new Set<string>();
    for (let tick = 0; tick < 40; tick++) {
      const model = denseModel([[2]]);
      const deconvnet = new Deconvnet(model);
      const running = deconvnet.project(tf.tensor1d([1]), { layer: 'd', featureMap: 0 });
      await ticks(tick);
      model.setWeights([tf.tensor2d([[10]])]);
      const projection = await running;
      seen.add(`${projection.activation} -> ${await values(projection)}`);
      deconvnet.dispose();
    }
    expect([...seen].sort()).toEqual(['10 -> 100', '2 -> 4']);
  });

  it('disposed in the middle of a call, at any tick: an error of ours, and no tensor left', async () => {
    const image = noiseTensor([12, 10, 3], 1);
    const calls: ((deconvnet: Deconvnet) => Promise<unknown>)[] = [
      (deconvnet) => deconvnet.strongest(image, { layer: 'classes' }),
      (deconvnet) => deconvnet.project(image, { layer: 'classes', featureMap: 0 }),
      (deconvnet) => new PatchMiner(deconvnet, { layers: ['classes'] }).add(tf.expandDims(image, 0), ['x']),
    ];
    for (const call of calls) {
      for (let tick = 0; tick < 60; tick += 3) {
        const model = smallConvnet();
        const { numTensors } = tf.memory();
        const deconvnet = new Deconvnet(model);
        const outcome = tf.memory().numTensors;
        const running = call(deconvnet).then(
          (made) => tf.dispose(made as tf.TensorContainer),
          (error: { code?: string }) => expect(error.code).toBe('disposed'),
        );
        await ticks(tick);
        deconvnet.dispose();
        await running;
        expect(tf.memory().numTensors - numTensors).toBeLessThanOrEqual(call === calls[2] ? 1 : 0);
        expect(outcome).toBe(numTensors);
        model.dispose();
      }
    }
  });

  it('two images under one id keep their own pixels', async () => {
    const miner = new PatchMiner(
      new Deconvnet(
        denseModel([
          [1, 0],
          [0, 1],
        ]),
      ),
      { layers: ['d'] },
    );
    await miner.add(tf.tensor2d([[5, 1]]), ['a']);
    await miner.add(tf.tensor2d([[1, 7]]), ['a']);
    expect(miner.top('d', 1)[0]).toMatchObject({ activation: 7, pixels: { data: new Float32Array([1, 7]) } });
    expect((await miner.project('d', 1))[0]!.activation).toBe(7);
    expect((await miner.project('d', 0))[0]!.activation).toBe(5);
  });

  it('states that rank by other values, or come from other formats, do not mix', async () => {
    const mined = async (deconvnet: Deconvnet): Promise<PatchMiner> => {
      const miner = new PatchMiner(deconvnet, { layers: ['classes'] });
      await miner.add(noiseTensor([2, 12, 10, 3], 2), ['a', 'b']);
      return miner;
    };
    const model = smallConvnet();
    const [plain, gradient] = [new Deconvnet(model), new Deconvnet(model, { rule: 'gradient' })];
    const [byLogit, byOutput] = [await mined(plain), await mined(gradient)];
    expect(() => byLogit.merge(byOutput)).toThrow(/by logit.*by output/);
    expect(() => PatchMiner.fromJSON(plain, byOutput.toJSON())).toThrow(/by output.*by logit/);
    const [unit, tfFormat] = [new Deconvnet(model, { input: 'unit' }), new Deconvnet(model, { input: 'tf' })];
    const [one, other] = [await mined(unit), await mined(tfFormat)];
    expect(() => one.merge(other)).toThrow(/input format/);
    expect(() => PatchMiner.fromJSON(unit, byLogit.toJSON())).not.toThrow();
    const patch = byLogit.top('classes', 0)[0]!;
    (patch.receptiveField.start as number[])[0] = 99;
    expect(byLogit.top('classes', 0)[0]!.receptiveField.start).toEqual([0, 0]);
  });

  it('reports the probability of a logSoftmax as a probability', async () => {
    const model = fillWeights(
      tfl.sequential({
        layers: [
          dense({ inputShape: [3], units: 4, name: 'logits' }),
          tfl.layers.activation({ activation: 'logSoftmax' as 'softmax', name: 'log' }),
        ],
      }),
    );
    const deconvnet = new Deconvnet(model);
    const image = noiseTensor([3], 4);
    const want = await tf.exp(await deconvnet.activations(image, 'log')).data();
    const miner = new PatchMiner(deconvnet, { layers: ['log'] });
    await miner.add(tf.expandDims(image, 0), ['x']);
    const ranked = await deconvnet.strongest(image, { layer: 'log' });
    for (const unit of [0, 1, 2, 3]) {
      expect(miner.top('log', unit)[0]!.probability).toBeCloseTo(want[unit]!, 6);
      expect(ranked.find(({ featureMap }) => featureMap === unit)!.probability).toBeCloseTo(want[unit]!, 6);
    }
  });

  it('names an overflow, up or down', async () => {
    const image = tf.tensor1d([1e30]);
    const deconvnet = new Deconvnet(denseModel([[1e5]]));
    await expect(deconvnet.project(image, { layer: 'd', featureMap: 0 })).rejects.toMatchObject({
      code: 'not-finite',
      message: expect.stringContaining('on its way down'),
    });
    const up = new Deconvnet(denseModel([[1e30]]));
    await expect(up.strongest(image, { layer: 'd' })).rejects.toMatchObject({ code: 'not-finite', layer: 'd' });
  });

  it('names an image that is too small for the network', async () => {
    const model = tfl.sequential({
      layers: [conv2d({ inputShape: [null as never, null as never, 3], filters: 2, kernelSize: 3, name: 'conv' })],
    });
    await expect(
      new Deconvnet(model).project(tf.ones([2, 2, 3]), { layer: 'conv', featureMap: 0 }),
    ).rejects.toMatchObject({ code: 'shape-mismatch', message: expect.stringContaining('too small') });
  });

  it('draws a patch whose field lies wholly in the padding', async () => {
    const model = fillWeights(
      tfl.sequential({
        layers: [
          zeroPadding2d({
            inputShape: [6, 6, 3],
            padding: [
              [0, 0],
              [5, 5],
            ],
          }),
          conv2d({ filters: 1, kernelSize: 3, name: 'conv' }),
        ],
      }),
    );
    model.getLayer('conv').setWeights([tf.mul(-1, tf.ones([3, 3, 3, 1])), tf.ones([1])]);
    const deconvnet = new Deconvnet(model, { input: 'raw' });
    const miner = new PatchMiner(deconvnet);
    await miner.add(tf.ones([1, 6, 6, 3]), ['x']);
    const [picture] = renderPatches(deconvnet, miner.top('conv', 0));
    expect(picture).toMatchObject({ width: 3, height: 3 });
    expect(Array.from(picture!.data)).toEqual(Array(36).fill(0));
    const [projection] = await miner.project('conv', 0);
    expect(projection!.empty).toBe(true);
  });

  it('frees the image of a bad item, and reports what is wrong with it', async () => {
    const miner = new PatchMiner(new Deconvnet(denseModel([[1]])), { layers: ['d'], maxBytes: 0 });
    await miner.add(tf.ones([1, 1]), ['x']);
    const { numTensors } = tf.memory();
    for (const item of [{ id: 3, image: tf.ones([1]) }, { id: 'a', image: { shape: [1] } }, undefined]) {
      await expect(miner.run([item as never])).rejects.toMatchObject({ code: 'invalid-option' });
      await expect(miner.project('d', 0, { source: [item as never] })).rejects.toMatchObject({
        code: 'invalid-option',
      });
      if (item?.image instanceof tf.Tensor) expect(item.image.isDisposed).toBe(true);
    }
    expect(tf.memory().numTensors).toBe(numTensors);
    await expect(miner.project('d', 0, { source: () => undefined as never })).rejects.toMatchObject({
      code: 'source-missing',
    });
    await expect(miner.run(null as never)).rejects.toMatchObject({ code: 'invalid-option' });
    await expect(miner.add(tf.ones([1, 1]), [1 as never])).rejects.toMatchObject({ code: 'shape-mismatch' });
  });

  it('frees the tape of a gradient that fails', async () => {
    class Stubborn extends tfl.layers.Layer {
      static readonly className = 'Stubborn';
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        const x = Array.isArray(inputs) ? inputs[0]! : inputs;
        return tf.cast(tf.cast(tf.mul(x, tf.exp(x)), 'int32'), 'float32');
      }
      override computeOutputShape(shape: tfl.Shape): tfl.Shape {
        return shape;
      }
    }
    const model = tfl.sequential({ layers: [dense({ inputShape: [2], units: 2 }), new Stubborn({ name: 'top' })] });
    const deconvnet = new Deconvnet(fillWeights(model), { fallback: 'gradient', mirrors: {} });
    const image = noiseTensor([2], 1);
    const outcomes: string[] = [];
    const counts: number[] = [];
    for (let round = 0; round < 3; round++) {
      const made = await deconvnet.project(image, { layer: 'top', featureMap: 0 }).catch((error) => error);
      outcomes.push(made.code ?? 'made');
      made.dispose?.();
      counts.push(tf.memory().numTensors);
    }
    expect(new Set(outcomes).size).toBe(1);
    expect(counts[2]).toBe(counts[1]);
  });

  it('names a mirror that gives a record without a batch', async () => {
    const deconvnet = new Deconvnet(denseModel([[1, 1]]), {
      mirrors: { d: () => ({ record: () => [tf.ones([5])], down: (signal) => signal }) },
    });
    const image = tf.ones([1]);
    const { numTensors } = tf.memory();
    await expect(deconvnet.project(image, { layer: 'd', featureMap: 0 })).rejects.toMatchObject({
      code: 'invalid-mirror',
      layer: 'd',
      message: expect.stringMatching(/leading axis is the batch, 1, or 1; it recorded \[5\]/),
    });
    expect(tf.memory().numTensors).toBe(numTensors);
    image.dispose();
    deconvnet.dispose();
  });

  it('names options that mean nothing', async () => {
    const model = smallConvnet();
    expect(() => new Deconvnet(model, { fallback: 'gradiant' as never })).toThrow(
      /fallback is 'gradient', or left out; it is the string "gradiant"/,
    );
    expect(() => new Deconvnet(model, { rule: {} as never })).toThrow(/three functions/);
    const deconvnet = new Deconvnet(model);
    await expect(deconvnet.activations(noiseTensor([12, 10, 3], 1), undefined as never)).rejects.toMatchObject({
      code: 'invalid-option',
    });
    expect(() => new PatchMiner(deconvnet, { layers: 'conv1' as never })).toThrow(/layers is a list of names/);
    expect(() => new PatchMiner(deconvnet, { layers: [] })).toThrow(/no layers to mine/);
  });

  it('takes a model whose metadata makes no sense as one that says nothing', () => {
    const model = smallConvnet();
    model.setUserDefinedMetadata({ preprocessing: { std: 0 } });
    expect(new Deconvnet(model).inputFormat).toBeUndefined();
  });
});
