import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type DeconvnetOptions, PatchMiner } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { values } from '../../support/compare.js';

type Layer = tfl.layers.Layer;
const conv = (activation?: 'relu6'): Layer =>
  tfl.layers.conv2d({
    inputShape: [3, 3, 1],
    filters: 2,
    kernelSize: 1,
    name: activation ?? 'conv',
    ...(activation && { activation }),
  });

/** Networks whose first feature map is `min(max(0, pixel), 6)`, and whose second that of the negative pixel. */
const forms: Readonly<Record<string, () => Layer[]>> = {
  'a ReLU layer with a maximum': () => [conv(), tfl.layers.reLU({ maxValue: 6, name: 'relu6' })],
  'an Activation layer': () => [conv(), tfl.layers.activation({ activation: 'relu6', name: 'relu6' })],
  'a convolution with a fused relu6': () => [conv('relu6')],
};

function capped(form: string, options: DeconvnetOptions = {}): Deconvnet {
  const model = tfl.sequential({ name: 'capped', layers: forms[form]!() });
  model.setWeights([tf.tensor([1, -1], [1, 1, 1, 2]), tf.tensor([0, 0])]);
  return new Deconvnet(model, options);
}

/** One image for each id: its value at the middle pixel, and zero elsewhere. The order of the ids is not that of the values. */
const peaks = { a: 7, b: 9, c: 30, d: 6.5, e: 3, f: -2 };
const imageOf = (peak: number): tf.Tensor => tf.tensor([0, 0, 0, 0, peak, 0, 0, 0, 0], [3, 3, 1]);
const images = (ids: readonly (keyof typeof peaks)[]): tf.Tensor => tf.stack(ids.map((id) => imageOf(peaks[id])));
const all = Object.keys(peaks) as (keyof typeof peaks)[];

async function mine(deconvnet: Deconvnet, ids = all): Promise<PatchMiner> {
  const miner = new PatchMiner(deconvnet, { layers: ['relu6'], k: 5 });
  await miner.add(images(ids), ids);
  return miner;
}
const found = (miner: PatchMiner, map = 0): (string | number | undefined)[][] =>
  miner.top('relu6', map).map(({ id, activation, output }) => [id, activation, output]);

const byInput = [
  ['c', 30, 6],
  ['b', 9, 6],
  ['a', 7, 6],
  ['d', 6.5, 6],
  ['e', 3, 3],
];

