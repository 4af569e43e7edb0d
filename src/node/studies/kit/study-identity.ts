import { createHash } from 'node:crypto';
import { getBackend } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../../deconvnet.js';
import { libraryVersion } from '../../library-version.js';
import { modelHash } from '../../mine/model-hash.js';
import { listingWords, type RunIdentity } from '../../mine/run-identity.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { mirrorsIdentity } from '../../projecting/projection-identity.js';

/**
 * What the result of a study depends on, by name: the network, how pictures become its input, the names of its classes, how
 * signals go down, which pictures, and the options of the study.
 *
 * @param options plain values; those that are undefined do not count
 */
export async function studyIdentity(
  deconvnet: Deconvnet,
  files: readonly PictureFile[],
  options: Readonly<Record<string, unknown>>,
): Promise<RunIdentity> {
  const { model, inputFormat, engine, labels, layers } = deconvnet;
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    model: `${model.name}, SHA-256 ${await modelHash(model)}`,
    backend: getBackend(),
    library: libraryVersion(),
    rule: engine.rule.name,
    mirrors: sha256(layers.map(({ name, mirror }) => [name, mirror])),
    ...mirrorsIdentity(deconvnet),
    labels: JSON.stringify(labels ?? null),
    listing: listingWords(files),
    'input format': JSON.stringify(inputFormat ?? null),
    ...Object.fromEntries(given.map(([name, value]) => [name, JSON.stringify(value)])),
  };
}

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
