import type { Reported } from '../../project/seed/reported.js';
import type { Region } from '../../regions/region.js';
import type { Ranked } from '../top-list.js';
import type { StoredPixels } from './pixel-store.js';

/** A patch as a miner keeps it. */
export interface PatchEntry extends Ranked, Reported {
  readonly label?: string;
  readonly receptiveField: Region;
  /** Its pixels, if there is room for them. */
  pixels?: StoredPixels;
}
