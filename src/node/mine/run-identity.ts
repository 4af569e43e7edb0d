import { createHash } from 'node:crypto';
import { getBackend } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { basisOf, type MinedLayer } from '../../mine/miner-basis.js';
import { resolveMinerOptions } from '../../mine/miner-options.js';
import { findNode } from '../../network/network.js';
import type { PictureFile } from '../pictures/picture-file.js';
import type { ChunkSettings } from './mine-chunk.js';
import { modelHash } from './model-hash.js';

/** All that the result of a run depends on, by name. A run can only resume from a checkpoint with the same identity. */
export type RunIdentity = Readonly<Record<string, string>>;

/** Longer values are cut in messages. */
const SHOWN = 120;

/** The identity of a run: the network, how pictures become input, what is kept, and which pictures are mined. */
export async function runIdentity(
  deconvnet: Deconvnet,
  files: readonly PictureFile[],
  { miner: options, maxPixels }: Pick<ChunkSettings, 'miner' | 'maxPixels'>,
): Promise<RunIdentity> {
  const { mined, k, perImage, maxBytes } = resolveMinerOptions(deconvnet, options);
  const { layers, inputShape, inputFormat } = basisOf(deconvnet, mined, { k, perImage });
  return {
    model: `${deconvnet.model.name}, SHA-256 ${await modelHash(deconvnet.model)}`,
    backend: getBackend(),
    listing: listingWords(files),
    layers: layers.map((layer) => layerWords(layer, perImage, deconvnet)).join(', '),
    k: String(k),
    perImage: String(perImage),
    maxBytes: String(maxBytes),
    maxPixels: String(maxPixels),
    'input shape': `[${inputShape.map((size) => size ?? 'any')}]`,
    'input format': JSON.stringify(inputFormat && { ...inputFormat, fit: deconvnet.inputFormat?.fit }),
  };
}

/** Describes a layer, with what it sees and its sign: both depend on the mirrors, and patches depend on both. */
function layerWords(
  { name, featureMaps, selected, rankedBy }: MinedLayer,
  perImage: number,
  { engine, layers }: Deconvnet,
): string {
  const { receptiveField, landing } = layers.find((layer) => layer.name === name)!;
  const sees = receptiveField ? receptiveField.size.join('x') : 'everything';
  // Several patches of a picture must not overlap, so which ones are kept depends on where signals can land.
  const lands = perImage > 1 && landing && !receptiveField ? `, lands in ${landing.size.join('x')}` : '';
  const sign = engine.mirrors.isNonNegative(findNode(engine.network, name)) ? ', never negative' : '';
  const maps = `${selected ? `feature maps ${selected.join(' ')} of ` : ''}${featureMaps}`;
  return `${name} (${maps}, by ${rankedBy}, sees ${sees}${lands}${sign})`;
}

/** The names in messages. */
const TITLES: Readonly<Record<string, string>> = {
  k: 'patches per feature map',
  perImage: 'patches per picture',
  maxBytes: 'bytes of pixels to keep',
  maxPixels: 'pixels of a picture, at most',
};

/** The differences between two runs, as parts of a message; empty if there are none. */
export function identityDifferences(there: RunIdentity, here: RunIdentity): string[] {
  const names = [...new Set([...Object.keys(here), ...Object.keys(there)])];
  return names
    .filter((name) => there[name] !== here[name])
    .map((name) => {
      const [one, other] = shown(there[name] ?? 'not given', here[name] ?? 'not given');
      return `${TITLES[name] ?? name}: ${one} there, ${other} here`;
    });
}

/** The number of pictures, and SHA-256 of their ids and labels in order. It does not depend on where the files are. */
export function listingWords(files: readonly PictureFile[]): string {
  const hash = createHash('sha256');
  for (const { id, label } of files) hash.update(`${JSON.stringify([id, label ?? null])}\n`);
  return `${files.length} pictures, SHA-256 ${hash.digest('hex')}`;
}

/** Two values for a message. Long ones are cut, beginning shortly before the first difference. */
function shown(one: string, other: string): [string, string] {
  const same = [...one].findIndex((character, i) => character !== other[i]);
  const from = Math.max(one.length, other.length) > SHOWN ? Math.max(0, same - 20) : 0;
  const cut = (text: string): string => {
    const rest = text.slice(from);
    return `${from > 0 ? '... ' : ''}${rest.length > SHOWN ? `${rest.slice(0, SHOWN)} ...` : rest}`;
  };
  return [cut(one), cut(other)];
}
