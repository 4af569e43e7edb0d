import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { rowsOf, slice, takeRows } from '../../../src/tensors/slice.js';
import { use } from '../../support/backends.js';

const axis = fc.integer({ min: 1, max: 5 }).chain((cells) =>
  fc.integer({ min: 0, max: cells - 1 }).chain((begin) =>
    fc.record({
      cells: fc.constant(cells),
      begin: fc.constant(begin),
      size: fc.integer({ min: 1, max: cells - begin }),
    }),
  ),
);
const dtype = fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const);

function numbered(shape: readonly number[], type: 'float32' | 'int32' | 'bool'): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  const values = Array.from({ length: size }, (_, i) => (type === 'bool' ? i % 2 : i + 1));
  return tf.tensor(values, [...shape], type);
}

describe.each(['cpu', 'wasm'] as const)('slices and rows, on %s', (backend) => {
  beforeAll(() => use(backend));

  it('are those of tf.slice, for tensors of any rank and type', () => {
    fc.assert(
      fc.property(fc.array(axis, { minLength: 1, maxLength: 6 }), dtype, (axes, type) => {
        const [shape, begin, size] = (['cells', 'begin', 'size'] as const).map((part) => axes.map((one) => one[part]));
        tf.tidy(() => {
          const x = numbered(shape!, type);
          const [made, expected] = [slice(x, begin!, size!), tf.slice(x, begin!, size!)];
          expect(made.dtype).toBe(type);
          expect(made.arraySync()).toEqual(expected.arraySync());
        });
      }),
    );
  });

  it('are those of tf.gather and tf.unstack', () => {
    const rows = fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 5 });
    const inner = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(rows, inner, dtype, (chosen, shape, type) =>
        tf.tidy(() => {
          const x = numbered([3, ...shape], type);
          expect(takeRows(x, chosen).arraySync()).toEqual(tf.gather(x, chosen).arraySync());
          expect(rowsOf(x).map((row) => row.arraySync())).toEqual(tf.unstack(x).map((row) => row.arraySync()));
        }),
      ),
    );
  });

  it('do not copy the whole tensor out of the memory of the backend', () => {
    const read = vi.spyOn(tf.backend(), 'readSync');
    const readBy = (work: (x: tf.Tensor) => void): number => {
      read.mockClear();
      tf.tidy(() => work(numbered([4, 6, 6, 3], 'float32')));
      return read.mock.calls.length;
    };
    try {
      // Only on wasm does TensorFlow.js read the tensor.
      expect(readBy((x) => tf.slice(x, [1, 2, 2, 1], [1, 3, 1, 2]))).toBe(backend === 'wasm' ? 1 : 0);
      expect(readBy((x) => slice(x, [1, 2, 2, 1], [1, 3, 1, 2]))).toBe(0);
      expect(readBy((x) => takeRows(x, [3, 0]))).toBe(0);
      expect(readBy(rowsOf)).toBe(0);
    } finally {
      read.mockRestore();
    }
  });
});
