import { createHash } from 'node:crypto';
import { getBackend } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import type { PictureWork } from '../../mine/picture-work.js';
import { libraryVersion } from '../library-version.js';
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
    format: '2',
    library: libraryVersion(),
    ...mirrorsIdentity(deconvnet),
    model: await modelHash(deconvnet.model),
    rule: deconvnet.engine.rule.name,
    input: deconvnet.describeInput(),
    backend: getBackend(),
    patches: patches.digest('hex'),
  };
}

/**
 * What decides how a signal goes down, beside the rule: the user's own mirrors, by their code, and the gates. The mirrors of
 * this library are known by its version, since their code differs between its builds.
 */
export function mirrorsIdentity({
  engine: { network, mirrors },
  layers,
}: Deconvnet): Readonly<Record<'own mirrors' | 'gates', string>> {
  const own = network.nodes.flatMap((node) => {
    const factory = mirrors.customOf(node);
    return factory ? [[node.name, String(factory)]] : [];
  });
  const hash = createHash('sha256').update(JSON.stringify(own)).digest('hex');
  const gates = layers.flatMap(({ name, gates: names = [] }) =>
    names.length > 0 ? [`${name}: ${names.join(', ')}`] : [],
  );
  return {
    'own mirrors': own.length === 0 ? 'none' : `${own.length}, SHA-256 ${hash}`,
    gates: gates.length === 0 ? 'none' : gates.join('; '),
  };
}
