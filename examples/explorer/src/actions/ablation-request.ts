import { inTurns } from '../in-turns';
import { picturesOf } from '../labelled';
import type { NetworkView } from '../protocol';
import type { AblationKind, AblationRequest } from '../protocol-ablation';
import { spreadEvenly } from '../spread-evenly';
import type { State } from '../state';

/** What a person can set for the study of ablation. */
export interface AblationSettings {
  readonly what: AblationKind;
  /** How many feature maps are set to zero one by one, and how many pictures are counted, at most. */
  readonly maps: number;
  readonly pictures: number;
  readonly seed: number;
  /** The names of the classes, if the network does not have them. */
  readonly labels: readonly string[] | null;
}

/** The most layers of which half is set to zero. */
const LAYERS = 8;

/** Makes the request to the worker. It is null if there is no network, or if no layer is chosen. */
export function ablationRequest(
  { network, layer, pictures: collection }: Pick<State, 'network' | 'layer' | 'pictures'>,
  { what, maps, pictures, seed, labels }: AblationSettings,
): AblationRequest | null {
  const info = network?.layers.find(({ name }) => name === layer);
  if (!network || !info) return null;
  const own = what === 'layer';
  const known = picturesOf(collection, labels ?? network.labels);
  const halved = layersToHalve(network);
  const numbers = Array.from({ length: info.featureMaps }, (_, map) => map);
  return {
    ...{ what, seed, known: known.length },
    pictures: inTurns(known, ({ label }) => label!).slice(0, pictures),
    layers: own || halved.length === 0 ? [info.name] : spreadEvenly(halved, LAYERS),
    featureMaps: own ? spreadEvenly(numbers, maps) : [],
    ...(labels && { labels }),
  };
}

/** The layers that are searched for patches, without those of one feature map, which has no half. */
function layersToHalve({ layers, minedLayers }: NetworkView): string[] {
  const maps = new Map(layers.map(({ name, featureMaps }) => [name, featureMaps]));
  return minedLayers.filter((name) => maps.get(name) !== 1);
}
