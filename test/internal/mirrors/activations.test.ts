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
  type MirrorCase,
  sendDown,
} from '../../support/mirrors/run-mirror.js';
import { noiseTensor } from '../../support/project/networks.js';

// Layers with weights are made here.
await use('cpu');

const NAMES = [
  ...['linear', 'relu', 'relu6', 'elu', 'selu', 'softplus', 'swish', 'mish', 'gelu', 'gelu_new'],
  ...['sigmoid', 'hardSigmoid', 'tanh', 'softsign', 'softmax', 'logSoftmax'],
] as const;
const SHAPE = [2, 4, 5, 3];
/** What tf.prelu gets wrong there: alphas that are shared along an axis, but not along one before it. */
const MISREAD_ON_WASM = 'PReLU, shared columns';

const named = (activation: (typeof NAMES)[number]): Layer =>
  tfl.layers.activation({ activation: activation as 'relu' });

/** A PReLU with alphas of both signs. */
function prelu(options: Parameters<typeof tfl.layers.prelu>[0], shape: number[] = SHAPE): Layer {
  const layer = tfl.layers.prelu(options);
  layer.apply(tf.zeros(shape));
  layer.setWeights(layer.getWeights().map((weight) => noiseTensor(weight.shape, 4)));
  return layer;
}

const cases: MirrorCase[] = [
  ...NAMES.map((name) => ({ title: name, layer: named(name), inputs: [SHAPE] })),
  { title: 'ReLU', layer: tfl.layers.reLU(), inputs: [SHAPE] },
  { title: 'ReLU, capped', layer: tfl.layers.reLU({ maxValue: 1.5 }), inputs: [SHAPE] },
  { title: 'ELU', layer: tfl.layers.elu(), inputs: [SHAPE] },
  { title: 'LeakyReLU', layer: tfl.layers.leakyReLU(), inputs: [SHAPE] },
  { title: 'LeakyReLU, alpha 0', layer: tfl.layers.leakyReLU({ alpha: 0 }), inputs: [SHAPE] },
  { title: 'LeakyReLU, alpha -0.5', layer: tfl.layers.leakyReLU({ alpha: -0.5 }), inputs: [SHAPE] },
  { title: 'LeakyReLU, alpha 1.5', layer: tfl.layers.leakyReLU({ alpha: 1.5 }), inputs: [SHAPE] },
  { title: 'ThresholdedReLU', layer: tfl.layers.thresholdedReLU(), inputs: [SHAPE] },
  { title: 'ThresholdedReLU, theta 0', layer: tfl.layers.thresholdedReLU({ theta: 0 }), inputs: [SHAPE] },
  { title: 'ThresholdedReLU, theta -0.7', layer: tfl.layers.thresholdedReLU({ theta: -0.7 }), inputs: [SHAPE] },
  { title: 'PReLU', layer: prelu({}), inputs: [SHAPE] },
  { title: 'PReLU, shared rows and columns', layer: prelu({ sharedAxes: [1, 2] }), inputs: [SHAPE] },
  { title: MISREAD_ON_WASM, layer: prelu({ sharedAxes: 2 }), inputs: [SHAPE], wrongCall: true },
  { title: 'PReLU of a vector', layer: prelu({}, [2, 6]), inputs: [[2, 6]] },
  { title: 'Softmax of a vector', layer: tfl.layers.softmax(), inputs: [[2, 6]] },
  { title: 'Softmax, axis -1', layer: tfl.layers.softmax({ axis: -1 }), inputs: [SHAPE] },
  { title: 'Softmax, axis [-1]', layer: tfl.layers.softmax({ axis: [-1] }), inputs: [SHAPE] },
  { title: 'Softmax, rows and columns', layer: tfl.layers.softmax({ axis: [1, 2] }), inputs: [SHAPE] },
];

describe('nonlinearities on cpu', () => {
  beforeAll(() => use('cpu'));

  it.each(cases)('$title has its gradient', async (one) => {
    if (!one.title.startsWith('ThresholdedReLU')) return expectGradient(one);
    // tfjs has no gradient for it: where it passes, it is linear.
    const { theta } = one.layer.getConfig() as { theta: number };
    const x = tf.randomNormal(SHAPE, 0, 2, 'float32', 5);
    const passed = tf.cast(tf.greater(x, theta), 'float32');
    return expectGradient(one, [x], ([given]) => tf.mul(given!, passed));
  });

  it.each(cases)('$title is guided by its derivative and the sign of the signal', async (one) => {
    const xs = one.inputs.map((shape) => tf.randomNormal(shape, 0, 2, 'float32', 5));
    const signal = tf.randomNormal(applyLayer(one.layer, xs).shape, 0, 1, 'float32', 6);
    const passesOn = /linear|softmax/i.test(one.title);
    const want = passesOn ? [signal] : sendDown(one, xs, tf.relu(signal), { rule: 'gradient' });
    await expectSame(sendDown(one, xs, signal, { rule: 'guided' }), want, one.title);
  });
});

describe.each(backends)('nonlinearities on %s', (backend) => {
  beforeAll(() => use(backend));

  const called = cases.filter(({ title }) => backend === 'cpu' || title !== MISREAD_ON_WASM);
  it.each(called)('$title: the way up is the call of the layer', async ({ layer, inputs, title }) => {
    const [step] = builtInMirror(layer, resolveRule({})) as [RectifyStep];
    const x = tf.randomNormal(inputs[0]!, 0, 2, 'float32', 5);
    const got = rectifyStep(step.activation, resolveRule({}).rectify);
    expect(got.window).toBe('pointwise');
    await expectSame([step.activation.apply(x)], [applyLayer(layer, [x])], title);
  });

  it.each(cases)('$title works on regions, for many seeds, under each rule', async (one) => {
    for (const rule of ['deconvnet', 'guided', 'gradient'] as const) {
      await expectManySeeds(one, { rule });
      if (one.inputs[0]!.length === 4) await expectRegions(one, { start: [2, -1], size: [3, 4] }, { rule }, 0);
      if (one.title.startsWith('PReLU,')) await expectRegions(one, { start: [-1, 2], size: [4, 2] }, { rule });
    }
  });

  it('LeakyReLU and PReLU apply themselves to the signal under the rule deconvnet', async () => {
    const layers = called.filter(({ title }) => /^(LeakyReLU|PReLU)/.test(title));
    expect(layers.length).toBe(backend === 'cpu' ? 8 : 7);
    for (const one of layers) {
      const signal = noiseTensor(one.inputs[0]!, 12);
      await expectSame(sendDown(one, [noiseTensor(one.inputs[0]!, 13)], signal), [applyLayer(one.layer, [signal])]);
    }
  });

  it('sees everything below behind a softmax over a spatial axis', () => {
    const windowOf = (layer: Layer, channelAxis: number): unknown =>
      builtInMirror(layer, resolveRule({}), { channelAxis, inputChannelAxes: [channelAxis], inputShapes: [SHAPE] })!.at(
        -1,
      )!.window;
    expect(windowOf(tfl.layers.softmax(), 3)).toBeUndefined();
    expect(windowOf(tfl.layers.softmax(), 1)).toBe('pointwise');
    expect(windowOf(tfl.layers.softmax({ axis: 3 }), 3)).toBe('pointwise');
    expect(windowOf(named('softmax'), 3)).toBe('pointwise');
    expect(windowOf(named('softmax'), 1)).toBeUndefined();
  });
});
