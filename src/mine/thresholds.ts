import { describeValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { type MinerBasis, minedMaps } from './miner-basis.js';

/**
 * The values that an activation must reach to enter the lists of a miner. For each layer there is one value per mined
 * feature map, in their order: the k-th strongest activation, or -Infinity while the list has fewer than k entries. They
 * are plain data, which can be posted to a worker.
 */
export type MinerThresholds = Readonly<Record<string, Float32Array>>;

/**
 * Checks that thresholds come from a miner of the same layers and feature maps.
 *
 * @throws DeconvnetError `invalid-option`.
 */
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
    `above must come from thresholds() of a miner of the same feature maps, with one number for each: ${wanted}. This is ${names.map((name) => `${name} (${above[name]?.length})`).join(', ') || 'an object with nothing'}.`,
  );
}
