import { readdirSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { writeGallery } from '../../../src/node/gallery/write-gallery.js';
import { filesIn } from '../files-in.js';
import { tempFolder } from '../temp-folder.js';
import type { PartsNetwork } from './parts-network.js';

/** Seven of the eight feature maps of each layer are shown. */
const LOOK = { tile: 128, maps: 7 } as const;

/** A gallery that is made in parts. */
export interface PartsGallery {
  readonly options: { readonly out: string; readonly source: (id: string) => tf.Tensor } & typeof LOOK;
  /** The ids of the pictures that the source has given. */
  readonly read: string[];
}

/** The folder of a gallery, and a source that counts the pictures that it gives. */
export async function partsGallery({ image }: PartsNetwork): Promise<PartsGallery> {
  const out = join(await tempFolder(), 'gallery');
  const read: string[] = [];
  const source = (id: string): tf.Tensor => {
    read.push(id);
    return image(id);
  };
  return { options: { out, source, ...LOOK }, read };
}

/** The files of a gallery that one process made. */
export async function wholeGallery(network: PartsNetwork): Promise<Map<string, string>> {
  const { options } = await partsGallery(network);
  await writeGallery(network.miner, options);
  return filesIn(options.out);
}

/** The sheets of feature maps in a folder, each with what tells whether it is the same file as before. */
export async function sheetsIn(out: string): Promise<string[]> {
  const names = (await readdir(join(out, 'sprites'))).filter((name) => /^\d-conv\d-\d\.\w+\.png$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const { ino, mtimeNs } = await stat(join(out, 'sprites', name), { bigint: true });
      return `${name} ${ino} ${mtimeNs}`;
    }),
  );
}

/** The only folder in which projections wait. */
export const identityIn = (out: string): string => readdirSync(join(out, 'unfinished')).join();

/**
 * Ends a gallery of which all has been projected and drawn. Expects that nothing of that is done again, and that its files
 * are the right ones.
 */
export async function expectTakenOver(
  { miner }: PartsNetwork,
  { options, read }: PartsGallery,
  whole: ReadonlyMap<string, string>,
): Promise<void> {
  const sheets = await sheetsIn(options.out);
  read.length = 0;
  let thumbnails = 0;
  await writeGallery(miner, { ...options, onPicture: () => thumbnails++ });
  expect(thumbnails).toBeGreaterThan(0);
  expect(read).toHaveLength(thumbnails);
  expect(sheets).toEqual(expect.arrayContaining(await sheetsIn(options.out)));
  expect(await filesIn(options.out)).toEqual(whole);
  expect((await readdir(options.out)).sort()).toEqual(['data', 'index.html', 'sprites']);
}
