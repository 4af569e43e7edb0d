import type { MovedPicture } from './move-and-compare.js';

/** The distances in a layer, divided by the length of its output for the picture as it is; null if that has no length. */
export function relativeDistances(
  { movements }: MovedPicture,
  which: number,
  layer: number,
): readonly (number | null)[] {
  const { distances, length } = movements[which]!.layers[layer]!;
  return distances.map((distance) => (length > 0 && Number.isFinite(distance) ? distance / length : null));
}

/** The mean of a layer's relative distance over the pictures, at the step that each picture chooses. */
export function meanAt(
  moved: readonly MovedPicture[],
  which: number,
  layer: number,
  choose: (steps: readonly number[]) => number,
): number | null {
  const values = moved.flatMap((one) => {
    const { steps } = one.movements[which]!;
    const value = relativeDistances(one, which, layer)[steps.indexOf(choose(steps))];
    return value === null || value === undefined ? [] : [value];
  });
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
