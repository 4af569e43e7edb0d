import type { ContrastOptions } from '../../../render/contrast.js';
import type { AblationOptions } from '../../../studies/ablation/ablation.js';
import type { StudyReading } from '../kit/study-pictures.js';
import type { WriteStudyOptions } from '../kit/write-study.js';

/** What `writeAblation` sets to zero, and how its page is made. */
export interface WriteAblationOptions
  extends WriteStudyOptions,
    StudyReading,
    ContrastOptions,
    Pick<AblationOptions, 'draws' | 'seed' | 'batchSize'> {
  /**
   * The names of the layers of which all feature maps and random shares are set to zero. Default: at most six of
   * `defaultLayers`, evenly chosen, and the layer that the scores of the classes are made from.
   */
  readonly layers?: readonly string[];
  /** Which shares of the feature maps are drawn. Default: 0.1, 0.25, 0.5, 0.75, 0.9. */
  readonly shares?: readonly number[];
  /**
   * The name of the layer whose feature maps are set to zero one at a time. Default: the last nonlinearity of a
   * convolution.
   */
  readonly mapLayer?: string;
  /** The numbers of these feature maps. Default: all. An empty list leaves them out. */
  readonly featureMaps?: readonly number[];
}
