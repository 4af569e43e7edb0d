import fc from 'fast-check';
import type { PoolCase } from './mirrors/pooling-oracle.js';

/** Pooling layers of every sort over one to three axes: overlapping, gapped, odd sizes, both paddings. */
export function poolCases(rank: 1 | 2 | 3): fc.Arbitrary<PoolCase> {
  const perAxis = (min: number, max: number): fc.Arbitrary<number[]> =>
    fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank });
  const most = rank === 3 ? 3 : 4;
  return fc
    .record({
      pool: perAxis(1, most),
      stride: perAxis(1, most),
      padding: fc.constantFrom('same' as const, 'valid' as const),
      maps: fc.integer({ min: 1, max: 3 }),
      more: perAxis(0, rank === 3 ? 3 : 6),
    })
    .map(({ more, ...one }) => ({ ...one, extent: one.pool.map((size, axis) => size + more[axis]!) }));
}

/** Values with many ties, most of them zeros, some negative: what a ReLU leaves, and worse. */
export const tiedValues = (length: number): fc.Arbitrary<number[]> =>
  fc.array(fc.constantFrom(0, 0, 0, 0, 1, 1, 2, -1, -2), { minLength: length, maxLength: length });

/** Values without structure. */
export const plainValues = (length: number): fc.Arbitrary<number[]> =>
  fc.array(
    fc.integer({ min: -1000, max: 1000 }).map((n) => n / 256),
    { minLength: length, maxLength: length },
  );
