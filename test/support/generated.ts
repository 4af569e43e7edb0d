import fc from 'fast-check';
import type { PoolCase } from './pooling-oracle.js';

/** Pooling layers of every sort: overlapping, gapped, odd sizes, both paddings. */
export const poolCases: fc.Arbitrary<PoolCase> = fc
  .record({
    pool: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    stride: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    padding: fc.constantFrom('same' as const, 'valid' as const),
    maps: fc.integer({ min: 1, max: 3 }),
    more: fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })),
  })
  .map(({ more, ...one }) => ({ ...one, height: one.pool[0] + more[0], width: one.pool[1] + more[1] }));

/** Values with many ties, most of them zeros, some negative: what a ReLU leaves, and worse. */
export const tiedValues = (length: number): fc.Arbitrary<number[]> =>
  fc.array(fc.constantFrom(0, 0, 0, 0, 1, 1, 2, -1, -2), { minLength: length, maxLength: length });

/** Values without structure. */
export const plainValues = (length: number): fc.Arbitrary<number[]> =>
  fc.array(
    fc.integer({ min: -1000, max: 1000 }).map((n) => n / 256),
    { minLength: length, maxLength: length },
  );
