import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, draws, use } from '../../support/backends.js';
import { expectClose, largest, values } from '../../support/compare.js';
import { type OracleLayer, oracleDown, oracleUp } from '../../support/project/network-oracle.js';
import { noise } from '../../support/project/networks.js';

const conv = fc.record({
  kind: fc.constant('conv' as const),
  size: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 2 }),
  padding: fc.constantFrom('same' as const, 'valid' as const),
  filters: fc.integer({ min: 1, max: 3 }),
  relu: fc.boolean(),
  dilated: fc.boolean(),
});
const pool = fc.record({
  kind: fc.constant('pool' as const),
  size: fc.integer({ min: 2, max: 3 }),
  stride: fc.integer({ min: 1, max: 2 }),
  padding: fc.constantFrom('same' as const, 'valid' as const),
});
const networks = fc.record({
  height: fc.integer({ min: 9, max: 13 }),
  width: fc.integer({ min: 9, max: 13 }),
  layers: fc.tuple(conv, pool, conv),
  seed: fc.integer({ min: 1, max: 1000 }),
});

describe.each(backends)('whole networks on %s', (backend) => {
  beforeAll(() => use(backend));

  it('project what plain loops project, under each rule, for all positions and for one', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(networks, async ({ height, width, layers, seed }) => {
        let channels = 2;
        const oracle = layers.map((layer, i): OracleLayer => {
          if (layer.kind === 'pool') return layer;
          const { dilated, ...rest } = layer;
          const kernel = Array.from(noise(layer.size ** 2 * channels * layer.filters, seed + i));
          const bias = Array.from(noise(layer.filters, seed + i + 50));
          channels = layer.filters;
          // tfjs takes a stride or a dilation, not both.
          return { ...rest, kernel, bias, dilation: dilated && layer.stride === 1 ? 2 : 1 };
        });
        const pixels = Array.from(noise(height * width * 2, seed + 99));
        const steps = oracleUp({ height, width, maps: 2, values: pixels }, oracle);
        const top = steps.at(-1)!.output;
        const model = tfl.sequential();
        for (const [i, layer] of oracle.entries()) {
          const shape = i === 0 ? { inputShape: [height, width, 2] } : {};
          const { size, stride: strides, padding } = layer;
          model.add(
            layer.kind === 'pool'
              ? tfl.layers.maxPooling2d({ ...shape, poolSize: size, strides, padding, name: `layer${i}` })
              : tfl.layers.conv2d({
                  ...shape,
                  kernelSize: size,
                  strides,
                  padding,
                  dilationRate: layer.dilation,
                  filters: layer.filters,
                  activation: layer.relu ? 'relu' : 'linear',
                  name: `layer${i}`,
                }),
          );
        }
        model.setWeights(
          oracle.flatMap((layer, i) => {
            if (layer.kind === 'pool') return [];
            const { shape } = model.getLayer(`layer${i}`).getWeights()[0]!;
            return [tf.tensor(layer.kernel, shape), tf.tensor1d(layer.bias)];
          }),
        );
        const image = tf.tensor3d(pixels, [height, width, 2]);
        const middle = [top.height >> 1, top.width >> 1];
        for (const rule of ['deconvnet', 'guided', 'gradient'] as const) {
          const deconvnet = new Deconvnet(model, { rule });
          for (const position of ['all' as const, middle]) {
            const keep = (cell: number): boolean => position === 'all' || cell === middle[0]! * top.width + middle[1]!;
            const wanted = oracleDown(
              steps,
              top.values.map((value, i) => (i % top.maps === 0 && keep(Math.floor(i / top.maps)) ? value : 0)),
              rule,
            );
            const projection = await deconvnet.project(image, { layer: 'layer2', featureMap: 0, position });
            const got = await values(projection);
            if (largest(wanted) === 0) expect(largest(got)).toBe(0);
            else {
              expectClose(got, wanted, 1e-4);
              compared++;
            }
            projection.dispose();
          }
          deconvnet.dispose();
        }
        image.dispose();
        model.dispose();
      }),
      { numRuns: draws(40), seed: 21 },
    );
    expect(compared).toBeGreaterThan(draws(100));
  });
});
