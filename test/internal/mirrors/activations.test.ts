import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RectifyStep, rectifyStep } from '../../../src/mirrors/rectify/rectify.js';
import { resolveRule } from '../../../src/mirrors/rules.js';
import { builtInMirror } from '../../../src/mirrors/table.js';
import type { Layer } from '../../../src/network/layer-access.js';
import { backends, use } from '../../support/backends.js';
import {
  applyLayer,
  expectGradient,
  expectManySeeds,
  expectRegions,
  expectSame,
  sendDown,
} from '../../support/mirrors/expect-mirror.js';
import { except, type LayerCase, layerCase } from '../../support/mirrors/layer-case.js';
import { noiseTensor } from '../../support/project/networks.js';

// Layers with weights are made here.
await use('cpu');

const NAMES = [
  ...['linear', 'relu', 'relu6', 'elu', 'selu', 'softplus', 'swish', 'mish', 'gelu', 'gelu_new'],
  ...['sigmoid', 'hardSigmoid', 'tanh', 'softsign', 'softmax', 'logSoftmax'],
] as const;
const SHAPE = [2, 4, 5, 3];

const named = (activation: (typeof NAMES)[number]): Layer =>
  tfl.layers.activation({ activation: activation as 'relu' });

/** A PReLU with alphas of both signs. */
function prelu(options: Parameters<typeof tfl.layers.prelu>[0], shape: number[] = SHAPE): Layer {
  const layer = tfl.layers.prelu(options);
  layer.apply(tf.zeros(shape));
  layer.setWeights(layer.getWeights().map((weight) => noiseTensor(weight.shape, 4)));
  return layer;
}

const on = (title: string, layer: Layer, shape: number[] = SHAPE, more: Partial<LayerCase> = {}): LayerCase =>
  layerCase(() => layer, [shape.slice(1)], { title, ...more });

const cases: LayerCase[] = [
  ...NAMES.map((name) => on(name, named(name))),
  on('ReLU', tfl.layers.reLU()),
  on('ReLU, capped', tfl.layers.reLU({ maxValue: 1.5 })),
  on('ELU', tfl.layers.elu()),
  on('LeakyReLU', tfl.layers.leakyReLU()),
  on('LeakyReLU, alpha 0', tfl.layers.leakyReLU({ alpha: 0 })),
  on('LeakyReLU, alpha -0.5', tfl.layers.leakyReLU({ alpha: -0.5 })),
  on('LeakyReLU, alpha 1.5', tfl.layers.leakyReLU({ alpha: 1.5 })),
  on('ThresholdedReLU', tfl.layers.thresholdedReLU()),
  on('ThresholdedReLU, theta 0', tfl.layers.thresholdedReLU({ theta: 0 })),
  on('ThresholdedReLU, theta -0.7', tfl.layers.thresholdedReLU({ theta: -0.7 })),
  on('PReLU', prelu({})),
  on('PReLU, shared rows and columns', prelu({ sharedAxes: [1, 2] })),
  on('PReLU, shared columns', prelu({ sharedAxes: 2 }), SHAPE, {
    wrongOn: except('tfjs misreads alphas that are shared along an axis, but not along one before it', 'wasm'),
  }),
  on('PReLU of a vector', prelu({}, [2, 6]), [2, 6]),
  on('Softmax of a vector', tfl.layers.softmax(), [2, 6]),
  on('Softmax, axis -1', tfl.layers.softmax({ axis: -1 })),
  on('Softmax, axis [-1]', tfl.layers.softmax({ axis: [-1] })),
  on('Softmax, rows and columns', tfl.layers.softmax({ axis: [1, 2] })),
];

describe('nonlinearities on cpu', () => {
  beforeAll(() => use('cpu'));

  it.each(cases)('$title has its gradient', async (one) => {
    if (!one.title.startsWith('ThresholdedReLU')) return expectGradient(one);
    // tfjs has no gradient for it: where it passes, it is linear.
    const { theta } = one.make().getConfig() as { theta: number };
    const x = tf.randomNormal(SHAPE, 0, 2, 'float32', 5);
    const passed = tf.cast(tf.greater(x, theta), 'float32');
    return expectGradient(one, [x], ([given]) => tf.mul(given!, passed));
  });

  it.each(cases)('$title is guided by its derivative and the sign of the signal', async (one) => {
    const xs = one.inputShapes.map((shape) => tf.randomNormal([2, ...shape], 0, 2, 'float32', 5));
    const signal = tf.randomNormal(applyLayer(one.make(), xs).shape, 0, 1, 'float32', 6);
    const passesOn = /linear|softmax/i.test(one.title);
    const want = passesOn ? [signal] : sendDown(one, xs, tf.relu(signal), { rule: 'gradient' });
    await expectSame(sendDown(one, xs, signal, { rule: 'guided' }), want, one.title);
  });
});

describe.each(backends)('nonlinearities on %s', (backend) => {
  beforeAll(() => use(backend));

  const called = cases.filter(({ wrongOn = [] }) => !wrongOn.some((one) => one.backend === backend));
  it.each(called)('$title: the way up is the call of the layer', async ({ make, inputShapes, title }) => {
    const layer = make();
    const [step] = builtInMirror(layer, resolveRule({})) as [RectifyStep];
    const x = tf.randomNormal([2, ...inputShapes[0]!], 0, 2, 'float32', 5);
    const got = rectifyStep(step.activation, resolveRule({}).rectify);
    expect(got.window).toBe('pointwise');
    await expectSame([step.activation.apply(x)], [applyLayer(layer, [x])], title);
  });

  it.each(cases)('$title works on regions, for many seeds, under each rule', async (one) => {
    for (const rule of ['deconvnet', 'guided', 'gradient'] as const) {
      await expectManySeeds(one, { rule });
      if (one.inputShapes[0]!.length === 3) await expectRegions(one, { start: [2, -1], size: [3, 4] }, { rule }, 0);
      if (one.title.startsWith('PReLU,')) await expectRegions(one, { start: [-1, 2], size: [4, 2] }, { rule });
    }
  });

  it('LeakyReLU and PReLU apply themselves to the signal under the rule deconvnet', async () => {
    const layers = called.filter(({ title }) => /^(LeakyReLU|PReLU)/.test(title));
    expect(layers.length).toBe(backend === 'cpu' ? 8 : 7);
    for (const one of layers) {
      const shape = [2, ...one.inputShapes[0]!];
      const signal = noiseTensor(shape, 12);
      await expectSame(sendDown(one, [noiseTensor(shape, 13)], signal), [applyLayer(one.make(), [signal])]);
    }
  });

  it('sees everything below behind a softmax over a spatial axis', () => {
    // A call of the layer would throw: tfjs runs a softmax only along the last axis.
    const windowOf = (layer: Layer, channelAxis: number): unknown => {
      const placement = { channelAxis, inputChannelAxes: [channelAxis], inputShapes: [SHAPE] };
      return builtInMirror(layer, resolveRule({}), placement)!.at(-1)!.window;
    };
    expect(windowOf(tfl.layers.softmax(), 3)).toBeUndefined();
    expect(windowOf(tfl.layers.softmax(), 1)).toBe('pointwise');
    expect(windowOf(tfl.layers.softmax({ axis: 3 }), 3)).toBe('pointwise');
    expect(windowOf(named('softmax'), 3)).toBe('pointwise');
    expect(windowOf(named('softmax'), 1)).toBeUndefined();
  });
});
