/** An activation of a batch: which image, which feature map, how strong. */
export interface Strong {
  /** Which image of the batch. */
  readonly row: number;
  readonly featureMap: number;
  readonly activation: number;
}

/** One activation of a batch that may enter a list. */
export interface Candidate extends Strong {
  readonly probability?: number;
  /** Flat index of its position, row-major; the first one where several are equal. */
  readonly cell: number;
}
