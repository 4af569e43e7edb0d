// `mine/state/` has what a miner keeps.
// In: entries of a batch, another state, or saved JSON or bytes.
// Out: a state, JSON or bytes. Damaged or unsuitable states are refused before anything of them is used.

import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Region } from '../../regions/region.js';
import type { ClassCount } from '../count-classes.js';
import { ImageClasses } from '../image-classes.js';
import { type KeptStatistics, MapStatistics } from '../map-statistics.js';
import { differenceOf, type MinedLayer, type MinerBasis, minedMaps } from '../miner-basis.js';
import type { PatchEntry } from '../pixels/patch-entry.js';
import { type PixelRoom, pixelPlan } from '../pixels/pixel-plan.js';
import { PixelStore, type StoredPixels } from '../pixels/pixel-store.js';
import type { MinerThresholds } from '../thresholds.js';
import { TopList } from '../top-list.js';

/** What is known of one feature map. */
export interface MapState {
  readonly list: TopList<PatchEntry>;
  readonly statistics: MapStatistics;
  /** Weaker activations were skipped, so the list is only right for activations that reach this value. */
  floor: number;
}

/** All that a miner has found. */
export interface MinerState {
  readonly basis: MinerBasis;
  /** By the name of the layer and by feature map, in the order of the basis. */
  readonly layers: ReadonlyMap<string, ReadonlyMap<number, MapState>>;
  readonly maxBytes: number;
  /** By the name of the layer. */
  readonly rooms: ReadonlyMap<string, PixelRoom>;
  readonly store: PixelStore;
  readonly classes: ImageClasses;
  images: number;
}

/** The part of a state that is saved as JSON or bytes. */
export interface KeptState extends MinerBasis {
  readonly images: number;
  /** How many images each class has; absent if that is not known of all images. */
  readonly classes?: readonly ClassCount[];
  readonly layers: readonly KeptLayer[];
}

/** The part of a layer that is saved. All lists have one item per mined feature map, in their order. */
export interface KeptLayer extends MinedLayer {
  /** For each feature map its patches, strongest first. */
  readonly maps: readonly (readonly PatchEntry[])[];
  readonly statistics: readonly KeptStatistics[];
  /** The value that activations had to reach to be kept; null if there was no such value. */
  readonly floors?: readonly (number | null)[];
}

/** The state of a miner that has not mined anything yet. */
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
  const classes = new ImageClasses();
  return { basis, layers: new Map(layers), maxBytes, rooms, store: new PixelStore(), classes, images: 0 };
}

/** A bound: no activation below it can enter the list of a feature map. */
export function leastOf({ list, floor }: MapState): number {
  return Math.max(list.threshold, floor);
}

/** By layer, the values that activations must reach to enter the lists. */
export function thresholdsOf({ layers }: MinerState): MinerThresholds {
  const floors = [...layers].map(([layer, maps]): [string, Float32Array] => [
    layer,
    Float32Array.from(maps.values(), leastOf),
  ]);
  return Object.fromEntries(floors);
}

/** The state as plain data. */
export function keptState({ basis, images, classes, layers }: MinerState): KeptState {
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
  return { ...basis, images, ...(classes.kept && { classes: classes.kept }), layers: kept };
}

/**
 * Inserts an entry into the list of a feature map.
 *
 * @param pixels - makes the pixels of the entry; it is called only if the entry stays and its layer keeps pixels
 */
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
  if (made && made.values.byteLength <= room.bytes) inserted.pixels = store.retain(made);
}

/** Adds a saved state to a state. The saved state must have been checked, so that nothing fails half-way. */
export function fillState(state: MinerState, kept: KeptState): void {
  for (const { name, selected, featureMaps, maps, statistics, floors } of kept.layers) {
    for (const [place, featureMap] of minedMaps({ featureMaps, selected }).entries()) {
      const own = state.layers.get(name)!.get(featureMap)!;
      for (const { pixels, ...entry } of maps[place]!) insertEntry(state, name, featureMap, entry, () => pixels);
      own.statistics.include(statistics[place]!);
      own.floor = Math.max(own.floor, floors?.[place] ?? Number.NEGATIVE_INFINITY);
    }
  }
  state.classes.include(kept.classes, kept.images);
  state.images += kept.images;
}

/**
 * Adds another state to a state.
 *
 * @throws DeconvnetError `state-mismatch`; then nothing has changed.
 */
export function mergeStates(state: MinerState, other: MinerState): void {
  const difference = state === other ? 'they are the same miner' : differenceOf(state.basis, other.basis);
  if (difference) throw new DeconvnetError('state-mismatch', `These miners cannot be merged: ${difference}.`);
  for (const [layer, maps] of other.layers) {
    for (const [featureMap, map] of maps) {
      const own = state.layers.get(layer)!.get(featureMap)!;
      if (isExact(map) || map.floor <= leastOf(own)) continue;
      throw new DeconvnetError(
        'state-mismatch',
        `These miners cannot be merged: one skipped activations below ${map.floor} in feature map ${featureMap} of layer '${layer}', which the other would need. Merge a miner with { above } into the miner that the thresholds come from.`,
        { layer },
      );
    }
  }
  fillState(state, keptState(other));
}

/** Whether a list is the same as if nothing had been skipped, because weaker activations could not be in it. */
function isExact({ list, floor }: MapState): boolean {
  return floor <= list.threshold;
}
