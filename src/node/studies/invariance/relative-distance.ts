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
