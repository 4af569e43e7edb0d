import type { Ablation } from '../../../studies/ablation/ablation.js';
import { accuracyOf, meanOf } from './map-effects.js';

/** The accuracies that are left of a layer, from 0 to 1. */
export interface LayerLoss {
  readonly layer: string;
  /** How many feature maps it has. */
  readonly featureMaps: number;
  /** Without all of its feature maps. */
  readonly without: number;
  /** Without random shares of them: the mean and the standard deviation over the draws. */
  readonly shares: readonly { readonly share: number; readonly mean: number; readonly deviation: number }[];
}

/** The accuracies that are left of one layer. */
export function layerLosses({ layer, ablations, pictures }: Ablation, featureMaps: number): LayerLoss {
  const all = ablations.find(({ what }) => what === 'layer')!;
  const drawn = ablations.filter(({ what }) => what === 'share');
  const shares = [...new Set(drawn.map(({ share }) => share!))].sort((a, b) => a - b);
  return {
    ...{ layer, featureMaps, without: accuracyOf(all, pictures) },
    shares: shares.map((share) => ({
      share,
      ...meanOf(drawn.filter((one) => one.share === share).map((one) => accuracyOf(one, pictures))),
    })),
  };
}

/** A share as a person would write it: `81.4 %`. */
export function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
