/** The product of sizes. */
export const count = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** All index vectors below the sizes, in row-major order. */
export function positions(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (known, size) => known.flatMap((at) => Array.from({ length: size }, (_, i) => [...at, i])),
    [[]],
  );
}

/** The row-major number of an index vector. */
export const flat = (at: readonly number[], sizes: readonly number[]): number =>
  at.reduce((sum, i, axis) => sum * sizes[axis]! + i, 0);
