export { Deconvnet, type RankedSelection } from './deconvnet.js';
export type { DeconvnetOptions } from './deconvnet-options.js';
export { type ChooseRuleOptions, chooseRule, type RuleChoice } from './dependence/choose-rule.js';
export { type PictureDependenceOptions, pictureDependence } from './dependence/picture-dependence.js';
export { type Advice, DeconvnetError, type DeconvnetErrorCode } from './errors/deconvnet-error.js';
export type { PictureSource } from './input/encode-picture.js';
export {
  type InputFormat,
  type InputFormatName,
  type InputSuggestion,
  inputFormats,
  type ResolvedInputFormat,
} from './input/input-format.js';
export type { Picture } from './input/picture.js';
export type { ActivationHistogram, HistogramBin, KeptHistogram } from './mine/activation-histogram.js';
export type { ClassCount } from './mine/count-classes.js';
export { type DefaultLayers, defaultLayers, type LeftOutLayer } from './mine/default-layers.js';
export type { ImageFunction, ImageLookup, ImageSource, SourceItem } from './mine/image-source.js';
export type { FeatureMapStatistics, KeptStatistics } from './mine/map-statistics.js';
export type { FormatNumbers, MinedLayer, MinerBasis } from './mine/miner-basis.js';
export type { PatchMinerOptions } from './mine/miner-options.js';
export type { Patch, PatchPixels } from './mine/patch.js';
export { PatchMiner } from './mine/patch-miner.js';
export type {
  PatchProjection,
  ProjectAllOptions,
  SkippedImage,
} from './mine/project-all.js';
export type { ProjectPatchesOptions } from './mine/project-patches.js';
export type { RunOptions } from './mine/run-source.js';
export type { MinerJson } from './mine/state/miner-json.js';
export type { MinerThresholds } from './mine/thresholds.js';
export type { ProjectAllProgress } from './mine/work-progress.js';
export { builtInMirror } from './mirrors/built-in-mirror.js';
export type { GateRoles } from './mirrors/constant-gates.js';
export type { LayerInfo } from './mirrors/layer-info.js';
export type { DownContext, Mirror, MirrorContext, MirrorFactory, WayUp } from './mirrors/mirror.js';
export type { Activation } from './mirrors/rectify/activation.js';
export type { RankedBy } from './mirrors/rectify/bounded-end.js';
export { rectifyMirrors } from './mirrors/rectify/rectify.js';
export type { FilterMirror, RectifyContext, RectifyMirror, Roles, UnpoolMirror } from './mirrors/roles.js';
export type { GateRole, Rule, RuleName, RuleOptions } from './mirrors/rules.js';
export type { Layer, Shape } from './network/layer-access.js';
export type { ReceptiveField } from './network/receptive-field.js';
export { type InputProjection, Projection } from './project/projection.js';
export type { ModelInput } from './project/read-input.js';
export type { Reported } from './project/seed/reported.js';
export type { Selection } from './project/selection.js';
export type { Region } from './regions/region.js';
export type { Padding, Reach, Window } from './regions/window.js';
export type { ContrastOptions } from './render/contrast.js';
export { type MontageOptions, montage } from './render/montage.js';
export { type ProjectionBoundsOptions, projectionBounds } from './render/projection-bounds.js';
export {
  type ActivationDrawingOptions,
  type DrawnActivations,
  renderActivations,
} from './render/render-activations.js';
export { renderFilters } from './render/render-filters.js';
export { renderPatches } from './render/render-patches.js';
export {
  type ProjectionDrawingOptions,
  type ProjectionPicture,
  renderProjection,
  renderProjections,
  type ScaleOptions,
} from './render/render-projection.js';
export {
  renderSignals,
  type SignalDrawingOptions,
  type SignalPatch,
  type SignalPicture,
} from './render/render-signals.js';
