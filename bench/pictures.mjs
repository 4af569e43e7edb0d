import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listPictures } from 'deconvnet/node';
import sharp from 'sharp';

const SHIPPED = fileURLToPath(new URL('../examples/cifar10-zfnet/pictures/', import.meta.url));

/** The first pictures of a folder; the classes take turns. */
export async function picturesOf(folder, count = Number.POSITIVE_INFINITY) {
  const files = await listPictures(folder);
  const rank = new Map();
  const turns = files.map((file) => {
    const turn = rank.get(file.label) ?? 0;
    rank.set(file.label, turn + 1);
    return { file, turn };
  });
  return turns
    .sort((a, b) => a.turn - b.turn)
    .slice(0, count)
    .map(({ file }) => file);
}

/**
 * Pictures to measure with: photographs from a folder, or enlargements of the pictures of this repository, which are
 * written to `folder`.
 */
export async function picturesToMine(folder, { photographs, count, size }) {
  if (photographs !== undefined) return picturesOf(photographs, count);
  await mkdir(folder, { recursive: true });
  const small = await picturesOf(SHIPPED, count);
  for (const { id, path } of small) {
    await sharp(path)
      .resize(size, size, { kernel: 'cubic' })
      .toFile(join(folder, `${id.replaceAll('/', '-').replace(/\.\w+$/, '')}.png`));
  }
  return listPictures(folder);
}
