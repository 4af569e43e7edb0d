import { getBackend } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../../deconvnet.js';
import { modelHash } from '../../mine/model-hash.js';
import { listingWords, type RunIdentity } from '../../mine/run-identity.js';
import type { PictureFile } from '../../pictures/picture-file.js';

/**
 * What the result of a study depends on, by name: the network, how pictures become its input, which pictures, and the
 * options of the study.
 *
 * @param options plain values; those that are undefined do not count
 */
export async function studyIdentity(
  deconvnet: Deconvnet,
  files: readonly PictureFile[],
  options: Readonly<Record<string, unknown>>,
): Promise<RunIdentity> {
  const { model, inputFormat, engine } = deconvnet;
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    model: `${model.name}, SHA-256 ${await modelHash(model)}`,
    backend: getBackend(),
    rule: engine.rule.name,
    listing: listingWords(files),
    'input format': JSON.stringify(inputFormat ?? null),
    ...Object.fromEntries(given.map(([name, value]) => [name, JSON.stringify(value)])),
  };
}
