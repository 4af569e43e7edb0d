import * as tfl from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { Deconvnet } from '../../../src/index.js';
import { takesAnySize } from '../../../src/network/network.js';

it.each([
  ['pictures of one size', [8, 8, 3], false],
  ['pictures of any size', [null, null, 3], true],
  ['pictures of any width', [8, null, 3], true],
  ['signals of one length', [16, 1], false],
  ['signals of any length', [null, 1], true],
  ['lists of numbers', [10], false],
])('takesAnySize tells whether inputs may differ in size: %s', (_, inputShape, expected) => {
  const model = tfl.sequential({ layers: [tfl.layers.activation({ inputShape, activation: 'relu' })] });
  const deconvnet = new Deconvnet(model);
  expect(takesAnySize(deconvnet.engine.network)).toBe(expected);
  deconvnet.dispose();
  model.dispose();
});
