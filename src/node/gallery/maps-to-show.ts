import { checkValue, isCount, isPlainObject } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import type { SourceLayer } from './gallery-source.js';
import { numberList } from './wording.js';

/** Which feature maps a gallery shows: the largest number of each layer, or a list for some layers. */
export type MapsToShow = number | Readonly<Record<string, readonly number[]>>;

/**
 * Checks which feature maps to show, and gives lists the full names of their layers.
 *
 * @throws DeconvnetError `invalid-option`, also for feature maps that were not mined; `unknown-layer`.
 */
export function checkMapsToShow(miner: PatchMiner, maps: MapsToShow): MapsToShow {
  if (maps === Number.POSITIVE_INFINITY || (typeof maps === 'number' && isCount(maps, 1))) return maps;
  checkValue(
    isPlainObject(maps),
    'maps is the largest number of feature maps to show per layer, a whole number of at least 1, or lists of feature maps by layer, { conv1: [0, 1] }',
    maps,
  );
  return Object.fromEntries(
    Object.entries(maps).map(([name, list]: [string, readonly number[]]) => {
      checkValue(
        Array.isArray(list) && list.length > 0 && list.every((map: unknown) => isCount(map, 0)),
        `maps.${name} is a list of numbers of feature maps, counted from 0`,
        list,
      );
      const layer = miner.layerNamed(name);
      const mined = miner.minedMaps(layer);
      const missing = list.filter((map) => !mined.includes(map));
      if (missing.length > 0) {
        throw new DeconvnetError(
          'invalid-option',
          `Layer '${layer}' was mined without feature maps ${numberList(missing.sort((a, b) => a - b))}. It was mined with these: ${numberList(mined)}.`,
          { layer },
        );
      }
      return [layer, list];
    }),
  );
}

/** The feature maps of a layer to show, in rising order. */
export function shownOf(
  { name, mined, featureMaps }: Pick<SourceLayer, 'name' | 'mined' | 'featureMaps'>,
  maps: MapsToShow,
): readonly number[] {
  const all = mined ?? Array.from({ length: featureMaps }, (_, map) => map);
  if (typeof maps === 'number') return all.slice(0, maps);
  const list = Object.hasOwn(maps, name) ? maps[name]! : all;
  return all.filter((map) => list.includes(map));
}
