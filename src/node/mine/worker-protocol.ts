import type { DeconvnetOptions } from '../../deconvnet-options.js';
import type { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { RuleName } from '../../mirrors/rules.js';
import type { NodeBackend } from '../peers.js';
import type { ChunkSettings, MinedChunk } from './mine-chunk.js';

/** Options of a Deconvnet that can be handed to another thread. */
export type PlainDeconvnetOptions = Pick<DeconvnetOptions, 'input' | 'labels' | 'fallback'> & {
  readonly rule?: RuleName;
};

/** What a worker is told when it starts. */
export interface WorkerStart {
  /** The path of the model. */
  readonly model: string;
  readonly backend: NodeBackend;
  readonly network: PlainDeconvnetOptions;
  /** The URL of a module that registers layer classes and may export mirrors. */
  readonly setup?: string;
  readonly settings: ChunkSettings;
  /** Whether tfjs should keep its hints to itself. */
  readonly quiet: boolean;
}

/** What a worker answers: errors that are meant travel as data, since classes do not cross threads. */
export type WorkerAnswer =
  | MinedChunk
  | { readonly failure: Pick<DeconvnetError, 'code' | 'what' | 'layer' | 'advice'> };
