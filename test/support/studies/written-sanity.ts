import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { type StudyCover, type WriteSanityOptions, writeSanity } from 'deconvnet/node';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { expect } from 'vitest';
import { noise } from '../project/networks.js';
import { tempFolder, writeFiles } from '../temp-folder.js';

/** The side of most pictures. */
export const SIDE = 6;

/** A folder with square pictures of noise. */
export async function noisePictures(sides: readonly number[] = [SIDE, SIDE]): Promise<string> {
  const folder = await tempFolder();
  const files: Record<string, Uint8Array> = {};
  for (const [i, side] of sides.entries()) {
    const data = Uint8Array.from(noise(side * side, 5 + i), (value) => 128 + 100 * value);
    files[`${String(i).padStart(String(sides.length - 1).length, '0')}.png`] = await sharp(data, {
      raw: { width: side, height: side, channels: 1 },
    })
      .png()
      .toBuffer();
  }
  await writeFiles(folder, files);
  return folder;
}

/** Three classes that are one dense layer. The first two look for the same. */
export function twins(): tfl.LayersModel {
  const model = tfl.sequential({
    name: 'twins',
    layers: [
      tfl.layers.flatten({ inputShape: [SIDE, SIDE, 1], name: 'flatten' }),
      tfl.layers.dense({ units: 3, activation: 'softmax', useBias: false, name: 'answer' }),
    ],
  });
  const [same, other] = [noise(SIDE * SIDE, 1), noise(SIDE * SIDE, 2)];
  const kernel = tf.tensor([...same].map((value, i) => [value, value, other[i]!]));
  model.setWeights([kernel]);
  kernel.dispose();
  return model;
}

/** Two layers without pooling. The upper one has one weight, so that other weights only scale what the lower one does. */
export function scaled(): tfl.LayersModel {
  const conv = { filters: 1, activation: 'linear', useBias: false } as const;
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({ ...conv, inputShape: [SIDE, SIDE, 1], kernelSize: 3, name: 'low' }),
      tfl.layers.conv2d({ ...conv, kernelSize: 1, name: 'high' }),
    ],
  });
  const kernels = [tf.tensor(noise(9, 3).map(Math.abs), [3, 3, 1, 1]), tf.ones([1, 1, 1, 1])];
  model.setWeights(kernels);
  tf.dispose(kernels);
  return model;
}

/** What a test looks at. */
export interface Written {
  readonly out: string;
  readonly page: string;
  readonly document: Document;
  readonly summary: string;
  readonly cover: readonly StudyCover[];
}

/** Writes a sanity check of a network, and checks that no tensor is left. */
export async function writeAndRead(
  model: tfl.LayersModel,
  folder: string,
  options: Partial<WriteSanityOptions> = {},
): Promise<Written> {
  const { out = join(await tempFolder(), 'study') } = options;
  const deconvnet = new Deconvnet(model, { input: 'unit' });
  const before = tf.memory().numTensors;
  try {
    const { index, summary, cover } = await writeSanity(deconvnet, folder, { ...options, out });
    const page = await readFile(index, 'utf8');
    return { out, page, document: parseHTML(page).document, summary, cover };
  } finally {
    expect(tf.memory().numTensors).toBe(before);
    deconvnet.dispose();
    model.dispose();
  }
}

/** The verdicts in a folder of a sanity check. */
export async function judgedIn(
  out: string,
): Promise<readonly { readonly rule: string; readonly upperHalf?: unknown }[]> {
  return JSON.parse(await readFile(join(out, 'sanity.json'), 'utf8')).judged;
}
