import type { QueueServer } from './connect.js';
import type { MachinePlace } from './process-protocol.js';
import type { RunIndex, RunRecord } from './run-record.js';

/** How a worker keeps a part for itself. */
export interface LockOptions {
  /**
   * How long the lock of a part lasts if it is not renewed, in milliseconds. A part of a worker that died is given to
   * another one at the latest after this time and `stalledInterval`.
   */
  readonly lockDuration: number;
  /** How often it is checked whether a lock has run out, in milliseconds; at most `lockDuration`. */
  readonly stalledInterval: number;
}

/** How a worker joins a run. */
export interface JoinOptions extends LockOptions {
  readonly record: RunRecord;
  readonly server: QueueServer;
  readonly index: RunIndex;
  /** The name of the worker. */
  readonly worker: string;
  readonly place: MachinePlace;
  /** The least number of seconds between two checkpoints of a part. */
  readonly every: number;
  /** Called when this machine has been found to match the run. */
  readonly onJoined: () => void;
  /** Called when something happens to a part. */
  readonly onPart: (event: PartEvent) => void;
  /** Whether to leave a run that has had nothing to do for some milliseconds. */
  readonly mayLeave: (idleFor: number) => Promise<boolean>;
  readonly signal: AbortSignal | undefined;
}

/** Something that happened to a part in this worker. */
export interface PartEvent {
  /** The id of the run. */
  readonly run: string;
  /** The number of the part, from 1. */
  readonly part: number;
  /** The number of parts of the run. */
  readonly parts: number;
  /**
   * `lost`: the lock ran out, and another worker has the part. `handed back`: this worker was stopped, and another one goes
   * on. `restarted`: the process that mined ended, and another one goes on.
   */
  readonly what: 'begun' | 'done' | 'failed' | 'lost' | 'handed back' | 'restarted';
  /** Why; absent for what is as it should be. */
  readonly reason?: string;
}

/** A worker may not join a run; the message says why. */
export class NotJoined extends Error {
  override readonly name = 'NotJoined';
  /** Whether it may be another time: what is missing may come, and what failed may work. */
  readonly forNow: boolean;

  constructor(message: string, { forNow = false }: { readonly forNow?: boolean } = {}) {
    super(message);
    this.forNow = forNow;
  }
}
