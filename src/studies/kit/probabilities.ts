import type { Head } from './heads.js';

/** Turns scores into probabilities. Scores that are probabilities already stay as they are; all others are logits. */
export function toProbabilities({ classes, scores }: Head, values: readonly number[]): number[] {
  if (classes === 0) return [];
  const [first] = values as [number];
  if (scores === 'sigmoid') return [1 - first, first];
  if (scores === 'logit') return [1 / (1 + Math.exp(first)), 1 / (1 + Math.exp(-first))];
  if (scores === 'sigmoids') return [...values];
  const total = values.reduce((sum, value) => sum + value, 0);
  if (values.every((value) => value >= 0) && Math.abs(total - 1) < 0.01) return [...values];
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** The classes in the order of their probabilities, largest first. */
export function ranked(probabilities: readonly number[]): number[] {
  return probabilities.map((_, i) => i).sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
}
