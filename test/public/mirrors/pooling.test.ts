import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, draws, use } from '../../support/backends.js';
import { poolCases, tiedValues } from '../../support/generated.js';
import { cellsOf, oraclePool, oracleUnpool, type PoolCase } from '../../support/mirrors/pooling-oracle.js';

function poolModel({ extent, maps, pool, stride, padding }: PoolCase): tfl.LayersModel {
  const options = { padding, inputShape: [...extent, maps], name: 'pool' };
  const [size, strides] = [[...pool] as never, [...stride] as never];
  const make = { 1: tfl.layers.maxPooling1d, 2: tfl.layers.maxPooling2d, 3: tfl.layers.maxPooling3d };
  return tfl.sequential({ layers: [make[extent.length as 1 | 2 | 3]({ ...options, poolSize: size, strides })] });
}

describe.each(backends)('max pooling on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each([1, 2, 3] as const)(
    'over %i axes puts every signal on the first maximum of its window, and adds where windows share one',
    async (rank) => {
      let overlaps = 0;
      await fc.assert(
        fc.asyncProperty(
          poolCases(rank).chain((one) => fc.tuple(fc.constant(one), tiedValues(cellsOf(one)))),
          async ([one, values]) => {
            const pooled = oraclePool(values, one);
            if (new Set(pooled.switches).size < pooled.switches.length) overlaps++;
            const model = poolModel(one);
            const deconvnet = new Deconvnet(model);
            const image = tf.tensor(values, [...one.extent, one.maps]);
            const activations = await deconvnet.activations(image, 'pool');
            expect(Array.from(await activations.data())).toEqual(pooled.values);
            const maps = Array.from({ length: one.maps }, (_, featureMap) => ({ layer: 'pool', featureMap }));
            const projections = await deconvnet.project(image, maps);
            for (const [map, projection] of projections.entries()) {
              // The seed: this feature map's own activations, all others zero.
              const seed = pooled.values.map((value, i) => (i % one.maps === map ? value : 0));
              expect(Array.from(await projection.pixels.data())).toEqual(oracleUnpool(seed, pooled.switches, one));
            }
            tf.dispose([image, activations, ...projections.map(({ pixels }) => pixels)]);
            deconvnet.dispose();
            model.dispose();
          },
        ),
        { numRuns: draws(100), seed: 7 },
      );
      expect(overlaps).toBeGreaterThan(draws(10));
    },
  );

  it.each(['channelsLast', 'channelsFirst'] as const)(
    'over the whole extent finds the first maximum, %s',
    async (dataFormat) => {
      const whole = fc.record({
        rows: fc.integer({ min: 1, max: 5 }),
        columns: fc.integer({ min: 1, max: 5 }),
        maps: fc.integer({ min: 1, max: 3 }),
      });
      await fc.assert(
        fc.asyncProperty(
          whole.chain((sizes) => fc.tuple(fc.constant(sizes), tiedValues(sizes.rows * sizes.columns * sizes.maps))),
          async ([{ rows, columns, maps }, values]) => {
            const one: PoolCase = {
              extent: [rows, columns],
              maps,
              pool: [rows, columns],
              stride: [1, 1],
              padding: 'valid',
            };
            const pooled = oraclePool(values, one);
            const last = tf.tensor3d(values, [rows, columns, maps]);
            const first = dataFormat === 'channelsFirst';
            const { maxPooling1d, maxPooling2d, globalMaxPooling1d, globalMaxPooling2d } = tfl.layers;
            const image2d = first ? tf.transpose(last, [2, 0, 1]) : last;
            const image1d = tf.reshape(last, [rows * columns, maps]);
            const pooling2d = { image: image2d, make: globalMaxPooling2d, below: maxPooling2d };
            const pooling1d = { image: image1d, make: globalMaxPooling1d, below: maxPooling1d };
            for (const { image, make, below } of first ? [pooling2d] : [pooling2d, pooling1d]) {
              // A layer below that changes nothing says which axis counts the maps.
              const same = below({ inputShape: image.shape, dataFormat, poolSize: 1 } as never);
              const pool = make({ dataFormat, name: 'pool' } as never);
              const deconvnet = new Deconvnet(tfl.sequential({ layers: [same, pool] }));
              const projections = await deconvnet.project(
                image,
                pooled.values.map((_, featureMap) => ({ layer: 'pool', featureMap })),
              );
              for (const [map, { pixels, receptiveField, activation }] of projections.entries()) {
                const seed = pooled.values.map((value, i) => (i === map ? value : 0));
                const got = first ? tf.transpose(pixels, [1, 2, 0]) : pixels;
                expect(Array.from(await got.data())).toEqual(oracleUnpool(seed, pooled.switches, one));
                expect(activation).toBe(pooled.values[map]);
                expect(receptiveField.size).toEqual(first ? image.shape.slice(1) : image.shape.slice(0, -1));
              }
              deconvnet.dispose();
            }
          },
        ),
        { numRuns: draws(40), seed: 9 },
      );
    },
  );

  it('sends the signal of a window of zeros to its first cell', async () => {
    // Two layers: a pool over zeros, and above it a filter that finds something in the bias.
    const one: PoolCase = { extent: [4, 4], maps: 1, pool: [2, 2], stride: [2, 2], padding: 'valid' };
    const model = poolModel(one);
    model.name = 'zeros';
    const top = tfl.layers.conv2d({
      filters: 1,
      kernelSize: 1,
      kernelInitializer: 'ones',
      biasInitializer: 'ones',
      name: 'top',
    });
    (model as tfl.Sequential).add(top);
    const deconvnet = new Deconvnet(model);
    const image = tf.zeros([4, 4, 1]);
    const projection = await deconvnet.project(image, { layer: 'top', featureMap: 0 });
    expect(Array.from(await projection.pixels.data())).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
  });

  it('spreads the signal evenly over the real cells with unpool: spread', async () => {
    const one: PoolCase = { extent: [3, 3], maps: 1, pool: [2, 2], stride: [2, 2], padding: 'same' };
    const deconvnet = new Deconvnet(poolModel(one), { unpool: 'spread' });
    const image = tf.tensor3d([4, 0, 6, 0, 0, 0, 2, 0, 1], [3, 3, 1]);
    const projection = await deconvnet.project(image, { layer: 'pool', featureMap: 0 });
    expect(Array.from(await projection.pixels.data())).toEqual([1, 1, 3, 1, 1, 3, 1, 1, 1]);
  });

  it('spreads it over one and three axes and over the whole extent too', async () => {
    const line: PoolCase = { extent: [4], maps: 1, pool: [3], stride: [2], padding: 'same' };
    const box: PoolCase = { extent: [1, 3, 1], maps: 1, pool: [1, 2, 1], stride: [1, 2, 1], padding: 'same' };
    const globe = tfl.sequential({
      layers: [tfl.layers.globalMaxPooling1d({ inputShape: [4, 1], name: 'pool' } as never)],
    });
    const wanted = [
      // A window of three cells, and one of the two left at the end: 8/3 each, and 8/2, added where both reach.
      { model: poolModel(line), shape: [4, 1], values: [6, 0, 8, 1], want: [8 / 3, 8 / 3, 8 / 3 + 4, 4] },
      { model: poolModel(box), shape: [1, 3, 1, 1], values: [4, 2, 6], want: [2, 2, 6] },
      { model: globe, shape: [4, 1], values: [1, 8, 2, 3], want: [2, 2, 2, 2] },
    ];
    for (const { model, shape, values, want } of wanted) {
      const deconvnet = new Deconvnet(model, { unpool: 'spread' });
      const projection = await deconvnet.project(tf.tensor(values, shape), { layer: 'pool', featureMap: 0 });
      const got = Array.from(await projection.pixels.data());
      expect(got.length).toBe(want.length);
      for (const [i, value] of want.entries()) expect(got[i]).toBeCloseTo(value, 5);
      deconvnet.dispose();
    }
  });
});
