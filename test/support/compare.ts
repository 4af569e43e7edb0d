import type { Projection } from 'deconvnet';
import { expect } from 'vitest';

/** The pixels of a projection. */
export async function values(projection: Projection): Promise<number[]> {
  return Array.from(await projection.pixels.data());
}

/** The largest absolute value. */
export const largest = (numbers: readonly number[]): number =>
  numbers.reduce((most, value) => (Number.isNaN(value) ? Number.NaN : Math.max(most, Math.abs(value))), 0);

/** Asserts that values are those wanted, to a share of the largest, and that there is something to compare. */
export function expectClose(got: readonly number[], want: readonly number[], tolerance = 1e-5): void {
  expect(got.length).toBe(want.length);
  expect(largest(want)).toBeGreaterThan(0);
  expect(largest(got.map((value, i) => value - want[i]!))).toBeLessThanOrEqual(tolerance * largest(want));
}
