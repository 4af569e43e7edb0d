import type { Deconvnet } from '../../../deconvnet.js';
import type { ContrastOptions } from '../../../render/contrast.js';
import type { EvolutionOptions } from '../../../studies/evolution/evolution.js';
import type { StudyReading } from '../kit/study-pictures.js';
import type { WriteStudyOptions } from '../kit/write-study.js';

/** A network at one time of its training, which is opened when it is needed. */
export interface StoredCheckpoint {
  /** What its column is called: `epoch 5`. No two checkpoints have the same name. */
  readonly name: string;
  /**
   * Opens the network. It is called twice: before the work begins, to compare the checkpoints, and when this one has its
   * turn. What it gives is disposed after that, with its model.
   */
  readonly open: () => Promise<Deconvnet>;
}

/** How the page of `writeEvolution` is made. */
export interface WriteEvolutionOptions
  extends WriteStudyOptions,
    StudyReading,
    ContrastOptions,
    Omit<EvolutionOptions, 'onProgress' | 'signal'> {}
