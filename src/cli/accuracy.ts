import type { Head } from '../studies/kit/heads.js';
import { ranked } from '../studies/kit/probabilities.js';
import type { Prediction } from './predict.js';

/** Hits among the pictures whose folder is named like a class. Upper and lower case count as equal. */
export interface Accuracy {
  readonly hits: number;
  readonly pictures: number;
  /** Folders that are not named like a class. */
  readonly strangers: readonly string[];
}

/** Counts how often the most probable class of an output is that of the picture's folder. */
export function accuracyOf(predictions: readonly Prediction[], head: Head, labels: readonly string[]): Accuracy {
  const answers = answersOf(predictions, head, labels);
  const hits = answers.filter(({ truth, answer }) => truth === answer);
  const known = new Set(labels.map((label) => label.toLowerCase()));
  const folders = predictions.flatMap(({ label }) => (label === undefined ? [] : [label]));
  const strangers = folders.filter((label) => !known.has(label.toLowerCase()));
  return { hits: hits.length, pictures: answers.length, strangers: [...new Set(strangers)] };
}

/** Whether an accuracy is closer to that of chance than to 1. */
export function isPoor({ hits, pictures }: Accuracy, classes: number): boolean {
  return pictures > 0 && hits / pictures < (1 + 1 / classes) / 2;
}

/** The accuracy with the class names in another order. */
export interface OtherOrder {
  readonly hits: number;
  readonly pictures: number;
  /** Each class that is mostly recognised as another one: its name, and the name of its commonest answer. */
  readonly swaps: readonly {
    readonly truth: string;
    readonly answer: string;
    readonly count: number;
    readonly of: number;
  }[];
}

/** With fewer pictures per class than this, on average, the commonest answer of a class means nothing. */
const ENOUGH = 3;

/**
 * Computes how accurate an output would be with its class names in another order. Each class is matched with the answer
 * that its pictures get most often, and each answer with only one class. Undefined if there are too few pictures.
 */
export function otherOrder(
  predictions: readonly Prediction[],
  head: Head,
  labels: readonly string[],
): OtherOrder | undefined {
  const answers = answersOf(predictions, head, labels);
  const totals = new Map<number, number>();
  const counts = new Map<string, { truth: number; answer: number; count: number }>();
  for (const { truth, answer } of answers) {
    totals.set(truth, (totals.get(truth) ?? 0) + 1);
    const pair = counts.get(`${truth} ${answer}`) ?? { truth, answer, count: 0 };
    counts.set(`${truth} ${answer}`, pair);
    pair.count++;
  }
  if (answers.length < ENOUGH * totals.size || totals.size < 2) return undefined;
  const taken = { truths: new Set<number>(), answers: new Set<number>() };
  const pairs = [...counts.values()].sort((a, b) => b.count - a.count);
  const matched = pairs.filter(({ truth, answer }) => {
    if (taken.truths.has(truth) || taken.answers.has(answer)) return false;
    taken.truths.add(truth);
    taken.answers.add(answer);
    return true;
  });
  return {
    hits: matched.reduce((sum, { count }) => sum + count, 0),
    pictures: answers.length,
    swaps: matched
      .filter(({ truth, answer }) => truth !== answer)
      .map(({ truth, answer, count }) => ({
        truth: labels[truth]!,
        answer: labels[answer]!,
        count,
        of: totals.get(truth)!,
      })),
  };
}

/** For each picture in a folder named like a class: that class, and the most probable class. */
function answersOf(
  predictions: readonly Prediction[],
  { index }: Head,
  labels: readonly string[],
): { readonly truth: number; readonly answer: number }[] {
  const classes = new Map(labels.map((label, i) => [label.toLowerCase(), i]));
  return predictions.flatMap(({ label, probabilities }) => {
    const truth = label === undefined ? undefined : classes.get(label.toLowerCase());
    return truth === undefined ? [] : [{ truth, answer: ranked(probabilities[index]!)[0]! }];
  });
}
