import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryOf } from '../../../src/backends/zeros/use-zero-skipping.js';
import type { WasmBackend } from '../../../src/backends/zeros/zero-skipper.js';
import {
  type Change,
  convolve,
  image,
  type Shape4,
  special,
  startWasm,
  values,
  weights,
} from '../../support/zero-skipping.js';

beforeAll(startWasm);

describe('convolutions on wasm that skip zeros', () => {
  it('have the bits of those of TensorFlow.js, for generated shapes and options', () => {
    let ours = 0;
    const side = fc.integer({ min: 1, max: 4 });
    const step = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(
        fc.record({
          batch: fc.integer({ min: 1, max: 3 }),
          size: fc.tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 })),
          channels: fc.integer({ min: 1, max: 80 }),
          maps: fc.integer({ min: 1, max: 130 }),
          kernel: fc.tuple(side, side),
          // TensorFlow.js has no convolutions with both.
          steps: fc.oneof(fc.record({ strides: fc.tuple(step, step) }), fc.record({ dilations: fc.tuple(step, step) })),
          pad: fc.oneof(
            fc.constantFrom('same' as const, 'valid' as const),
            fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }),
          ),
          fused: fc.option(fc.constantFrom('linear', 'relu', 'relu6')),
          share: fc.constantFrom(0, 0.02, 0.1, 0.3, 0.5, 0.8),
        }),
        ({ batch, size, channels, maps, kernel, steps, pad, fused, share }) => {
          const [top, bottom, left, right] = typeof pad === 'string' ? [0, 0, 0, 0] : pad;
          const reach = (axis: 0 | 1): number =>
            1 + (kernel[axis] - 1) * ('dilations' in steps ? steps.dilations[axis] : 1);
          fc.pre(pad === 'same' || (size[0] + top! + bottom! >= reach(0) && size[1] + left! + right! >= reach(1)));
          tf.tidy(() => {
            const made = convolve({
              x: image([batch, ...size, channels], share),
              filter: weights([...kernel, channels, maps]),
              ...steps,
              pad:
                typeof pad === 'string'
                  ? pad
                  : [
                      [0, 0],
                      [top!, bottom!],
                      [left!, right!],
                      [0, 0],
                    ],
              ...(fused ? { bias: tf.tensor1d(values([maps])), activation: fused } : {}),
            });
            if (made.isOurs) ours++;
            expect(made.bits.every((bits, i) => bits === made.expected[i])).toBe(true);
          });
        },
      ),
      { numRuns: 400 },
    );
    // The others are too small, or have too few zeros.
    expect(ours).toBeGreaterThan(100);
  });

  // Kernels of so many channels are gone through in parts, and outputs of so many cells in bands.
  it.each<[string, Shape4, Shape4]>([
    ['a row of the kernel at a time', [1, 14, 14, 600], [3, 3, 600, 40]],
    ['two rows of the kernel at a time', [2, 13, 12, 32], [3, 3, 32, 32]],
    ['several bands', [1, 40, 61, 24], [5, 2, 24, 72]],
    ['rows that are longer than a band', [1, 5, 300, 8], [3, 3, 8, 48]],
  ])('have these bits with %s', (_, shape, filterShape) => {
    for (const pad of ['same', 'valid'] as const) {
      const made = tf.tidy(() => convolve({ x: image(shape, 0.2), filter: weights(filterShape), pad }));
      expect(made.isOurs).toBe(true);
      expect(made.bits.every((bits, i) => bits === made.expected[i])).toBe(true);
    }
  });

  it('use our kernel only where it is faster', () => {
    const isOurs = (x: Shape4, share: number, filter: Shape4): boolean =>
      tf.tidy(() => convolve({ x: image(x, share), filter: weights(filter) }).isOurs);
    expect(isOurs([1, 16, 16, 32], 0.3, [3, 3, 32, 64])).toBe(true);
    expect(isOurs([1, 16, 16, 32], 0.7, [3, 3, 32, 64])).toBe(true);
    expect(isOurs([1, 16, 16, 32], 1, [3, 3, 32, 64])).toBe(false);
    expect(isOurs([1, 16, 16, 64], 0.3, [1, 1, 64, 128])).toBe(true);
    expect(isOurs([1, 16, 16, 64], 0, [1, 1, 64, 16])).toBe(false);
    expect(isOurs([1, 4, 4, 256], 0.1, [3, 3, 256, 256])).toBe(false);
    expect(isOurs([16, 4, 4, 256], 0.1, [3, 3, 256, 256])).toBe(true);
    expect(isOurs([1, 6, 6, 8], 0, [3, 3, 8, 16])).toBe(false);
  });

  it.each<[string, Change]>([
    ['an input is infinite', { x: Number.POSITIVE_INFINITY }],
    ['an input is NaN', { x: Number.NaN }],
    ['a weight is infinite', { filter: Number.NEGATIVE_INFINITY }],
    ['a weight is NaN', { filter: Number.NaN }],
    ['a bias is NaN', { bias: Number.NaN }],
    ['a bias is -0', { bias: -0 }],
    ['an output overflows', { x: 3e38, filter: 3e38 }],
    ['there are two feature maps, whose products TensorFlow.js adds in another order', { maps: 2 }],
  ])('use the kernel of TensorFlow.js where %s', (_, change) => {
    const { bits, expected, isOurs } = special(change);
    expect(isOurs).toBe(false);
    expect(bits).toEqual(expected);
  });

  it('use the kernel of TensorFlow.js for other activation functions and data types', () => {
    expect(special({}).isOurs).toBe(true);
    for (const activation of ['elu', 'sigmoid', 'leakyrelu']) {
      const { bits, expected, isOurs } = special({}, { activation });
      expect(isOurs).toBe(false);
      expect(bits).toEqual(expected);
    }
  });

  it('are left out where threads share the memory', () => {
    const fake = (memory: WebAssembly.Memory) =>
      ({ wasm: { asm: { memory }, HEAPU8: new Uint8Array(memory.buffer) } }) as unknown as WasmBackend;
    const own = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    expect(memoryOf(fake(own))).toBe(own);
    expect(memoryOf(fake(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })))).toBeUndefined();
    expect(memoryOf({ wasm: { HEAPU8: new Uint8Array(1) } } as unknown as WasmBackend)).toBeUndefined();
  });
});
