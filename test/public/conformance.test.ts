import * as tf from '@tensorflow/tfjs-core';
import { builtInMirror } from 'deconvnet';
import { checkMirror } from 'deconvnet/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../support/backends.js';
import { everyLayer } from '../support/every-layer.js';
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
});
