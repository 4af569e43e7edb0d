import { DeconvnetError } from '../errors.js';
import type { Region } from '../network/region.js';
import { PixelStore, type StoredPixels } from './pixel-store.js';
import { type Ranked, TopList } from './top-list.js';

/** A patch as a miner keeps it. */
export interface PatchEntry extends Ranked {
  readonly label?: string;
  readonly probability?: number;
  readonly receptiveField: Region;
  /** Its pixels, where there was room for them. */
  pixels?: StoredPixels;
}

/** The lists of one layer, one a feature map. */
interface LayerLists {
  readonly featureMaps: number;
  readonly lists: readonly TopList<PatchEntry>[];
}

/** All that a miner has found. */
export interface MinerState {
  readonly k: number;
  readonly layers: ReadonlyMap<string, LayerLists>;
  readonly store: PixelStore;
  images: number;
}

/** A state at rest: what is written to JSON and bytes. */
export interface KeptState {
  readonly k: number;
  readonly images: number;
  readonly layers: readonly {
    readonly name: string;
    readonly featureMaps: number;
    /** By feature map, strongest first. */
    readonly maps: readonly (readonly PatchEntry[])[];
  }[];
}

export function emptyState(
  layers: readonly { readonly name: string; readonly featureMaps: number }[],
  k: number,
  maxBytes: number,
): MinerState {
  const lists = layers.map(({ name, featureMaps }): [string, LayerLists] => [
    name,
    { featureMaps, lists: Array.from({ length: featureMaps }, () => new TopList<PatchEntry>(k)) },
  ]);
  return { k, layers: new Map(lists), store: new PixelStore(maxBytes), images: 0 };
}

/** The state as plain data. */
export function keptState({ k, images, layers }: MinerState): KeptState {
  return {
    k,
    images,
    layers: [...layers].map(([name, { featureMaps, lists }]) => ({
      name,
      featureMaps,
      maps: lists.map(({ entries }) => entries),
    })),
  };
}

/** Puts an entry where it belongs; `pixels` is asked for only if it stays. */
export function insertEntry(
  { layers, store }: MinerState,
  layer: string,
  featureMap: number,
  entry: Omit<PatchEntry, 'pixels'>,
  pixels: (receptiveField: Region) => StoredPixels | undefined,
): void {
  const inserted: PatchEntry = { ...entry };
  const out = layers.get(layer)!.lists[featureMap]!.insert(inserted);
  if (out === inserted) return;
  if (out?.pixels) store.release(out.pixels);
  const made = pixels(entry.receptiveField);
  const held = made && store.hold(made);
  if (held) inserted.pixels = held;
}

/** Takes entries over from a state at rest. */
export function fillState(state: MinerState, kept: KeptState): void {
  for (const { name, maps } of kept.layers) {
    maps.forEach((entries, featureMap) => {
      for (const { pixels, ...entry } of entries) insertEntry(state, name, featureMap, entry, () => pixels);
    });
  }
  state.images += kept.images;
}

/** @throws DeconvnetError `state-mismatch`. */
export function mergeStates(state: MinerState, other: MinerState): void {
  const names = (layers: MinerState['layers']): string =>
    [...layers].map(([name, { featureMaps }]) => `${name} (${featureMaps})`).join(', ');
  const difference =
    state === other
      ? 'they are one and the same'
      : state.k !== other.k
        ? `one keeps ${state.k} patches a feature map, the other ${other.k}`
        : names(state.layers) !== names(other.layers)
          ? `one mines ${names(state.layers)}, the other ${names(other.layers)}`
          : undefined;
  if (difference) throw new DeconvnetError('state-mismatch', `These miners cannot be merged: ${difference}.`);
  fillState(state, keptState(other));
}
