import * as tf from '@tensorflow/tfjs-core';
import { builtInMirror } from 'deconvnet';
import { checkMirror } from 'deconvnet/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, draws, use } from '../../support/backends.js';
import { everyLayer, type LayerUse } from '../../support/mirrors/every-layer.js';
import { FAMILIES, layerCases } from '../../support/mirrors/layer-cases.js';
import { MERGE_CASES } from '../../support/mirrors/merge-cases.js';
import { RECURRENT_CASES } from '../../support/mirrors/recurrent-cases.js';
import { SHAPE_CASES } from '../../support/mirrors/shape-cases.js';
import { VALUE_CASES } from '../../support/mirrors/value-cases.js';
import { noiseTensor } from '../../support/project/networks.js';

const cases = { ...VALUE_CASES, ...SHAPE_CASES, ...MERGE_CASES, ...RECURRENT_CASES };

/** Checks the mirror of one use of a class, under the rules that differ most. */
async function expectConforms(backend: string, one: LayerUse): Promise<void> {
  const { make, inputShapes, channelAxis, wrongOn = [] } = one;
  const linear = one.linear && !wrongOn.includes(backend);
  const layer = make();
  // A first call builds the layer; then weights that differ from each other.
  const inputs = inputShapes.map((shape) => tf.zeros([2, ...shape]));
  tf.dispose(layer.apply(inputs.length === 1 ? inputs[0]! : inputs, { training: false }) as tf.Tensor);
  const weights = layer.getWeights().map(({ shape }, i) => {
    const noise = noiseTensor(shape, 40 + i);
    // A variance among them.
    return layer.getClassName() === 'BatchNormalization' ? tf.add(tf.abs(noise), 0.1) : noise;
  });
  layer.setWeights(weights);
  tf.dispose([inputs, weights]);
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

it('every class with a fixed use has generated options too', () => {
  expect([...Object.keys(FAMILIES), ...Object.keys(cases)].sort()).toEqual(Object.keys(everyLayer).sort());
});

describe.each(backends)('every built-in mirror on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(Object.entries(everyLayer))('%s', async (_, uses) => {
    for (const one of uses) await expectConforms(backend, one);
  });

  it.each(Object.keys(FAMILIES))('%s, with generated options', async (className) => {
    await fc.assert(
      fc.asyncProperty(layerCases(className), async ({ layer, input, channelAxis, title }) => {
        tf.dispose(layer.apply(tf.zeros(input), { training: false }) as tf.Tensor);
        const checks = await checkMirror(layer, builtInMirror(layer), {
          inputShapes: [input.slice(1)],
          channelAxis,
          // On wasm some calls of tfjs are wrong; what adjoint.test.ts holds there it takes from the cpu.
          linear: backend !== 'wasm' && !className.includes('Max'),
        }).catch((error: Error) => {
          throw new Error(`${title}: ${error.message}`);
        });
        expect(checks).toContain(className.startsWith('Global') ? 'homogeneous' : 'cropped equals whole');
        layer.dispose();
      }),
      { numRuns: draws(12), seed: 31 },
    );
  });

  it.each(Object.entries(cases))('%s, with generated options', async (className, drawn) => {
    const linearHere = ({ linear, wrongOn = [] }: LayerUse): boolean => linear && !wrongOn.includes(backend);
    let adjoints = 0;
    await fc.assert(
      fc.asyncProperty(drawn, async (one) => {
        fc.pre(!one.throwsOn?.includes(backend));
        expect(one.make().getClassName()).toBe(className);
        await expectConforms(backend, one).catch((error: Error) => {
          throw new Error(`${className} ${one.title}: ${error.message}`);
        });
        if (linearHere(one)) adjoints++;
      }),
      { numRuns: draws(10), seed: 31 },
    );
    // Where the fixed uses hold the adjoint, some generated ones must, unless only few are drawn.
    if (draws(10) === 10 && everyLayer[className]!.some(linearHere)) expect(adjoints).toBeGreaterThan(1);
  });
});
