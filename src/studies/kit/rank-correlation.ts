import { checkValue } from '../../errors/check-options.js';

/**
 * Spearman's rank correlation of two lists of numbers: the correlation of their ranks. Equal numbers share the mean of the
 * ranks that they take up together.
 *
 * @param a a list of numbers
 * @param b a list of as many numbers; `a[i]` belongs to `b[i]`
 * @returns a number from -1 to 1: 1 if both lists have the same order, and -1 if the orders are opposite; NaN if all
 * numbers of one list are equal, or if there are fewer than two
 * @example
 * ```ts
 * import { rankCorrelation } from 'deconvnet/studies';
 *
 * console.log(rankCorrelation([1, 2, 3, 4], [10, 20, 40, 30])); // 0.8
 * ```
 * @throws DeconvnetError `invalid-option` if the lists are not equally long.
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (const list of [a, b]) checkValue(isNumbers(list), 'rankCorrelation compares two lists of numbers', list);
  checkValue(a.length === b.length, `Both lists have the same number of values, here ${a.length}`, b.length);
  const [ranksOfA, ranksOfB] = [ranksOf(a), ranksOf(b)];
  // Ranks with ties shared have the same mean as ranks without: that of 1 to n.
  const mean = (a.length + 1) / 2;
  let [product, squareOfA, squareOfB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [ranksOfA[i]! - mean, ranksOfB[i]! - mean];
    product += x * y;
    squareOfA += x * x;
    squareOfB += y * y;
  }
  return product / Math.sqrt(squareOfA * squareOfB);
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/** The rank of each number, from 1. Equal numbers have the mean of their ranks. */
function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i);
  order.sort((i, j) => values[i]! - values[j]!);
  const ranks = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++;
    for (let place = first; place < end; place++) ranks[order[place]!] = (first + 1 + end) / 2;
    first = end;
  }
  return ranks;
}
