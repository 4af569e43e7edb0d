import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Region } from '../../regions/region.js';
import { type KeptStatistics, MapStatistics } from '../map-statistics.js';
import { differenceOf, type MinedLayer, type MinerBasis, minedMaps } from '../miner-basis.js';
import type { PatchEntry } from '../patch-entry.js';
import { type PixelRoom, pixelPlan } from '../pixels/pixel-plan.js';
import { PixelStore, type StoredPixels } from '../pixels/pixel-store.js';
import type { MinerThresholds } from '../thresholds.js';
import { TopList } from '../top-list.js';

/** What is known of one feature map. */
export interface MapState {
  readonly list: TopList<PatchEntry>;
  readonly statistics: MapStatistics;
  /** Weaker activations were passed over: the list is right only among those that reach it. */
  floor: number;
}

/** All that a miner has found. */
export interface MinerState {
  readonly basis: MinerBasis;
  /** By layer and feature map, in the order of the basis. */
  readonly layers: ReadonlyMap<string, ReadonlyMap<number, MapState>>;
  readonly maxBytes: number;
  /** By layer. */
  readonly rooms: ReadonlyMap<string, PixelRoom>;
  readonly store: PixelStore;
  images: number;
}

/** A state at rest: what is written to JSON and bytes. */
export interface KeptState extends MinerBasis {
  readonly images: number;
  readonly layers: readonly KeptLayer[];
}

/** A layer at rest; all lists are in the order of the mined feature maps. */
export interface KeptLayer extends MinedLayer {
  /** Strongest first. */
  readonly maps: readonly (readonly PatchEntry[])[];
  readonly statistics: readonly KeptStatistics[];
  /** What activations had to reach to be kept, where that is not any; null: any. */
  readonly floors?: readonly (number | null)[];
}

export function emptyState(
  deconvnet: Deconvnet,
  basis: MinerBasis,
  { maxBytes, above }: { readonly maxBytes: number; readonly above?: MinerThresholds | undefined },
): MinerState {
  const { k, perImage } = basis;
  const layers = basis.layers.map((layer): [string, ReadonlyMap<number, MapState>] => {
    const floors = above?.[layer.name];
    const maps = minedMaps(layer).map((map, place): [number, MapState] => [
      map,
      {
        list: new TopList<PatchEntry>(k, perImage),
        statistics: new MapStatistics(),
        floor: floors?.[place] ?? Number.NEGATIVE_INFINITY,
      },
    ]);
    return [layer.name, new Map(maps)];
  });
  const patches = basis.layers.map((layer) => ({ name: layer.name, patches: minedMaps(layer).length * k }));
  const rooms = pixelPlan(deconvnet, patches, maxBytes);
  return { basis, layers: new Map(layers), maxBytes, rooms, store: new PixelStore(), images: 0 };
}

/** No activation below it can enter the list of a feature map. */
export function leastOf({ list, floor }: MapState): number {
  return Math.max(list.threshold, floor);
}

/** The state as plain data. */
export function keptState({ basis, images, layers }: MinerState): KeptState {
  const kept = basis.layers.map((layer): KeptLayer => {
    const maps = [...layers.get(layer.name)!.values()];
    const floors = maps.map((map) => (isExact(map) ? null : map.floor));
    return {
      ...layer,
      maps: maps.map(({ list }) => list.entries),
      statistics: maps.map(({ statistics }) => statistics.kept),
      ...(floors.some((floor) => floor !== null) && { floors }),
    };
  });
  return { ...basis, images, layers: kept };
}

/** Puts an entry where it belongs; `pixels` is asked for only if it stays and its layer keeps them. */
export function insertEntry(
  { layers, rooms, store }: MinerState,
  layer: string,
  featureMap: number,
  entry: Omit<PatchEntry, 'pixels'>,
  pixels: (receptiveField: Region, room: PixelRoom) => StoredPixels | undefined,
): void {
  const inserted: PatchEntry = { ...entry };
  const out = layers.get(layer)!.get(featureMap)!.list.insert(inserted);
  if (out === inserted) return;
  if (out?.pixels) store.release(out.pixels);
  const room = rooms.get(layer)!;
  const made = room.bytes > 0 ? pixels(entry.receptiveField, room) : undefined;
  if (made && made.values.byteLength <= room.bytes) inserted.pixels = store.hold(made);
}

/** Takes over what is in a state at rest that has been checked; nothing in here fails. */
export function fillState(state: MinerState, kept: KeptState): void {
  for (const { name, selected, featureMaps, maps, statistics, floors } of kept.layers) {
    for (const [place, featureMap] of minedMaps({ featureMaps, selected }).entries()) {
      const own = state.layers.get(name)!.get(featureMap)!;
      for (const { pixels, ...entry } of maps[place]!) insertEntry(state, name, featureMap, entry, () => pixels);
      own.statistics.include(statistics[place]!);
      own.floor = Math.max(own.floor, floors?.[place] ?? Number.NEGATIVE_INFINITY);
    }
  }
  state.images += kept.images;
}

/** @throws DeconvnetError `state-mismatch`; nothing has changed then. */
export function mergeStates(state: MinerState, other: MinerState): void {
  const difference = state === other ? 'they are one and the same' : differenceOf(state.basis, other.basis);
  if (difference) throw new DeconvnetError('state-mismatch', `These miners cannot be merged: ${difference}.`);
  for (const [layer, maps] of other.layers) {
    for (const [featureMap, map] of maps) {
      const own = state.layers.get(layer)!.get(featureMap)!;
      if (isExact(map) || map.floor <= leastOf(own)) continue;
      throw new DeconvnetError(
        'state-mismatch',
        `These miners cannot be merged: one passed over what is weaker than ${map.floor} in feature map ${featureMap} of layer '${layer}', the other would need it. Merge a miner with { above } into the one whose thresholds it was given.`,
        { layer },
      );
    }
  }
  fillState(state, keptState(other));
}

/** Whether a list is what it would be had nothing been passed over: weaker activations could not be in it. */
function isExact({ list, floor }: MapState): boolean {
  return floor <= list.threshold;
}
