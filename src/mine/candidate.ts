import type { Reported } from '../project/seed/reported.js';

/** An activation of one image in one feature map. */
export interface Strong {
  /** The index of the image in the batch. */
  readonly row: number;
  readonly featureMap: number;
  readonly activation: number;
}

/** An activation that may enter a list, with its position. */
export interface Candidate extends Strong, Reported {
  /** The flat index of its position, row-major. If several positions have the same activation, it is the first. */
  readonly cell: number;
}
