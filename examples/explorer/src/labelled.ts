import type { CollectionPicture } from './protocol';

/** The pictures whose class is one of the names. */
export function picturesOf(
  pictures: readonly CollectionPicture[],
  labels: readonly string[],
): readonly CollectionPicture[] {
  const names = new Set(labels);
  return pictures.filter(({ label }) => label !== undefined && names.has(label));
}
