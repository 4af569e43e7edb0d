// Stage: after `models/`. The entry `deconvnet/studies` has the other studies of the paper, and checks of projections.
// In: a Deconvnet (or several checkpoints of one network), and images.
// Out: plain numbers and pixels. There is a folder for each study; `kit/` has what they share.

export { type Ablation, type AblationOptions, ablation } from './ablation/ablation.js';
export type { Ablated } from './ablation/draw-ablations.js';
export {
  type Correspondence,
  type CorrespondenceOptions,
  correspondence,
  type LayerCorrespondence,
  type MarkedPicture,
} from './correspondence/correspondence.js';
export { type FitBoxOptions, fitBox, type Size } from './correspondence/fit-box.js';
export { type PictureBoxes, readBoxes } from './correspondence/read-boxes.js';
export type { SignDistances } from './correspondence/sign-distances.js';
export {
  type Checkpoint,
  type EvolutionFrame,
  type EvolutionOptions,
  type EvolutionStep,
  evolution,
} from './evolution/evolution.js';
export { type Invariance, type InvarianceOptions, invariance, type LayerInvariance } from './invariance/invariance.js';
export type { Transformation } from './invariance/move-picture.js';
export type { Box } from './kit/covered-copies.js';
export type { Fill } from './kit/fill.js';
export { rankCorrelation } from './kit/rank-correlation.js';
export { type Grid, structuralSimilarity } from './kit/structural-similarity.js';
export type { StudyOptions, StudyProgress } from './kit/study-options.js';
export type { WatchedClass } from './kit/watched-class.js';
export { type OccludedClasses, type Occlusion, type OcclusionOptions, occlusion } from './occlusion/occlusion.js';
export {
  type ClassPair,
  type ClassSensitivity,
  type ClassSensitivityOptions,
  classSensitivity,
  type ProjectedClass,
} from './sanity/class-sensitivity.js';
export {
  type Compared,
  compareProjections,
  type Likeness,
  type LikenessFigures,
  type SanityPixels,
} from './sanity/compare-projections.js';
export { type EdgeLikeness, edgeLikeness } from './sanity/edge-likeness.js';
export {
  type ComparedProjection,
  type RandomizationOptions,
  type RandomizationStep,
  randomization,
  randomizationSteps,
} from './sanity/randomization.js';
export type { CellsOption, RulesOption, SanityOptions } from './sanity/sanity-options.js';
export type { Cell, SanityProjection } from './sanity/sanity-projection.js';
export { type LikenessSummary, summarizeLikeness } from './sanity/summarize-likeness.js';
export {
  type RandomPart,
  type SwitchDependence,
  type SwitchProjection,
  switchDependence,
} from './sanity/switch-dependence.js';
