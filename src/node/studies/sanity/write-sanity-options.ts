import type { ContrastOptions } from '../../../render/contrast.js';
import type { ClassSensitivityOptions } from '../../../studies/sanity/class-sensitivity.js';
import type { SanityOptions } from '../../../studies/sanity/sanity-options.js';
import type { PictureChoice, StudyReading } from '../kit/study-pictures.js';
import type { WriteStudyOptions } from '../kit/write-study.js';

/** How the page of `writeSanity` is made. */
export interface WriteSanityOptions
  extends WriteStudyOptions,
    StudyReading,
    ContrastOptions,
    Pick<ClassSensitivityOptions, 'classes'>,
    Omit<SanityOptions, 'rules' | 'maps' | 'onProgress' | 'signal'> {
  /** How many pictures are studied, or the ids of some. The classes take turns. Default: 2. */
  readonly pictures?: PictureChoice;
  /**
   * How many feature maps are projected from each picture, the strongest first; or a list of their numbers. A feature map
   * that does not fire on a picture is left out there. Default: 2.
   */
  readonly maps?: number | readonly number[];
}
