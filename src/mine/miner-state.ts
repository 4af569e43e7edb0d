import { DeconvnetError } from '../errors.js';
import type { Region } from '../network/region.js';
import { differenceOf, type MinedLayer, type MinerBasis } from './miner-basis.js';
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

/** All that a miner has found. */
export interface MinerState {
  readonly basis: MinerBasis;
  /** By layer and feature map. */
  readonly lists: ReadonlyMap<string, readonly TopList<PatchEntry>[]>;
  readonly store: PixelStore;
  images: number;
}

/** A state at rest: what is written to JSON and bytes. */
export interface KeptState extends MinerBasis {
  readonly images: number;
  readonly layers: readonly (MinedLayer & {
    /** By feature map, strongest first. */
    readonly maps: readonly (readonly PatchEntry[])[];
  })[];
}

export function emptyState(basis: MinerBasis, maxBytes: number): MinerState {
  const lists = basis.layers.map(({ name, featureMaps }): [string, TopList<PatchEntry>[]] => [
    name,
    Array.from({ length: featureMaps }, () => new TopList<PatchEntry>(basis.k)),
  ]);
  return { basis, lists: new Map(lists), store: new PixelStore(maxBytes), images: 0 };
}

/** The state as plain data. */
export function keptState({ basis, images, lists }: MinerState): KeptState {
  const layers = basis.layers.map((layer) => ({
    ...layer,
    maps: lists.get(layer.name)!.map(({ entries }) => entries),
  }));
  return { ...basis, images, layers };
}

/** Puts an entry where it belongs; `pixels` is asked for only if it stays. */
export function insertEntry(
  { lists, store }: MinerState,
  layer: string,
  featureMap: number,
  entry: Omit<PatchEntry, 'pixels'>,
  pixels: (receptiveField: Region) => StoredPixels | undefined,
): void {
  const inserted: PatchEntry = { ...entry };
  const out = lists.get(layer)![featureMap]!.insert(inserted);
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
  const difference = state === other ? 'they are one and the same' : differenceOf(state.basis, other.basis);
  if (difference) throw new DeconvnetError('state-mismatch', `These miners cannot be merged: ${difference}.`);
  fillState(state, keptState(other));
}
