import { expect, it } from 'vitest';
import { insteadOf } from '../../../src/models/keras/instead-of.js';

const wide = { kernel_size: [2, 2, 2], pool_size: [2, 2, 2], strides: [3, 3, 3], padding: 'same' };

it.each(['Conv3D', 'AveragePooling3D', 'MaxPooling3D', 'Conv2D', 'DepthwiseConv2D', 'SeparableConv2D'])(
  'a %s whose windows leave cells out is one of the library, unless TensorFlow.js wrote the network',
  (className) => {
    expect(insteadOf(className, wide)?.[0]).toBe(`Keras${className}`);
    expect(insteadOf(className, wide, true)).toBeUndefined();
  },
);

it('layers whose windows leave no cell out keep their class', () => {
  const dense = { ...wide, strides: [2, 2, 2] };
  for (const className of ['Conv3D', 'AveragePooling3D', 'Conv2D']) {
    expect(insteadOf(className, dense)).toBeUndefined();
    expect(insteadOf(className, { ...wide, padding: 'valid' })).toBeUndefined();
  }
  expect(insteadOf('Conv2D', { kernel_size: [1, 1], strides: [2, 2], padding: 'same' })).toBeUndefined();
});
