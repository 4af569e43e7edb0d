import type { Ablated, Ablation } from 'deconvnet/studies';

/** Changes of the accuracy, in percentage points. */
export interface Changes {
  readonly name: string;
  /** Of each class that has pictures. */
  readonly byClass: readonly number[];
  readonly all: number;
}

/** The indices of classes that have pictures. */
export function presentClasses({ pictures }: Ablation): number[] {
  return [...pictures.keys()].filter((i) => pictures[i]! > 0);
}

/** The share of right answers, in percent: over all pictures, or of one class. */
export function accuracy(correct: readonly number[], { pictures }: Ablation, index?: number): number {
  if (index !== undefined) return (100 * correct[index]!) / pictures[index]!;
  return (100 * sum(correct)) / sum(pictures);
}

/** What was tried of one kind, each with its counts. */
export function triedOf({ ablations }: Ablation, what: Ablated['what']): Ablation['ablations'] {
  return ablations.filter((one) => one.what === what);
}

/** The mean counts of several draws. */
export function meanCorrect(tried: Ablation['ablations']): number[] {
  return tried[0]!.correct.map((_, i) => sum(tried.map(({ correct }) => correct[i]!)) / tried.length);
}

/** How far the accuracies of several draws lie around their mean, in percentage points. */
export function deviationOf(tried: Ablation['ablations'], study: Ablation): number {
  const values = tried.map(({ correct }) => accuracy(correct, study));
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
}

/** What changes if something is set to zero. */
export function changesOf(name: string, correct: readonly number[], study: Ablation): Changes {
  const change = (index?: number): number => accuracy(correct, study, index) - accuracy(study.correct, study, index);
  return { name, byClass: presentClasses(study).map(change), all: change() };
}

/** The feature maps that were set to zero alone, those with the largest change of a class first, then of all classes. */
export function mapChanges(study: Ablation): Changes[] {
  const sizes = ({ byClass }: Changes): number[] => byClass.map(Math.abs);
  const largest = (one: Changes): number => Math.max(...sizes(one));
  return triedOf(study, 'map')
    .map(({ featureMaps, correct }) => changesOf(`map ${featureMaps[0]}`, correct, study))
    .sort((a, b) => largest(b) - largest(a) || sum(sizes(b)) - sum(sizes(a)));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
