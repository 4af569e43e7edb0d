import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { comparedLayers } from '../../../src/studies/invariance/compared-layers.js';
import { use } from '../../support/backends.js';

const { layers } = tfl;

/** The names of the layers that are compared by default, in a network that ends in some layers. */
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
    return comparedLayers(deconvnet, undefined).map(({ name }) => name);
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
