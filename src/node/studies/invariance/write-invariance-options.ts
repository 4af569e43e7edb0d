import type { InvarianceOptions } from '../../../studies/invariance/invariance.js';
import type { Transformation } from '../../../studies/invariance/move-picture.js';
import type { PictureChoice, StudyReading } from '../kit/study-pictures.js';
import type { WriteStudyOptions } from '../kit/write-study.js';

/** How the page of `writeInvariance` is made. */
export interface WriteInvarianceOptions
  extends WriteStudyOptions,
    StudyReading,
    Omit<InvarianceOptions, 'transformation' | 'steps' | 'onProgress' | 'signal'> {
  /** How many pictures are moved, at most ten, or the ids of some. The classes take turns. Default: 5, as in the paper. */
  readonly pictures?: PictureChoice;
  /** How the pictures are moved. Default: in all ways, `['translation', 'scale', 'rotation']`. */
  readonly transformations?: readonly Transformation[];
  /** How far, for each transformation, as in `invariance`. Default: the ranges of the paper. */
  readonly steps?: { readonly [Name in Transformation]?: readonly number[] };
}
