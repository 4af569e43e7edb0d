import { checkCallback, checkSignal } from '../../errors/check-options.js';

/** How far a study has come. */
export interface StudyProgress {
  /** How many images have been run through the network, up or down, each time counted. */
  readonly done: number;
  /** How many it will be in all, if this is known. */
  readonly total?: number;
}

/** What every study takes. */
export interface StudyOptions {
  /** A function that is called after each batch. */
  readonly onProgress?: (progress: StudyProgress) => void;
  /** A signal that stops the study after the current batch. The study then throws the reason of the signal. */
  readonly signal?: AbortSignal;
}

/**
 * Checks the options that every study takes.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function checkStudy({ onProgress, signal }: StudyOptions): void {
  checkCallback('onProgress', onProgress);
  checkSignal(signal);
}
