import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { layersToCompare } from '../../../src/studies/correspondence/layers-to-compare.js';
import { comparedLayers } from '../../../src/studies/invariance/compared-layers.js';
import { use } from '../../support/backends.js';

const { layers } = tfl;

/** The names of the layers that are compared by default, in a network that ends in some layers. A correspondence has the same top. */
function comparedIn(end: readonly tfl.layers.Layer[], labels?: readonly string[]): string[] {
  const model = tfl.sequential({
    layers: [
      layers.conv2d({ inputShape: [6, 6, 1], filters: 2, kernelSize: 3, activation: 'relu', name: 'first' }),
      layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu', name: 'second' }),
      ...end,
    ],
  });
  const deconvnet = new Deconvnet(model, labels ? { labels } : {});
  try {
    const names = comparedLayers(deconvnet, undefined).map(({ name }) => name);
    expect(layersToCompare(deconvnet).at(-1)).toBe(names.at(-1));
    return names;
  } finally {
    deconvnet.dispose();
    model.dispose();
  }
}

describe('comparedLayers', () => {
  beforeAll(() => use('cpu'));

  it('takes the first layer and the one that the classes are computed from', () => {
    const dense = (name: string) => layers.dense({ units: 4, activation: 'relu', name });
    expect(comparedIn([layers.flatten(), dense('dense6'), dense('dense7')])).toEqual(['first', 'dense6']);
  });

  it('looks through layers that only pass on values, and through a softmax of its own', () => {
    const end = [
      ...[
        layers.flatten(),
        layers.dense({ units: 5, activation: 'relu', name: 'dense6' }),
        layers.dropout({ rate: 0.5 }),
      ],
      ...[layers.dense({ units: 4, name: 'logits' }), layers.softmax()],
    ];
    expect(comparedIn(end)).toEqual(['first', 'dense6']);
    expect(comparedIn([layers.flatten({ name: 'flat' }), layers.dense({ units: 4 })])).toEqual(['first', 'second']);
  });

  it('looks through layers that act in training alone, whatever their class', () => {
    const passing = [
      layers.gaussianNoise({ stddev: 0.5, name: 'noise' }),
      layers.alphaDropout({ rate: 0.5 }),
      layers.permute({ dims: [1] }),
    ];
    const dense6 = layers.dense({ units: 5, activation: 'relu', name: 'dense6' });
    const end = [layers.flatten(), dense6, ...passing, layers.dense({ units: 4 })];
    expect(comparedIn(end)).toEqual(['first', 'dense6']);
  });

  it('does not count the input as a feature', () => {
    const dense = layers.dense({ units: 4, inputShape: [5], name: 'scores' });
    const model = tfl.sequential({ layers: [dense] });
    const deconvnet = new Deconvnet(model);
    expect(comparedLayers(deconvnet, undefined).map(({ name }) => name)).toEqual(['scores']);
    expect(layersToCompare(deconvnet)).toEqual(['scores']);
    deconvnet.dispose();
    model.dispose();
  });

  it('finds the layer below where the classes are means of feature maps', () => {
    const end = [layers.conv2d({ filters: 4, kernelSize: 1, name: 'scores' }), layers.globalAveragePooling2d({})];
    expect(comparedIn([...end, layers.softmax()])).toEqual(['first', 'second']);
  });

  it('takes the first and the last layer of a network without classes, once if they are the same', () => {
    expect(comparedIn([])).toEqual(['first', 'second']);
    const model = tfl.sequential({
      layers: [layers.conv2d({ inputShape: [6, 6, 1], filters: 2, kernelSize: 3, activation: 'relu', name: 'only' })],
    });
    const deconvnet = new Deconvnet(model);
    expect(comparedLayers(deconvnet, undefined).map(({ name }) => name)).toEqual(['only']);
    deconvnet.dispose();
    model.dispose();
  });

  it('refuses to choose in a network without convolutions and dense layers, and compares those that are named', () => {
    const model = tfl.sequential({
      layers: [layers.maxPooling2d({ inputShape: [6, 6, 1], poolSize: 2, name: 'pool' })],
    });
    const deconvnet = new Deconvnet(model);
    expect(() => comparedLayers(deconvnet, undefined)).toThrow(
      expect.objectContaining({
        code: 'unsupported-option',
        message: expect.stringMatching(/convolutions and dense layers, and the network has none.* option layers\.$/),
      }),
    );
    expect(comparedLayers(deconvnet, ['pool']).map(({ name }) => name)).toEqual(['pool']);
    deconvnet.dispose();
    model.dispose();
  });
});
