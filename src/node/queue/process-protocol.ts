import type { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { LeftOut } from '../mine/mine-chunk.js';
import type { RunRecord } from './run-record.js';

/** What a machine gives to the runs that its workers join. Nothing of it comes from the queue. */
export interface MachinePlace {
  /** The shared folder on this machine; by default it is where the run says, mapped to this machine. */
  readonly share?: string;
  /** Folders of the machine that announced a run, and the same folders on this machine. */
  readonly map: Readonly<Record<string, string>>;
  /** The folders from which a worker may read. */
  readonly folders: readonly string[];
  /** The hosts from which pictures may be fetched. */
  readonly allowHosts: readonly string[];
  /** The URL of a module of the user's own. */
  readonly setup?: string;
  /** The number of worker threads; by default as many as are worth it. */
  readonly workers?: number;
}

/** Opens the network of a run, and compares what its results depend on. */
export interface OpenTask {
  readonly record: RunRecord;
  readonly place: MachinePlace;
}

/** The answer to an `OpenTask`. */
export interface Opened {
  /** What differs on this machine, as parts of a message; none if it may join. */
  readonly differences: readonly string[];
  /** The folder of the run on this machine. */
  readonly folder: string;
}

/** Mines one part, or goes on with it. */
export interface MineTask {
  readonly part: number;
  /** SHA-256 of the list of its pictures. */
  readonly list: string;
  /** Names the files of this attempt. */
  readonly attempt: string;
  /** The least number of seconds between two checkpoints. */
  readonly every: number;
  /** Pictures that were being mined when a process ended. */
  readonly suspects: readonly string[];
  /** Pictures that ended processes repeatedly, to set aside. */
  readonly condemned: readonly LeftOut[];
}

/** The answer to a `MineTask`. */
export interface MinedPart {
  /** The checkpoint that contains the result. */
  readonly checkpoint: string;
  readonly images: number;
}

/** Makes one part of a gallery, or goes on with it. */
export interface DrawTask {
  readonly part: number;
}

/** How far a part is, in any unit. */
export interface PartProgress {
  readonly done: number;
  readonly total: number;
}

/** What a process is asked, by name, with the answer. */
export interface ProcessTasks {
  readonly open: { readonly task: OpenTask; readonly answer: Opened };
  readonly mine: { readonly task: MineTask; readonly answer: MinedPart };
  readonly draw: { readonly task: DrawTask; readonly answer: object };
}

/** What the process is told. */
export type ToProcess =
  | {
      readonly [Name in keyof ProcessTasks]: { readonly ask: Name; readonly task: ProcessTasks[Name]['task'] };
    }[keyof ProcessTasks]
  /** Until when the worker has the lock of the part, in milliseconds since 1970. After it, nothing is written. */
  | { readonly lease: number }
  /** Saves what was done, and stops. */
  | { readonly stop: true };

/** What the process tells. */
export type FromProcess =
  | { readonly answer: object }
  | { readonly failure: { readonly [Name in 'code' | 'what' | 'layer' | 'advice']: DeconvnetError[Name] } }
  /** An unexpected error, with its stack. */
  | { readonly bug: string }
  /** The work was stopped, and what was done is saved. */
  | { readonly stopped: true }
  /** These pictures are being mined from now on, or no longer. */
  | { readonly begin: readonly string[] }
  | { readonly end: readonly string[] }
  | { readonly progress: PartProgress };
