/** The smallest float32 above 0. Every float32 is a whole multiple of it. */
const UNIT = 2 ** -149;

/**
 * A sum of float32 values without any rounding, so that it does not depend on the order of its terms. Terms are added in
 * double precision as long as that is exact. Before an addition that would round, the sum so far is moved into a whole
 * number of any length.
 */
export class ExactSum {
  #units: bigint;
  #pending = 0;

  /** @param units - the sum to begin with, in units of 2^-149. */
  constructor(units: bigint = 0n) {
    this.#units = units;
  }

  /** The sum in units of 2^-149. */
  get units(): bigint {
    this.#settle();
    return this.#units;
  }

  /** Adds a value, which must be a finite float32. */
  add(value: number): void {
    if (value === 0) return;
    const sum = this.#pending + value;
    // Knuth's two-sum gives the part that the rounding of this addition lost.
    const added = sum - this.#pending;
    const lost = this.#pending - (sum - added) + (value - added);
    if (lost === 0) {
      this.#pending = sum;
      return;
    }
    this.#settle();
    this.#pending = value;
  }

  /** Whether the sum is exactly that of `count` terms that all are `value`, a finite float32. */
  isOf(count: number, value: number): boolean {
    return this.units === BigInt(count) * BigInt(value / UNIT);
  }

  /** The sum, rounded to the nearest double, divided by a count. */
  dividedBy(count: number): number {
    return (Number(this.units) / count) * UNIT;
  }

  #settle(): void {
    if (this.#pending === 0) return;
    // Scaling by a power of two is exact, and no sum of float32 values comes near the largest double.
    this.#units += BigInt(this.#pending / UNIT);
    this.#pending = 0;
  }
}
