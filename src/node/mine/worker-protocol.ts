import type { DeconvnetOptions } from '../../deconvnet-options.js';
import type { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { RuleName } from '../../mirrors/rules.js';
import type { ModelPlace } from '../models/model-place.js';
import type { NodeBackend } from '../peers.js';
import type { ChunkSettings } from './mine-chunk.js';

/** The options of a Deconvnet that can be sent to another thread. */
export type PlainDeconvnetOptions = Pick<DeconvnetOptions, 'input' | 'labels' | 'fallback'> & {
  readonly rule?: RuleName;
};

/** What every thread opens. */
export interface NetworkStart extends ModelPlace {
  readonly backend: NodeBackend;
  readonly network: PlainDeconvnetOptions;
  /** The URL of a module that registers layer classes and may export mirrors. */
  readonly setup?: string;
}

/** The data that a worker gets when it starts. */
export interface WorkerStart extends NetworkStart {
  /** How chunks are mined; absent if the worker does not mine. */
  readonly settings?: ChunkSettings;
  /** Whether tfjs prints no hints. */
  readonly quiet: boolean;
}

/** The answer of a worker. A `DeconvnetError` is sent as plain data, because classes cannot be sent to other threads. */
export type WorkerAnswer<Result> =
  | Result
  | { readonly failure: Pick<DeconvnetError, 'code' | 'what' | 'layer' | 'advice'> };
