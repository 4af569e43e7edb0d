import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { DeconvnetOptions } from 'deconvnet';
import { type ClassSensitivity, type ClassSensitivityOptions, classSensitivity } from 'deconvnet/studies';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { fillWeights } from '../../support/project/networks.js';
import { atUnitLength, denseOnPixels, picture, withNetwork } from '../../support/studies/sanity.js';

describe.each(backends)('classSensitivity on %s', (backend) => {
  beforeAll(() => use(backend));

  const study = (
    model: tfl.LayersModel,
    options: ClassSensitivityOptions = {},
    own: DeconvnetOptions = {},
  ): Promise<ClassSensitivity> => {
    const [, height, width, channels] = model.inputs[0]!.shape as [null, number, number, number];
    const image = picture([height, width, channels]);
    return withNetwork(model, image, (deconvnet, item) => classSensitivity(deconvnet, item, options), own);
  };

  it('is 1, exactly, for logits that differ in scale only', async () => {
    const model = fillWeights(
      tfl.sequential({
        layers: [
          tfl.layers.conv2d({ inputShape: [12, 12, 2], filters: 3, kernelSize: 3, activation: 'relu' }),
          tfl.layers.flatten(),
          tfl.layers.dense({ units: 3, activation: 'softmax', name: 'answer' }),
        ],
      }),
    );
    const dense = model.getLayer('answer');
    tf.tidy(() => {
      const column = tf.slice(dense.getWeights()[0]!, [0, 0], [-1, 1]);
      dense.setWeights([tf.concat([column, tf.mul(column, 2), tf.mul(column, 0.25)], 1), tf.tensor1d([0, 1, 2])]);
    });
    const { pairs } = await study(model);
    expect(pairs).toHaveLength(9);
    const one = { rankCorrelation: 1, structuralSimilarity: 1 };
    for (const { likeness } of pairs) expect(likeness).toEqual({ signed: one, absolute: one });
  });

  it('compares logits that look at disjoint places', async () => {
    const model = denseOnPixels(
      [2, 2, 1],
      [
        [1, 2, 0, 0],
        [0, 0, 1, 2],
      ],
    );
    const { pairs, projections, layer } = await study(model);
    expect(layer).toBe('answer');
    expect(pairs.map(({ rule }) => rule)).toEqual(['deconvnet', 'guided', 'gradient']);
    for (const { classes, likeness } of pairs) {
      expect([...classes].sort()).toEqual([0, 1]);
      // The ranks are 3 4 1.5 1.5 and 1.5 1.5 3 4: the products of their distances from 2.5 add up to -4, the squares to 4.5.
      expect(likeness!.signed.rankCorrelation).toBeCloseTo(-4 / 4.5, 12);
      expect(likeness!.absolute.rankCorrelation).toBeCloseTo(-4 / 4.5, 12);
    }
    // A derivative of the softmax would mix both logits.
    for (const { featureMap, pixels } of projections) {
      const expected = atUnitLength(featureMap === 0 ? [1, 2, 0, 0] : [0, 0, 1, 2]);
      for (const [i, value] of pixels.values.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
    }
  });

  it('chooses the most probable classes, and names them', async () => {
    const columns = [0, 1, 2, 3].map((i) => Array.from({ length: 4 }, (_, j) => (i === j ? 1 : 0.1 * i)));
    const { classes } = await study(
      denseOnPixels([2, 2, 1], columns),
      { classes: 3 },
      { labels: ['a', 'b', 'c', 'd'] },
    );
    const probabilities = classes.map(({ probability }) => probability);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    for (const { index, label } of classes) expect(label).toBe('abcd'[index]);
    const own = await study(denseOnPixels([2, 2, 1], columns), { classes: [3, 0], rules: ['guided'] });
    expect(own.classes.map(({ index, label }) => [index, label])).toEqual([
      [3, undefined],
      [0, undefined],
    ]);
    expect(own.pairs.map((pair) => pair.classes)).toEqual([[3, 0]]);
  });

  it('starts below a softmax of its own, also behind layers that only pass on values', async () => {
    const layers = [
      tfl.layers.conv2d({ inputShape: [4, 4, 1], filters: 3, kernelSize: 4, name: 'logits' }),
      tfl.layers.softmax({ axis: -1, name: 'softmax' }),
      tfl.layers.flatten({ name: 'flat' }),
    ];
    const model = fillWeights(tfl.sequential({ layers }));
    const kernel = await model.getLayer('logits').getWeights()[0]!.data();
    const { layer, projections } = await study(model, { classes: [0, 2] });
    expect(layer).toBe('softmax');
    for (const { featureMap, pixels, position } of projections) {
      expect(position).toEqual([0, 0]);
      const own = atUnitLength(Array.from({ length: 16 }, (_, i) => kernel[i * 3 + featureMap]!));
      for (const [i, value] of pixels.values.entries()) expect(value).toBeCloseTo(own[i]!, 6);
    }
  });

  it('leaves out pairs with an empty projection', async () => {
    const { pairs, projections } = await study(
      denseOnPixels(
        [2, 2, 1],
        [
          [1, 2, 0, 0],
          [0, 0, 0, 0],
        ],
      ),
      { rules: ['guided'] },
    );
    expect(projections.filter(({ empty }) => empty).map(({ featureMap }) => featureMap)).toEqual([1]);
    expect(pairs).toHaveLength(1);
    expect(pairs[0]!.likeness).toBeUndefined();
  });

  it('stops when it is told to, and refuses what cannot be done', async () => {
    const columns = [
      [1, 2, 0, 0],
      [0, 0, 1, 2],
    ];
    const refuse = (model: tfl.LayersModel, options: ClassSensitivityOptions = {}) =>
      expect(study(model, options)).rejects;
    const signal = AbortSignal.abort(new Error('enough'));
    await refuse(denseOnPixels([2, 2, 1], columns), { signal }).toThrow('enough');
    await refuse(denseOnPixels([2, 2, 1], columns), { classes: 1 }).toThrow(/2 or more.* the number 1/);
    await refuse(denseOnPixels([2, 2, 1], columns), { classes: [1, 1] }).toThrow(/each once/);
    await refuse(denseOnPixels([2, 2, 1], columns), { classes: [0, 2] }).toThrow(/no class 2.* 2 classes/);
    await refuse(denseOnPixels([2, 2, 1], [columns[0]!], 'sigmoid')).toThrow(/serves both classes/);
    const pool = tfl.sequential({ layers: [tfl.layers.maxPooling2d({ inputShape: [4, 4, 2] })] });
    await refuse(pool).toMatchObject({ code: 'unsupported-option' });
  });
});
