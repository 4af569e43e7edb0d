import type { CollectionPicture, NamedFile } from './protocol';

/** Pictures of a collection: one of each folder in turn, so that the first few are of every kind; a folder is a class. */
export function interleave(files: readonly NamedFile[]): CollectionPicture[] {
  const folders = new Map<string, NamedFile[]>();
  for (const file of files) {
    const folder = file.path.split('/').slice(0, -1).join('/');
    const known = folders.get(folder);
    if (known) known.push(file);
    else folders.set(folder, [file]);
  }
  const hasClasses = folders.size > 1;
  const longest = Math.max(0, ...[...folders.values()].map(({ length }) => length));
  return Array.from({ length: longest }, (_, rank) =>
    [...folders].flatMap(([folder, { [rank]: file }]) => {
      const label = folder.split('/').at(-1);
      return file ? [{ id: file.path, blob: file.blob, ...(hasClasses && label && { label }) }] : [];
    }),
  ).flat();
}
