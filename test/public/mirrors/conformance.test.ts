import * as tf from '@tensorflow/tfjs-core';
import { builtInMirror } from 'deconvnet';
import { checkMirror } from 'deconvnet/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, draws, unlessLong, use } from '../../support/backends.js';
import { ADDED_CLASSES } from '../../support/mirrors/added-classes.js';
import { isLinearHere, type LayerCase, throwsHere } from '../../support/mirrors/layer-case.js';
import { LAYER_CLASSES } from '../../support/mirrors/layer-classes.js';
import { noiseTensor } from '../../support/project/networks.js';

/** Checks the mirror of one case, under the rules that differ most. */
async function expectConforms(className: string, one: LayerCase): Promise<void> {
  const { make, inputShapes, channelAxis, windowed = false } = one;
  const layer = make();
  expect(layer.getClassName()).toBe(className);
  // A first call builds the layer; then weights that differ from each other.
  const inputs = inputShapes.map((shape) => tf.zeros([2, ...shape]));
  tf.dispose(layer.apply(inputs.length === 1 ? inputs[0]! : inputs, { training: false }) as tf.Tensor);
  const weights = layer.getWeights().map(({ shape, dtype }, i) => {
    const noise = noiseTensor(shape, 40 + i);
    // A variance among them.
    return /^(Keras)?(BatchN|N)ormalization$/.test(className) ? tf.cast(tf.add(tf.abs(noise), 0.1), dtype) : noise;
  });
  layer.setWeights(weights);
  tf.dispose([inputs, weights]);
  for (const rule of ['deconvnet', 'gradient'] as const) {
    const checks = await checkMirror(layer, builtInMirror(layer, { rule }), {
      inputShapes,
      linear: isLinearHere(one),
      ...(channelAxis !== undefined && { channelAxis }),
    }).catch((error: Error) => {
      throw new Error(`${className} ${one.title}: ${error.message}`);
    });
    expect(checks).toContain('homogeneous');
    expect(checks.includes('adjoint')).toBe(isLinearHere(one));
    if (windowed) expect(checks).toContain('cropped equals whole');
  }
  layer.dispose();
}

describe.each(backends)('every mirror of the library on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(Object.entries({ ...LAYER_CLASSES, ...ADDED_CLASSES }))(
    '%s, as written down and with generated options',
    async (className, tested) => {
      for (const one of unlessLong(tested.fixed)) await expectConforms(className, one);
      let adjoints = 0;
      await fc.assert(
        fc.asyncProperty(tested.generated, async (one) => {
          fc.pre(!throwsHere(one));
          await expectConforms(className, one);
          if (isLinearHere(one)) adjoints++;
        }),
        { numRuns: draws(12), seed: 31 },
      );
      // If the fixed cases are checked as adjoints, some generated ones must be, unless only few are drawn.
      if (draws(12) === 12 && tested.fixed.some(isLinearHere)) expect(adjoints).toBeGreaterThan(1);
    },
  );
});
