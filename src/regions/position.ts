/** The position of a flat index along some axes, row-major: the inverse of `indexAt`. */
export function positionAt(index: number, extent: readonly number[]): number[] {
  const position: number[] = [];
  let rest = index;
  for (let axis = extent.length - 1; axis >= 0; axis--) {
    position[axis] = rest % extent[axis]!;
    rest = Math.floor(rest / extent[axis]!);
  }
  return position;
}

/** The flat index of a position along some axes, row-major. */
export function indexAt(position: readonly number[], extent: readonly number[]): number {
  return position.reduce((flat, cell, axis) => flat * extent[axis]! + cell, 0);
}
