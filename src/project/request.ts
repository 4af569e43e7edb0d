import type { Reported } from './seed/reported.js';
import type { CheckedSelection } from './selection.js';

/** One projection that was asked for. */
export interface Request {
  /** The row of the caller's batch. */
  readonly row: number;
  /** Which activations of it to project. */
  readonly selection: CheckedSelection;
}

/** Where a seed stands: one activation, or one whole feature map. */
export interface SeedAt {
  /** The row of the batch that went up. */
  readonly row: number;
  readonly featureMap: number;
  /** The position of the activation in the whole layer, per spatial axis; `all` for the whole feature map. */
  readonly position: readonly number[] | 'all';
}

/** A seed on its way down, and the request that it answers. */
export interface Seed extends SeedAt {
  /** The index of its request in the list of requests. */
  readonly request: number;
  /** Whether the caller wants only the pixels of the landing: the option `crop` of a selection. */
  readonly cutToField: boolean;
  /** What was read of the activation when whole images went up, if they did. */
  readonly known?: { readonly activation: number; readonly reported: Reported };
}

/** A seed that has been found. It becomes a `Seed` when it is known which rows go up together with its own. */
export interface FoundSeed extends Omit<Seed, 'row'> {
  /** The row of the caller's batch, as in its request. */
  readonly callerRow: number;
}
