import type { Region } from '../regions/region.js';
import type { StoredPixels } from './pixels/pixel-store.js';
import type { Ranked } from './top-list.js';

/** A patch as a miner keeps it. */
export interface PatchEntry extends Ranked {
  readonly label?: string;
  readonly probability?: number;
  readonly receptiveField: Region;
  /** Its pixels, if there is room for them. */
  pixels?: StoredPixels;
}
