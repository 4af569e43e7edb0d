// Stage: after `gallery/`. The entry `deconvnet/queue` lets many machines work on one run.
// In: what to mine or to draw, as for one machine; a Redis server; and a folder that all machines share.
// Out: the same state, or the same gallery, as of one machine. BullMQ hands out the parts.

export { type DrawnOnQueue, type DrawOnQueueOptions, drawOnQueue } from './draw-on-queue.js';
export type { LockOptions, PartEvent } from './join-options.js';
export { type MinedOnQueue, type MineOnQueueOptions, mineOnQueue } from './mine-on-queue.js';
export type { BegunRun, QueueOptions } from './queue-options.js';
export type { QueueProgress } from './queue-progress.js';
export { cancelRun, type KnownRun, listRuns, type RunChoice } from './runs.js';
export { type RunEvent, type WorkOptions, type WorkReport, work } from './work.js';
