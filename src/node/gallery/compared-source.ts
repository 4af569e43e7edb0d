import type { ImageLookup } from '../../mine/image-source.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import type { KeptProjections } from '../projecting/keep-projections.js';
import type { GallerySource } from './gallery-source.js';
import { type MinerSourceOptions, minerSource } from './miner-source.js';
import { sameInput } from './same-input.js';

/** The gallery with which another one is compared. */
export interface ComparedWith {
  readonly miner: PatchMiner;
  readonly own: GallerySource;
  readonly source: ImageLookup | undefined;
  /** How and where tiles are drawn. */
  readonly drawing: Pick<MinerSourceOptions, 'contrast' | 'zoom' | 'workers'>;
  /** The projections of the other side. */
  readonly kept: KeptProjections;
}

/** Makes the source of the other side. If it sees the same pictures, it has the same function that reads them. */
export function comparedSource(
  compare: { readonly miner: PatchMiner; readonly source?: ImageLookup },
  { miner, own, source, drawing, kept }: ComparedWith,
): GallerySource {
  const lookup = compare.source ?? source;
  const other = minerSource(compare.miner, { kept, source: lookup, ...drawing });
  const same = own.pictures && lookup === source && sameInput(miner.deconvnet, compare.miner.deconvnet);
  return same ? { ...other, pictures: own.pictures } : other;
}
