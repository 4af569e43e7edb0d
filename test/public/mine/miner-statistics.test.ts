import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, PatchMiner, type PatchMinerOptions } from 'deconvnet';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { activationsOf, COUNT, everything, image, LAYERS, mined } from '../../support/mining/data-set.js';
import { smallConvnet } from '../../support/project/networks.js';

describe.each(backends)('feature maps of a miner, on %s', (backend) => {
  beforeAll(() => use(backend));
  let deconvnet: Deconvnet;
  beforeEach(() => {
    deconvnet = new Deconvnet(smallConvnet());
  });

  it('are counted by class', async () => {
    const miner = await mined(deconvnet, { k: 10 });
    const counts = miner.classes('conv1', 1);
    const labels = miner.top('conv1', 1).map(({ label }) => label);
    expect(labels).toHaveLength(10);
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(10);
    for (const { label, count } of counts) expect(labels.filter((one) => one === label)).toHaveLength(count);
    const tied = new PatchMiner(deconvnet, { layers: ['linear'] });
    const labelled = [undefined, 'b', 'B', 'a', 'a', 'é', ''];
    await tied.add(
      tf.stack(labelled.map((_, i) => image(i))),
      labelled.map((_, i) => String(i)),
      labelled,
    );
    expect(tied.classes('linear', 0)).toEqual([
      { label: 'a', count: 2 },
      { label: '', count: 1 },
      { label: 'B', count: 1 },
      { label: 'b', count: 1 },
      { label: 'é', count: 1 },
    ]);
    // The classes of all images are counted, and those without a label are not.
    expect(tied.imageClasses).toEqual(tied.classes('linear', 0));
    for (const copy of [PatchMiner.load(deconvnet, tied.save()), PatchMiner.fromJSON(deconvnet, tied.toJSON())]) {
      expect(copy.imageClasses).toEqual(tied.imageClasses);
    }
    const { classes: _, ...older } = tied.toJSON();
    const merged = PatchMiner.fromJSON(deconvnet, older);
    expect(merged.imageClasses).toBeUndefined();
    merged.merge(tied);
    expect(merged.imageClasses).toBeUndefined();
    const both = new PatchMiner(deconvnet, { layers: ['linear'] });
    both.merge(tied);
    both.merge(tied);
    expect(both.imageClasses![0]).toEqual({ label: 'a', count: 4 });
    const wrong = { ...tied.toJSON(), classes: [{ label: 'a', count: 8 }] };
    expect(() => PatchMiner.fromJSON(deconvnet, wrong)).toThrow(/its classes are not those of its images/);
    const noLabels = new PatchMiner(deconvnet, { layers: ['linear'] });
    await noLabels.add(tf.stack([image(1)]), ['one']);
    expect(noLabels.classes('linear', 0)).toEqual([]);
    expect(noLabels.imageClasses).toEqual([]);
  });

  it('come with statistics over all images', async () => {
    const miner = await mined(deconvnet, { k: 1 });
    for (const layer of LAYERS) {
      const strongest: number[][] = [];
      for (const i of everything) {
        const { cells } = await activationsOf(deconvnet, i, layer);
        strongest.push(cells[0]!.map((_, map) => Math.max(...cells.map((cell) => cell[map]!))));
      }
      for (const map of miner.minedMaps(layer)) {
        const own = strongest.map((image) => image[map]!);
        const { images, fired, firingShare, mean, maximum, dead, histogram } = miner.statistics(layer, map);
        expect([images, fired, firingShare]).toEqual([COUNT, own.filter((value) => value > 0).length, fired / COUNT]);
        expect(mean).toBeCloseTo(own.reduce((a, b) => a + b, 0) / COUNT, 5);
        expect(maximum).toBeCloseTo(Math.max(...own), 5);
        expect(maximum).toBe(miner.top(layer, map)[0]?.activation ?? 0);
        expect(dead).toBe(miner.top(layer, map).length === 0);
        expect(histogram!.notAbove).toBe(COUNT - fired);
        for (const { from, to, count } of histogram!.bins) {
          // Values within rounding of a bound may lie on either side of it.
          const inside = (slack: number): number =>
            own.filter((value) => value >= from + slack && value < to - slack).length;
          expect(count).toBeGreaterThanOrEqual(inside(1e-5));
          expect(count).toBeLessThanOrEqual(inside(-1e-5));
        }
      }
    }
  });

  it('tell dead feature maps from silent ones', async () => {
    const { conv2d } = tfl.layers;
    const bias = tfl.initializers.constant({ value: -1 });
    const make = (activation: 'relu' | 'linear'): Deconvnet =>
      new Deconvnet(
        tfl.sequential({
          layers: [
            conv2d({
              ...{ inputShape: [3, 3, 1], filters: 2, kernelSize: 1, activation, name: 'conv' },
              ...{ kernelInitializer: 'zeros', biasInitializer: bias },
            }),
          ],
        }),
      );
    const [relu, linear] = [new PatchMiner(make('relu')), new PatchMiner(make('linear'))];
    expect(relu.statistics('conv', 1)).toEqual({
      ...{ images: 0, fired: 0, firingShare: Number.NaN, mean: Number.NaN, maximum: Number.NaN },
      ...{ dead: false, constant: false },
      histogram: { notAbove: 0, bins: [] },
    });
    for (const miner of [relu, linear]) await miner.add(tf.ones([2, 3, 3, 1]), ['a', 'b']);
    expect(relu.statistics('conv', 1)).toEqual({
      images: 2,
      fired: 0,
      firingShare: 0,
      mean: 0,
      maximum: 0,
      ...{ dead: true, constant: false },
      histogram: { notAbove: 2, bins: [] },
    });
    // What can be negative is mined all the same.
    expect(linear.statistics('conv', 1)).toEqual({
      ...{ images: 2, fired: 0, firingShare: 0, mean: -1, maximum: -1, dead: false, constant: true },
      histogram: { notAbove: 2, bins: [] },
    });
    expect(linear.top('conv', 1)).toHaveLength(2);
  });

  describe('of which one does not depend on the image', () => {
    const bias = Math.fround(0.3);
    /** Feature map 0 is the pixel, or 0; feature map 1 has no weights and is always the bias. */
    const planted = (): Deconvnet => {
      const model = tfl.sequential({
        layers: [
          tfl.layers.conv2d({ inputShape: [2, 2, 1], filters: 2, kernelSize: 1, activation: 'relu', name: 'conv' }),
        ],
      });
      model.setWeights([tf.tensor([1, 0], [1, 1, 1, 2]), tf.tensor([0, bias])]);
      return new Deconvnet(model);
    };
    const IMAGES: Readonly<Record<string, readonly number[]>> = {
      a: [1, 2, 3, 4],
      b: [0, 6, 0, 0],
      c: [6, 5, 1, 1],
      d: [2, 2, 6, 6],
      e: [4, 0, 1, 4],
    };
    const mine = async (ids: string, options: PatchMinerOptions = {}): Promise<PatchMiner> => {
      const miner = new PatchMiner(planted(), { k: 2, ...options });
      const all = tf.tensor4d(
        [...ids].flatMap((id) => IMAGES[id]!),
        [ids.length, 2, 2, 1],
      );
      await miner.add(all, [...ids]);
      return miner;
    };
    const constants = (miner: PatchMiner): boolean[] => [0, 1].map((map) => miner.statistics('conv', map).constant);

    it('call it constant from the second image on, and still return its patches', async () => {
      const miner = await mine('ab');
      expect(constants(miner)).toEqual([false, true]);
      expect(miner.statistics('conv', 1)).toMatchObject({
        images: 2,
        fired: 2,
        mean: bias,
        maximum: bias,
        dead: false,
      });
      expect(miner.top('conv', 1).map(({ id, activation }) => [id, activation])).toEqual([
        ['a', bias],
        ['b', bias],
      ]);
      expect(constants(await mine('a'))).toEqual([false, false]);
      // The strongest activation is the same on these images, though not at the same position.
      expect(constants(await mine('bcd'))).toEqual([true, true]);
    });

    it('stay the same when they are saved, read from an older state, divided and merged', async () => {
      const whole = await mine('abcd');
      expect(constants(whole)).toEqual([false, true]);
      expect(constants(PatchMiner.load(planted(), whole.save()))).toEqual([false, true]);
      const json = whole.toJSON();
      const older = {
        ...json,
        layers: json.layers.map((layer) => ({
          ...layer,
          statistics: layer.statistics.map(({ histogram: _, ...kept }) => kept),
        })),
      };
      const read = PatchMiner.fromJSON(planted(), older);
      expect(read.statistics('conv', 1).histogram).toBeUndefined();
      expect(constants(read)).toEqual([false, true]);
      const parts = [await mine('a'), await mine('cb'), await mine('d')];
      const merged = new PatchMiner(planted(), { k: 2 });
      for (const part of parts) merged.merge(part);
      expect(constants(merged)).toEqual([false, true]);
      const skipping = await mine('bcd', { above: { conv: new Float32Array([9, 9]) } });
      expect([skipping.top('conv', 1), constants(skipping)]).toEqual([[], [true, true]]);
      // Parts that are constant, each with another value, are not constant together.
      const [bright, dim] = [await mine('bcd'), await mine('ae')];
      expect([constants(bright)[0], constants(dim)[0]]).toEqual([true, true]);
      bright.merge(dim);
      expect(constants(bright)).toEqual([false, true]);
    });

    it('does not call a feature map constant that differs on one image by the last bit', async () => {
      const next = bias + 2 ** -25;
      expect(Math.fround(next)).toBe(next);
      const miner = new PatchMiner(planted(), { k: 2 });
      const pixels = [bias, bias, bias, bias, bias, bias, bias, next].flatMap((value) => [value, 0, 0, 0]);
      await miner.add(tf.tensor4d(pixels, [8, 2, 2, 1]), [...'abcdefgh']);
      expect(constants(miner)).toEqual([false, true]);
    });
  });

  it('refuse options that mean nothing', () => {
    const wrong: [PatchMinerOptions, string][] = [
      [{ perImage: 0 }, 'invalid-option'],
      [{ perImage: 1.5 }, 'invalid-option'],
      [{ layers: ['conv1'], featureMaps: { conv2: [1] } }, 'invalid-option'],
      [{ featureMaps: { conv1: [] } }, 'invalid-option'],
      [{ featureMaps: { conv1: 3 as never } }, 'invalid-option'],
      [{ featureMaps: { conv1: [5] } }, 'feature-map-out-of-range'],
      [{ featureMaps: { conv9: [1] } }, 'unknown-layer'],
      [{ layers: ['conv1'], above: null as never }, 'invalid-option'],
      [{ layers: ['conv1'], above: {} }, 'invalid-option'],
      [{ layers: ['conv1'], above: { conv1: new Float32Array(4) } }, 'invalid-option'],
      [{ layers: ['conv1'], above: { conv1: [1, 2, 3, 4, 5] as never } }, 'invalid-option'],
      [{ layers: ['conv1'], above: { conv1: new Float32Array(5).fill(Number.NaN) } }, 'invalid-option'],
      [{ layers: ['conv1'], above: { conv1: new Float32Array(5), conv2: new Float32Array(6) } }, 'invalid-option'],
    ];
    for (const [options, code] of wrong) {
      expect(() => new PatchMiner(deconvnet, options), JSON.stringify(options)).toThrow(
        expect.objectContaining({ code, name: 'DeconvnetError' }),
      );
    }
  });
});
