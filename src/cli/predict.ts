import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from 'deconvnet';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import type { Library } from './load-library.js';

/** What a model makes of one picture. */
export interface Prediction {
  readonly id: string;
  /** The folder it lies in. */
  readonly label?: string;
  /** One for each class; they sum to 1. */
  readonly probabilities: readonly number[];
}

/** Which pictures, and what is told meanwhile. */
export interface PredictOptions {
  readonly limit: number;
  readonly onSkip: NonNullable<NonNullable<Parameters<Library['readPictures']>[2]>['onSkip']>;
  readonly onProgress?: (done: number) => void;
}

/** Runs the model on pictures. Undefined where its (first) output is not one score a class. */
export async function predict(
  library: Library,
  deconvnet: Deconvnet,
  pictures: Parameters<Library['readPictures']>[0],
  { limit, onSkip, onProgress }: PredictOptions,
): Promise<Prediction[] | undefined> {
  const predictions: Prediction[] = [];
  for await (const { id, label, image } of library.readPictures(pictures, deconvnet, { limit, onSkip })) {
    const outputs = [deconvnet.model.predict(image)].flat() as Tensor[];
    const [scores] = outputs as [Tensor];
    const [rows, classes] = scores.shape;
    const values = await scores.data();
    for (const tensor of [image, ...outputs]) tensor.dispose();
    if (scores.rank !== 2 || rows !== 1 || classes === undefined || classes < 2) return undefined;
    predictions.push({ id, ...(label !== undefined && { label }), probabilities: toProbabilities([...values]) });
    onProgress?.(predictions.length);
  }
  return predictions;
}

/** Stops where class names and outputs are not as many: accuracies would be those of other classes. */
export function checkLabels(predictions: readonly Prediction[], labels: readonly string[]): void {
  const classes = predictions[0]?.probabilities.length ?? labels.length;
  if (labels.length === classes) return;
  throw new CliError(
    EXIT.usage,
    `There are ${labels.length} class names and ${classes} outputs; they must be as many, in the order of the outputs (--labels).`,
  );
}

/** Leaves probabilities as they are; anything else counts as logits. */
function toProbabilities(scores: readonly number[]): number[] {
  const total = scores.reduce((sum, score) => sum + score, 0);
  if (scores.every((score) => score >= 0) && Math.abs(total - 1) < 0.01) return [...scores];
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** The classes by probability, largest first. */
export function ranked(probabilities: readonly number[]): number[] {
  return probabilities.map((_, i) => i).sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
}

/** Hits among the pictures whose folder is named like a class, whatever the case. */
export interface Accuracy {
  readonly hits: number;
  readonly pictures: number;
  /** Folders that are no class. */
  readonly strangers: readonly string[];
}

/** Counts how often the most probable class is the folder's. */
export function accuracyOf(predictions: readonly Prediction[], labels: readonly string[]): Accuracy {
  const classes = new Map(labels.map((label, i) => [label.toLowerCase(), i]));
  const known = predictions.filter(({ label }) => label !== undefined && classes.has(label.toLowerCase()));
  const strangers = predictions
    .map(({ label }) => label)
    .filter((label) => label !== undefined && !classes.has(label.toLowerCase())) as string[];
  const hits = known.filter(
    ({ label, probabilities }) => ranked(probabilities)[0] === classes.get(label!.toLowerCase()),
  );
  return { hits: hits.length, pictures: known.length, strangers: [...new Set(strangers)] };
}
