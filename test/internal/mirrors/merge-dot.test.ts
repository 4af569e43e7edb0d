import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
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

const products: [axes: number | [number, number], a: number[], b: number[]][] = [
  [1, [2, 5], [2, 5]],
  [-1, [2, 5], [2, 5]],
  [
    [2, 1],
    [2, 3, 5],
    [2, 5, 4],
  ],
  [
    [1, 1],
    [2, 5, 3],
    [2, 5, 4],
  ],
  [2, [2, 3, 5], [2, 4, 5]],
  [
    [1, 2],
    [2, 5, 3],
    [2, 4, 5],
  ],
  [
    [2, 1],
    [2, 3, 5],
    [2, 5],
  ],
  [
    [1, 1],
    [2, 5, 3],
    [2, 5],
  ],
  [
    [1, 2],
    [2, 5],
    [2, 4, 5],
  ],
  [
    [1, 1],
    [2, 5],
    [2, 5, 4],
  ],
];
const cases: MirrorCase[] = products.flatMap(([axes, ...inputs]) =>
  [false, true].map((normalize) => ({
    title: `Dot over ${axes} of ${inputs.join(' and ')}${normalize ? ', normalised' : ''}`,
    layer: tfl.layers.dot({ axes, normalize }),
    inputs,
  })),
);

describe.each(backends)('Dot on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(cases)('$title has its gradient', (one) => expectGradient(one));

  it.each(cases)('$title takes the other factor and the norms for constants', async (one) => {
    const xs = one.inputs.map((shape, i) => noiseTensor(shape, i + 1));
    const { axes, normalize } = one.layer.getConfig() as { axes: number | number[]; normalize: boolean };
    const units = xs.map((x, i) => {
      const axis = [axes].flat().at(i) ?? [axes].flat()[0]!;
      const norm = normalize ? tf.norm(x, 2, axis, true) : tf.ones([1]);
      return { norm, unit: tf.div(x, norm) };
    });
    const plain = tfl.layers.dot({ axes: axes as number });
    const signal = noiseTensor(applyLayer(one.layer, xs).shape, 7);
    const gradients = tf.grads((...given: tf.Tensor[]) => applyLayer(plain, given))(
      units.map(({ unit }) => unit),
      signal,
    );
    const want = gradients.map((gradient, i) => tf.div(gradient, units[i]!.norm));
    for (const rule of ['deconvnet', 'guided'] as const) {
      await expectSame(sendDown(one, xs, signal, { rule }), want, one.title);
    }
  });

  it.each(cases)('$title serves many seeds and regions', async (one) => {
    await expectManySeeds(one);
    const { shape } = applyLayer(
      one.layer,
      one.inputs.map((size) => tf.zeros(size)),
    );
    if (shape.length === 3) await expectRegions(one, { start: [-1], size: [3] });
    expect(shape.length).toBeGreaterThan(1);
  });
});
