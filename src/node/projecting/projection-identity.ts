import { createHash } from 'node:crypto';
import { getBackend } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import type { PictureWork } from '../../mine/picture-work.js';
import { modelHash } from '../mine/model-hash.js';

/** All that the projections of a gallery depend on: the network, the rule, the backend and the patches. */
export async function projectionIdentity(
  { deconvnet }: PatchMiner,
  work: readonly PictureWork[],
): Promise<Readonly<Record<string, string>>> {
  const patches = createHash('sha256');
  for (const { id, patches: own } of work) {
    patches.update(JSON.stringify(id));
    for (const { node, featureMap, rank, entry } of own) {
      patches.update(JSON.stringify([node.name, featureMap, rank, entry.position, entry.activation]));
      if (entry.pixels) patches.update(entry.pixels.values);
    }
  }
  return {
    format: '1',
    mirrors: mirrorsHash(deconvnet),
    model: await modelHash(deconvnet.model),
    rule: deconvnet.engine.rule.name,
    input: deconvnet.describeInput(),
    backend: getBackend(),
    patches: patches.digest('hex'),
  };
}

/** SHA-256 of the code of all mirrors. It tells versions of this library apart, and mirrors of the user's own. */
export function mirrorsHash({ engine: { network, mirrors } }: Deconvnet): string {
  const code = createHash('sha256');
  for (const node of network.nodes) {
    code.update(
      JSON.stringify([
        node.name,
        mirrors.find(node)?.map(({ up, record, down, gates }) => `${up}${record}${down}${gates}`),
      ]),
    );
  }
  return code.digest('hex');
}
