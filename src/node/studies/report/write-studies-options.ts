import type { ContrastOptions } from '../../../render/contrast.js';
import type { PictureBoxes } from '../../../studies/correspondence/read-boxes.js';
import type { WorkerNetwork } from '../../gallery/gallery-workers.js';
import type { StoredCheckpoint } from '../evolution/write-evolution-options.js';
import { type PictureChoice, READING_KEYS, type StudyReading } from '../kit/study-pictures.js';
import { WRITE_STUDY_KEYS, type WriteStudyOptions } from '../kit/write-study.js';
import type { StudyName } from './study-names.js';

/** Which studies a report contains, and how they are made. */
export interface WriteStudiesOptions extends WriteStudyOptions, StudyReading, ContrastOptions {
  /** The studies. Default: all for which the network, the pictures and these options have what they need. */
  readonly studies?: readonly StudyName[];
  /** The layers of the gallery and of the evolution. Default: those of `defaultLayers`. */
  readonly layers?: readonly string[];
  /** How many feature maps of each layer the gallery shows, counted from the first. Default: 8. */
  readonly maps?: number;
  /** How many pictures are studied one by one, or the ids of some. The classes take turns. Default: what each study has. */
  readonly pictures?: PictureChoice;
  /** A whole number that decides all that is random. Default: 0. */
  readonly seed?: number;
  /** The network at several times of its training, for the evolution. */
  readonly checkpoints?: readonly StoredCheckpoint[];
  /** The boxes of parts, for the correspondence: as in `writeCorrespondence`. */
  readonly boxes?: PictureBoxes | string;
  /** How many pictures run together. Default: 16. */
  readonly batchSize?: number;
  /** How many worker threads the gallery has, as in `mineImages`. */
  readonly workers?: number;
  /** Where worker threads find the network. Without it, this thread does everything. */
  readonly network?: WorkerNetwork;
}

/** The keys of `WriteStudiesOptions`. */
export const WRITE_STUDIES_KEYS = [
  ...WRITE_STUDY_KEYS,
  ...READING_KEYS,
  ...(['contrast', 'gamma', 'studies', 'layers', 'maps', 'pictures', 'seed', 'checkpoints', 'boxes'] as const),
  ...(['batchSize', 'workers', 'network'] as const),
] as (keyof WriteStudiesOptions)[];
