import * as tf from '@tensorflow/tfjs-core';
import { builtInMirror } from 'deconvnet';
import { checkMirror } from 'deconvnet/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../support/backends.js';
import { everyLayer } from '../support/every-layer.js';
import { FAMILIES, layerCases } from '../support/layer-cases.js';
import { noiseTensor } from '../support/networks.js';

describe.each(backends)('every built-in mirror on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(Object.entries(everyLayer))('%s', async (_, uses) => {
    for (const { make, inputShapes, channelAxis, wrongOn = [], ...kind } of uses) {
      const linear = kind.linear && !wrongOn.includes(backend);
      const layer = make();
      // A first call builds the layer; then weights that differ from each other.
      const inputs = inputShapes.map((shape) => tf.zeros([2, ...shape]));
      tf.dispose(layer.apply(inputs.length === 1 ? inputs[0]! : inputs, { training: false }) as tf.Tensor);
      tf.dispose(inputs);
      const positive = layer.getClassName().endsWith('Normalization');
      layer.setWeights(
        layer.getWeights().map(({ shape }, i) => {
          const noise = noiseTensor(shape, 40 + i);
          return positive ? tf.add(tf.abs(noise), 0.1) : noise;
        }),
      );
      for (const rule of ['deconvnet', 'gradient'] as const) {
        const checks = await checkMirror(layer, builtInMirror(layer, { rule }), {
          inputShapes,
          linear,
          ...(channelAxis !== undefined && { channelAxis }),
        });
        expect(checks).toContain('homogeneous');
        expect(checks.includes('adjoint')).toBe(linear);
      }
      layer.dispose();
    }
  });

  it.each(Object.keys(FAMILIES))('%s, with generated options', async (className) => {
    await fc.assert(
      fc.asyncProperty(layerCases(className), async ({ layer, input, channelAxis, title }) => {
        tf.dispose(layer.apply(tf.zeros(input), { training: false }) as tf.Tensor);
        const checks = await checkMirror(layer, builtInMirror(layer), {
          inputShapes: [input.slice(1)],
          channelAxis,
          // On wasm some calls of tfjs are wrong; what adjoint.test.ts holds there it takes from the cpu.
          linear: backend === 'cpu' && !className.startsWith('Max'),
        }).catch((error: Error) => {
          throw new Error(`${title}: ${error.message}`);
        });
        expect(checks).toContain(className.startsWith('Global') ? 'homogeneous' : 'cropped equals whole');
        layer.dispose();
      }),
      { numRuns: 12, seed: 31 },
    );
  });
});
