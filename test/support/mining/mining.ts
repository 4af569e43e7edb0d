import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { PatchMiner } from 'deconvnet';
import { type MinedImages, type MineImagesOptions, mineImages } from 'deconvnet/node';
import sharp from 'sharp';
import { filesOf, savedModel } from '../models/saved-model.js';
import { noise as noiseValues } from '../project/networks.js';
import { tempFolder, writeFiles } from '../temp-folder.js';

/** A PNG of noise, another one for each seed. */
export function noisePng(seed: number, size = 8): Promise<Buffer> {
  const values = Uint8Array.from(noiseValues(size * size * 3, seed), (value) => Math.floor(128 + 127 * value));
  return sharp(values, { raw: { width: size, height: size, channels: 3 } })
    .png()
    .toBuffer();
}

/** A PNG of one colour. */
export function flatPng(background: string, size = 8): Promise<Buffer> {
  return sharp({ create: { width: size, height: size, channels: 3, background } })
    .png()
    .toBuffer();
}

/** A folder with a model and pictures of two classes. */
export interface DataSet {
  readonly folder: string;
  readonly model: string;
  readonly images: string;
}

/** Writes a data set; its pictures are noise unless others are given, by id. */
export async function dataSet(
  count: number,
  {
    model,
    pictures = {},
  }: { readonly model?: tfl.LayersModel; readonly pictures?: Readonly<Record<string, string | Uint8Array>> } = {},
): Promise<DataSet> {
  const folder = await tempFolder();
  const noise: Record<string, Buffer> = {};
  for (let i = 0; i < count; i++) {
    noise[`${i % 2 ? 'cat' : 'dog'}/${String(i).padStart(3, '0')}.png`] = await noisePng(i);
  }
  await writeFiles(join(folder, 'model'), filesOf(await savedModel(model)));
  await writeFiles(join(folder, 'images'), { ...noise, ...pictures });
  return { folder, model: join(folder, 'model'), images: join(folder, 'images') };
}

/** Mines a data set with the small model's input format. */
export function mine(
  { model, images }: DataSet,
  options: Partial<Omit<MineImagesOptions, 'deconvnet'>> = {},
): Promise<MinedImages> {
  return mineImages({ model, images, input: 'unit', k: 3, chunk: 4, ...options });
}

/** What a miner found, as a short word that tells states apart; the miner and its network are disposed. */
export function fingerprint(miner: PatchMiner): string {
  const word = createHash('sha256').update(miner.save()).digest('hex');
  dispose(miner);
  return word;
}

/** Frees what a run opened. */
export function dispose({ deconvnet }: PatchMiner): void {
  deconvnet.dispose();
  deconvnet.model.dispose();
}
