import type { Ablation } from 'deconvnet/studies';
import type { CollectionPicture } from './protocol';

/** What is set to zero: feature maps of one layer, or half of those of every layer. */
export type AblationKind = 'layer' | 'halves';

/** Sets feature maps to zero. */
export interface AblationRequest {
  readonly what: AblationKind;
  /** Those that are counted. They have a class. */
  readonly pictures: readonly CollectionPicture[];
  /** How many pictures of the collection have a class of the network. */
  readonly known: number;
  /** One layer, or those of which half is set to zero. */
  readonly layers: readonly string[];
  /** The feature maps of the layer that are set to zero one by one; none if it is `halves`. */
  readonly featureMaps: readonly number[];
  readonly seed: number;
  /** The names of the classes, if the network does not have them. */
  readonly labels?: readonly string[];
}

/** How many pictures the network still gets right. */
export interface AblationView {
  readonly what: AblationKind;
  /** One for each layer. */
  readonly layers: readonly Ablation[];
  /** How many pictures of the collection have a class of the network. */
  readonly known: number;
  /** Pictures that could not be read. */
  readonly skipped: number;
}
