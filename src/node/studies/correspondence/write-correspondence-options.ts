import type { CorrespondenceOptions } from '../../../studies/correspondence/correspondence.js';
import type { PictureBoxes } from '../../../studies/correspondence/read-boxes.js';
import type { StudyReading } from '../kit/study-pictures.js';
import type { WriteStudyOptions } from '../kit/write-study.js';

/** What `writeCorrespondence` masks, and how its page is made. */
export interface WriteCorrespondenceOptions
  extends WriteStudyOptions,
    StudyReading,
    Omit<CorrespondenceOptions, 'onProgress' | 'signal'> {
  /**
   * The boxes of the parts in pixels of the picture files, or the path of a JSON file that `readBoxes` reads. Pictures
   * without boxes are not used.
   */
  readonly boxes: PictureBoxes | string;
}
