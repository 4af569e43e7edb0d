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
  sendDown,
} from '../../support/mirrors/expect-mirror.js';
import { LayerBench } from '../../support/mirrors/layer-bench.js';
import { type LayerCase, layerCase } from '../../support/mirrors/layer-case.js';
import { noiseTensor } from '../../support/project/networks.js';

/** The axes, and the shapes of both inputs without the batch. */
const products: [axes: number | [number, number], a: number[], b: number[]][] = [
  [1, [5], [5]],
  [-1, [5], [5]],
  [
    [2, 1],
    [3, 5],
    [5, 4],
  ],
  [
    [1, 1],
    [5, 3],
    [5, 4],
  ],
  [2, [3, 5], [4, 5]],
  [
    [1, 2],
    [5, 3],
    [4, 5],
  ],
  [[2, 1], [3, 5], [5]],
  [[1, 1], [5, 3], [5]],
  [[1, 2], [5], [4, 5]],
  [[1, 1], [5], [5, 4]],
];
const cases: LayerCase[] = products.flatMap(([axes, ...shapes]) =>
  [false, true].map((normalize) =>
    layerCase(() => tfl.layers.dot({ axes, normalize }), shapes, {
      title: `Dot over ${axes} of ${shapes.join(' and ')}${normalize ? ', normalised' : ''}`,
    }),
  ),
);

describe.each(backends)('Dot on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(cases)('$title has its gradient', (one) => expectGradient(one));

  it.each(cases)('$title takes the other factor and the norms for constants', async (one) => {
    const layer = one.make();
    const xs = one.inputShapes.map((shape, i) => noiseTensor([2, ...shape], i + 1));
    const { axes, normalize } = layer.getConfig() as { axes: number | number[]; normalize: boolean };
    const units = xs.map((x, i) => {
      const axis = [axes].flat().at(i) ?? [axes].flat()[0]!;
      const norm = normalize ? tf.norm(x, 2, axis, true) : tf.ones([1]);
      return { norm, unit: tf.div(x, norm) };
    });
    const plain = tfl.layers.dot({ axes: axes as number });
    const signal = noiseTensor(applyLayer(layer, xs).shape, 7);
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
    const { outputShape } = new LayerBench(one);
    if (outputShape.length === 3) await expectRegions(one, { start: [-1], size: [3] });
    expect(outputShape.length).toBeGreaterThan(1);
  });
});
