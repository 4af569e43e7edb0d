import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../support/backends.js';
import { poolCases, tiedValues } from '../support/generated.js';
import { oraclePool, oracleUnpool, type PoolCase } from '../support/pooling-oracle.js';

function poolModel({ height, width, maps, pool, stride, padding }: PoolCase): tfl.LayersModel {
  const layer = tfl.layers.maxPooling2d({
    inputShape: [height, width, maps],
    poolSize: [...pool],
    strides: [...stride],
    padding,
    name: 'pool',
  });
  return tfl.sequential({ layers: [layer] });
}

describe.each(backends)('max pooling on %s', (backend) => {
  beforeAll(() => use(backend));

  it('puts every signal on the first maximum of its window, and adds where windows share one', async () => {
    let overlaps = 0;
    await fc.assert(
      fc.asyncProperty(
        poolCases.chain((one) => fc.tuple(fc.constant(one), tiedValues(one.height * one.width * one.maps))),
        async ([one, values]) => {
          const pooled = oraclePool(values, one);
          if (new Set(pooled.switches).size < pooled.switches.length) overlaps++;
          const model = poolModel(one);
          const deconvnet = new Deconvnet(model);
          const image = tf.tensor3d(values, [one.height, one.width, one.maps]);
          const maps = Array.from({ length: one.maps }, (_, featureMap) => ({ layer: 'pool', featureMap }));
          const projections = await deconvnet.project(image, maps);
          for (const [map, projection] of projections.entries()) {
            // The seed: this feature map's own activations, all others zero.
            const seed = pooled.values.map((value, i) => (i % one.maps === map ? value : 0));
            expect(Array.from(await projection.pixels.data())).toEqual(oracleUnpool(seed, pooled.switches, one));
          }
          tf.dispose([image, ...projections.map(({ pixels }) => pixels)]);
          deconvnet.dispose();
          model.dispose();
        },
      ),
      { numRuns: 150, seed: 7 },
    );
    expect(overlaps).toBeGreaterThan(20);
  });

  it('sends the signal of a window of zeros to its first cell', async () => {
    // Two layers: a pool over zeros, and above it a filter that finds something in the bias.
    const one: PoolCase = { height: 4, width: 4, maps: 1, pool: [2, 2], stride: [2, 2], padding: 'valid' };
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
    const one: PoolCase = { height: 3, width: 3, maps: 1, pool: [2, 2], stride: [2, 2], padding: 'same' };
    const deconvnet = new Deconvnet(poolModel(one), { unpool: 'spread' });
    const image = tf.tensor3d([4, 0, 6, 0, 0, 0, 2, 0, 1], [3, 3, 1]);
    const projection = await deconvnet.project(image, { layer: 'pool', featureMap: 0 });
    expect(Array.from(await projection.pixels.data())).toEqual([1, 1, 3, 1, 1, 3, 1, 1, 1]);
  });
});
