import { checkCallback, checkSignal, checkValue, isCount } from '../../errors/check-options.js';

/** How far a study has come. */
export interface StudyProgress {
  /** How many images have been run through the network, up or down, each time counted. */
  readonly done: number;
  /** How many it will be in all, if this is known. */
  readonly total?: number;
}

/** What every study takes. */
export interface StudyOptions {
  /** How many pictures run together. Default: 16. */
  readonly batchSize?: number;
  /** A function that is called after each batch. */
  readonly onProgress?: (progress: StudyProgress) => void;
  /** A signal that stops the study after the current batch. The study then throws the reason of the signal. */
  readonly signal?: AbortSignal;
}

/** How many pictures run together if nobody says. */
export const BATCH_SIZE = 16;

/**
 * Checks the options that every study takes.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function checkStudy({ batchSize = BATCH_SIZE, onProgress, signal }: StudyOptions): void {
  checkValue(isCount(batchSize, 1), 'batchSize is how many pictures run together, 1 or more', batchSize);
  checkCallback('onProgress', onProgress);
  checkSignal(signal);
}

/** @throws DeconvnetError `invalid-option` if a seed is not a whole number. */
export function checkSeed(seed: unknown): void {
  checkValue(Number.isInteger(seed), 'seed is a whole number', seed);
}
