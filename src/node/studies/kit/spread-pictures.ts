import type { PictureFile } from '../../pictures/picture-file.js';

/**
 * Some pictures of a list, in its order. Each class gives as many as the others, as far as it has them, or some classes give
 * one. Classes, and pictures of one class, are taken in even steps, because neighbours in a list are often alike.
 */
export function spreadPictures(files: readonly PictureFile[], count: number): readonly PictureFile[] {
  const groups = new Map<string | undefined, PictureFile[]>();
  for (const file of files) {
    const group = groups.get(file.label);
    if (group) group.push(file);
    else groups.set(file.label, [file]);
  }
  const classes = inSteps([...groups.values()], count);
  const shares = shareOut(
    classes.map(({ length }) => length),
    count,
  );
  const taken = new Set(classes.flatMap((group, i) => inSteps(group, shares[i]!)));
  return files.filter((file) => taken.has(file));
}

/** How many each of several groups gives if they take turns until there are enough. */
function shareOut(sizes: readonly number[], count: number): number[] {
  const shares = sizes.map(() => 0);
  const enough = Math.min(
    count,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  for (let given = 0, place = 0; given < enough; place = (place + 1) % sizes.length) {
    if (shares[place]! === sizes[place]!) continue;
    shares[place]!++;
    given++;
  }
  return shares;
}

/** Some of a list in even steps, from the first one on; all if there are no more. */
function inSteps<T>(list: readonly T[], count: number): readonly T[] {
  if (list.length <= count) return list;
  return Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]!);
}
