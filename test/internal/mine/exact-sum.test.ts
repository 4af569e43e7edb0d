import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactSum } from '../../../src/mine/exact-sum.js';

/** A float32 in units of 2^-149, by its bits. */
function unitsOf(value: number): bigint {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  const raw = bits.getUint32(0);
  const exponent = (raw >>> 23) & 0xff;
  const fraction = BigInt(raw & 0x7fffff);
  const size = exponent === 0 ? fraction : (fraction | 0x800000n) << BigInt(exponent - 1);
  return raw >>> 31 ? -size : size;
}

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });

describe('ExactSum', () => {
  it('is the sum, to the last bit, of values of any size', () => {
    fc.assert(
      fc.property(fc.array(float32, { maxLength: 40 }), (values) => {
        const sum = new ExactSum();
        for (const value of values) sum.add(value);
        expect(sum.units).toBe(values.reduce((total, value) => total + unitsOf(value), 0n));
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('loses nothing where double precision would', () => {
    const largest = (2 - 2 ** -23) * 2 ** 127;
    for (const values of [
      [largest, 2 ** -149, -largest],
      [2 ** -149, largest, -largest],
      [largest, -largest, 2 ** -149],
    ]) {
      const sum = new ExactSum();
      for (const value of values) sum.add(value);
      expect(sum.units).toBe(1n);
      expect(sum.dividedBy(1)).toBe(2 ** -149);
    }
  });

  it('adds up like whole numbers of any length where terms are many', () => {
    const sum = new ExactSum(5n);
    const term = Math.fround(0.1);
    for (let i = 0; i < 100_000; i++) sum.add(i % 3 === 0 ? -term : Math.fround(1e30) * (i % 2));
    let expected = 5n;
    for (let i = 0; i < 100_000; i++) expected += unitsOf(i % 3 === 0 ? -term : Math.fround(1e30) * (i % 2));
    expect(sum.units - expected).toBe(0n);
  });
});
