import type { CollectionPicture } from './protocol';

/** The folder that a picture lies in; empty if it lies in none. */
export function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

/**
 * The pictures of a collection with their classes. A folder is a class if there are two or more, whether they came
 * together or one after the other.
 */
export function withClasses(pictures: readonly CollectionPicture[]): CollectionPicture[] {
  const hasClasses = new Set(pictures.map(({ id }) => folderOf(id))).size > 1;
  return pictures.map(({ id, blob }) => {
    const label = folderOf(id).split('/').at(-1);
    return { id, blob, ...(hasClasses && label && { label }) };
  });
}

/** The pictures whose class is one of the names. */
export function picturesOf(
  pictures: readonly CollectionPicture[],
  labels: readonly string[],
): readonly CollectionPicture[] {
  const names = new Set(labels);
  return pictures.filter(({ label }) => label !== undefined && names.has(label));
}
