import type { PatchMiner } from '../../mine/patch-miner.js';
import type { PatchEntry } from '../../mine/pixels/patch-entry.js';

/**
 * The patches of a feature map that a gallery shows, strongest first. There are none if it is constant, because its patches
 * are then those of the first pictures by name.
 */
export function shownPatches(miner: PatchMiner, layer: string, map: number): readonly PatchEntry[] {
  return miner.statistics(layer, map).constant ? [] : miner.entries(layer, map);
}
