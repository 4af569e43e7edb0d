import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from 'deconvnet';
import type { Head } from './heads.js';
import type { Library } from './load-library.js';
import type { Reading } from './picture-options.js';

/** What a model predicts for one picture. */
export interface Prediction {
  readonly id: string;
  /** The name of its folder. */
  readonly label?: string;
  /** For each output of the model, a probability per class; empty if it has no classes, or was not asked for. */
  readonly probabilities: readonly (readonly number[])[];
}

/** How many pictures to read, and what to call meanwhile. */
export interface PredictOptions {
  readonly limit: number;
  readonly reading: Reading;
  readonly onSkip: NonNullable<NonNullable<Parameters<Library['readPictures']>[2]>['onSkip']>;
  readonly onProgress?: (done: number) => void;
}

/** Runs the model on pictures. */
export async function predict(
  library: Library,
  { deconvnet, heads }: { readonly deconvnet: Deconvnet; readonly heads: readonly Head[] },
  pictures: Parameters<Library['readPictures']>[0],
  { limit, reading, onSkip, onProgress }: PredictOptions,
): Promise<Prediction[]> {
  const predictions: Prediction[] = [];
  for await (const { id, label, image } of library.readPictures(pictures, deconvnet, { ...reading, limit, onSkip })) {
    const outputs = [deconvnet.model.predict(image)].flat() as Tensor[];
    const values = await Promise.all(outputs.map((output) => output.data()));
    for (const tensor of [image, ...outputs]) tensor.dispose();
    const probabilities = values.map((scores, index) => {
      const head = heads.find((one) => one.index === index);
      return head ? toProbabilities(head, [...scores]) : [];
    });
    predictions.push({ id, ...(label !== undefined && { label }), probabilities });
    onProgress?.(predictions.length);
  }
  return predictions;
}

/** Turns scores into probabilities. Scores that are probabilities already stay as they are; all others are logits. */
function toProbabilities({ classes, scores }: Head, values: readonly number[]): number[] {
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
