import type { ContrastOptions } from '../../../render/contrast.js';
import type { OcclusionOptions } from '../../../studies/occlusion/occlusion.js';
import type { PictureChoice, StudyReading } from '../kit/study-pictures.js';
import type { WriteStudyOptions } from '../kit/write-study.js';

/** How the pages of `writeOcclusion` are made. */
export interface WriteOcclusionOptions
  extends WriteStudyOptions,
    StudyReading,
    ContrastOptions,
    Omit<OcclusionOptions, 'onProgress' | 'signal'> {
  /** How many pictures are covered, or the ids of some. The classes take turns. Default: 3. */
  readonly pictures?: PictureChoice;
}
