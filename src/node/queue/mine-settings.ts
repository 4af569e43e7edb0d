import type { ChunkSettings } from '../mine/mine-chunk.js';
import type { FetchLimits } from '../pictures/fetching.js';
import type { PictureFile } from '../pictures/picture-file.js';

/** How the parts of a run are mined, without anything that depends on a machine. */
export interface MineSettings extends Omit<ChunkSettings, 'fetching'> {
  readonly kind: 'mine';
  /** The limits for pictures that are fetched. A picture that is too large here is too large on every machine. */
  readonly fetch: FetchLimits;
}

/** A picture of a listing, with the size of its file. */
export interface ListedPicture extends PictureFile {
  /** In bytes; absent for a URL. */
  readonly bytes?: number;
}