describe.each(backends)('a ReLU6 on %s', (backend) => {
  beforeAll(() => use(backend));

  describe.each(Object.keys(forms))('in %s', (form) => {
    it('is mined by its input, and the output is reported beside it', async () => {
      const miner = await mine(capped(form));
      expect(found(miner)).toEqual(byInput);
      expect(found(miner, 1)).toEqual([['f', 2, 2]]);
      expect(miner.statistics('relu6', 0)).toMatchObject({ fired: 5, maximum: 30, mean: 55.5 / 6, dead: false });
      expect(miner.toJSON().layers[0]!.rankedBy).toBe('input');
    });

    it('is ranked and seeded by its input', async () => {
      const deconvnet = capped(form);
      expect(await deconvnet.strongest(imageOf(30), { layer: 'relu6' })).toEqual([
        { layer: 'relu6', featureMap: 0, activation: 30, output: 6, position: [1, 1] },
      ]);
      const [whole, one, below, again] = await deconvnet.project(tf.add(imageOf(8.5), -1), [
        { layer: 'relu6', featureMap: 0 },
        { layer: 'relu6', featureMap: 0, position: [1, 1] },
        { layer: 'relu6', featureMap: 0, position: [0, 0] },
        ...(await deconvnet.strongest(tf.add(imageOf(8.5), -1), { layer: 'relu6', top: 1 })),
      ]);
      for (const { activation, output, empty } of [whole!, one!, again!]) {
        expect([activation, output, empty]).toEqual([7.5, 6, false]);
      }
      // Only the positive input is seeded: those of -1 are not activations of this feature map.
      expect(await values(whole!)).toEqual([0, 0, 0, 0, 7.5, 0, 0, 0, 0]);
      expect(await values(one!)).toEqual(await values(whole!));
      expect([below!.activation, below!.output, below!.empty]).toEqual([0, 0, true]);
    });

    it('has guided projections above its maximum, and the true derivative, 0, under gradient', async () => {
      const selection = { layer: 'relu6', featureMap: 0, position: 'strongest' } as const;
      const guided = await capped(form, { rule: 'guided' }).project(imageOf(30), selection);
      expect([guided.activation, guided.output, guided.empty]).toEqual([30, 6, false]);
      const gradient = capped(form, { rule: 'gradient' });
      const projection = await gradient.project(imageOf(30), selection);
      expect([projection.activation, projection.output, projection.empty]).toEqual([6, undefined, true]);
      expect(found(await mine(gradient)).slice(0, 2)).toEqual([
        ['a', 6, undefined],
        ['b', 6, undefined],
      ]);
    });

    it('keeps the same bits when it is saved, divided and merged', async () => {
      const deconvnet = capped(form);
      const miner = await mine(deconvnet);
      expect(found(PatchMiner.load(deconvnet, miner.save()))).toEqual(byInput);
      expect(found(PatchMiner.fromJSON(deconvnet, JSON.parse(JSON.stringify(miner))))).toEqual(byInput);
      const parts = await Promise.all([mine(deconvnet, ['a', 'c', 'f']), mine(deconvnet, ['e', 'd', 'b'])]);
      parts[1].merge(parts[0]);
      expect(JSON.stringify(parts[1])).toBe(JSON.stringify(miner));
      const above = new PatchMiner(deconvnet, { layers: ['relu6'], k: 1, above: { relu6: new Float32Array([9, 9]) } });
      await above.add(images(all), all);
      expect(found(above)).toEqual([['c', 30, 6]]);
      const [projection] = await miner.project('relu6', 0);
      expect([projection!.activation, projection!.output]).toEqual([30, 6]);
    });

    it('leaves no tensors behind', async () => {
      const deconvnet = capped(form);
      const image = imageOf(8);
      const batch = images(all);
      const run = async (): Promise<void> => {
        const miner = new PatchMiner(deconvnet, { layers: ['relu6'], perImage: 2 });
        await miner.add(batch, all);
        for (const projection of await miner.project('relu6', 0)) projection.dispose();
        const selections = await deconvnet.strongest(image, { layer: 'relu6' });
        for (const projection of await deconvnet.project(image, selections)) projection.dispose();
      };
      await run();
      const before = tf.memory().numTensors;
      await run();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  it('refuses a state that version 0.1 ranked by the output, and says what to do', () => {
    const bytes = readFileSync(new URL('../../fixtures/states/relu6-version-0.1.state', import.meta.url));
    const deconvnet = capped('a ReLU layer with a maximum');
    expect(() => PatchMiner.load(deconvnet, bytes)).toThrow(
      expect.objectContaining({
        code: 'state-mismatch',
        layer: 'relu6',
        message: expect.stringMatching(/by the output of relu6, as version 0\.1.*Mine the pictures again/),
      }),
    );
    // Under the rule gradient nothing has changed.
    const miner = PatchMiner.load(capped('a ReLU layer with a maximum', { rule: 'gradient' }), bytes);
    expect(found(miner).map(([id]) => id)).toEqual(['a', 'b', 'c']);
  });
});

describe.each(backends)('a layer of squashed units on %s', (backend) => {
  beforeAll(() => use(backend));

  const functions = {
    sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
    hardSigmoid: (x: number) => Math.min(1, Math.max(0, 0.2 * x + 0.5)),
    tanh: Math.tanh,
    softsign: (x: number) => x / (1 + Math.abs(x)),
  };

  it.each(Object.keys(functions) as (keyof typeof functions)[])(
    '%s is ranked and seeded by its input with the sign of it',
    async (activation) => {
      const weights = [40, -3, 80, 0.25];
      const fused = tfl.sequential({
        layers: [tfl.layers.dense({ inputShape: [1], units: 4, activation, name: 'units' })],
      });
      const apart = tfl.sequential({
        layers: [tfl.layers.dense({ inputShape: [1], units: 4 }), tfl.layers.activation({ activation, name: 'units' })],
      });
      for (const model of [fused, apart]) {
        model.setWeights([tf.tensor([weights]), tf.zeros([4])]);
        for (const rule of ['deconvnet', 'guided'] as const) {
          const deconvnet = new Deconvnet(model, { rule });
          const ranked = await deconvnet.strongest(tf.tensor([1]), { layer: 'units' });
          expect(ranked.map(({ featureMap, activation }) => [featureMap, activation])).toEqual([
            [2, 80],
            [0, 40],
            [3, 0.25],
            [1, -3],
          ]);
          for (const { featureMap, output } of ranked) {
            expect(output).toBeCloseTo(functions[activation](weights[featureMap]!), 5);
            const projection = await deconvnet.project(tf.tensor([1]), { layer: 'units', featureMap });
            expect(projection.activation).toBe(weights[featureMap]);
            expect(projection.output).toBe(output);
            // The seed keeps its sign, and the weight is applied once on the way up and once on the way down.
            expect(await values(projection)).toEqual([weights[featureMap]! ** 2]);
          }
        }
      }
    },
  );
});
