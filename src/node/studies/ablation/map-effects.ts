import type { Ablation } from '../../../studies/ablation/ablation.js';

/** What setting one feature map to zero changes. */
export interface MapEffect {
  readonly featureMap: number;
  /** The change of the accuracy of each class, in percentage points; null for a class without pictures. */
  readonly byClass: readonly (number | null)[];
  /** The change of the accuracy over all pictures, in percentage points. */
  readonly all: number;
}

/**
 * What setting each feature map to zero changes, the most telling ones first: those with the largest change of the accuracy
 * of a class, then those with the largest sum of the changes, without their signs.
 */
export function mapEffects(parts: readonly Ablation[]): MapEffect[] {
  const effects = parts.flatMap(({ ablations, pictures, correct }) =>
    ablations
      .filter(({ what }) => what === 'map')
      .map(
        (one): MapEffect => ({
          featureMap: one.featureMaps[0]!,
          byClass: pictures.map((count, i) => (count > 0 ? (100 * (one.correct[i]! - correct[i]!)) / count : null)),
          all: (100 * (sum(one.correct) - sum(correct))) / sum(pictures),
        }),
      ),
  );
  const sizes = ({ byClass }: MapEffect): number[] => byClass.map((change) => Math.abs(change ?? 0));
  const largest = (effect: MapEffect): number => Math.max(...sizes(effect));
  const total = (effect: MapEffect): number => sum(sizes(effect));
  return effects.sort((a, b) => largest(b) - largest(a) || total(b) - total(a) || a.featureMap - b.featureMap);
}

/** The share of the pictures that are told right, from 0 to 1. */
export function accuracyOf({ correct }: { readonly correct: readonly number[] }, pictures: readonly number[]): number {
  return sum(correct) / sum(pictures);
}

/** The size of a change in percentage points, without its sign: two digits below 10, as `0.4`, and otherwise rounded. */
export function pointsOf(change: number): string {
  const size = Math.abs(change);
  return size < 10 ? String(Number(size.toPrecision(2))) : size.toFixed(0);
}

/** The mean of some numbers and how far they lie around it. */
export function meanOf(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = sum(values) / values.length;
  return { mean, deviation: Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
