import { describeValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { type MinerBasis, minedMaps } from './miner-basis.js';

/**
 * What an activation must reach to enter a miner's lists: for each layer, in the order of its mined feature maps, the
 * k-th strongest activation, or -Infinity while a list has fewer than k. Plain data, which can be posted to a worker.
 */
export type MinerThresholds = Readonly<Record<string, Float32Array>>;

/** @throws DeconvnetError `invalid-option` where they are not those of a miner of the same layers and feature maps. */
export function checkThresholds(above: MinerThresholds, { layers }: MinerBasis): void {
  if (typeof above !== 'object' || above === null) {
    throw new DeconvnetError(
      'invalid-option',
      `above is what another miner's thresholds() returned; this is ${describeValue(above)}.`,
    );
  }
  const names = Object.keys(above);
  const fit =
    names.length === layers.length &&
    layers.every((layer) => {
      const values = Object.hasOwn(above, layer.name) ? above[layer.name] : undefined;
      return values instanceof Float32Array && values.length === minedMaps(layer).length && !values.some(Number.isNaN);
    });
  if (fit) return;
  const wanted = layers.map((layer) => `${layer.name} (${minedMaps(layer).length})`).join(', ');
  throw new DeconvnetError(
    'invalid-option',
    `above must come from the thresholds() of a miner of the same feature maps: one number for each of ${wanted}. These are ${names.map((name) => `${name} (${above[name]?.length})`).join(', ') || 'none'}.`,
  );
}
