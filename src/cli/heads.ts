import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Deconvnet } from 'deconvnet';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';

/** One output of a model. */
export interface Head {
  readonly name: string;
  /** Its place among the outputs. */
  readonly index: number;
  /** How many classes it tells apart; 0 where it is not one score per class. */
  readonly classes: number;
  /** How its values become probabilities. */
  readonly scores: 'softmax' | 'sigmoids' | 'sigmoid' | 'logit';
  /** What it is, where it has no scores of classes. */
  readonly why?: string;
}

type Layer = SymbolicTensor['sourceLayer'];

/**
 * Layers between a sigmoid and an output that pass on its values. They are named here because only the scores of a
 * classifier are read, whatever the mirrors of these classes are.
 */
const PASSING = /^(Flatten|Reshape|Dropout|Permute)$/;

/**
 * The outputs of a model. One unit with a sigmoid tells two classes apart, in Keras's order: it is the probability of
 * class 1. One unit without a sigmoid, as the only output, counts as its logit where there are two class names, and is a number
 * otherwise.
 */
export function headsOf({ model, labels }: Deconvnet): Head[] {
  return model.outputs.map((tensor, index) => {
    const head = { name: model.outputNames[index] ?? `output ${index}`, index };
    const sizes = tensor.shape.slice(1);
    const count = sizes.reduce<number>((product, size) => product * (size ?? 0), 1);
    if (count < 1 || sizes.filter((size) => size !== 1).length > 1) {
      const shape = sizes.map((size) => size ?? 'any').join('x');
      return { ...head, classes: 0, scores: 'softmax', why: `it is shaped ${shape}, and not one score per class` };
    }
    const sigmoid = endsInSigmoid(tensor);
    if (count > 1) return { ...head, classes: count, scores: sigmoid ? 'sigmoids' : 'softmax' };
    if (sigmoid) return { ...head, classes: 2, scores: 'sigmoid' };
    if (labels?.length === 2 && model.outputs.length === 1) return { ...head, classes: 2, scores: 'logit' };
    const why = 'it is one number without a sigmoid. Where it tells two classes apart, name them with --labels';
    return { ...head, classes: 0, scores: 'logit', why };
  });
}

/** The heads whose classes have names: those with as many classes as there are names. */
export function namedHeads(heads: readonly Head[], labels: readonly string[] | undefined): Head[] {
  return labels ? heads.filter(({ classes }) => classes === labels.length) : [];
}

/** Whether one unit stands for two classes. */
export function isUnit({ scores }: Head): boolean {
  return scores === 'sigmoid' || scores === 'logit';
}

/** Stops where no output has as many classes as there are names: accuracies would be those of other classes. */
export function checkLabels(heads: readonly Head[], labels: readonly string[]): void {
  const scored = heads.filter(({ classes }) => classes > 0);
  if (scored.length === 0 || namedHeads(heads, labels).length > 0) return;
  const counts =
    heads.length === 1
      ? `${scored[0]!.classes} ${isUnit(scored[0]!) ? 'classes (one output unit: p and 1 - p)' : 'outputs'}`
      : `outputs of ${scored.map(({ name, classes }) => `${classes} ('${name}')`).join(', ')}`;
  throw new CliError(
    EXIT.usage,
    `There are ${labels.length} class names and ${counts}; they must be as many, in the order of the outputs (--labels).`,
  );
}

/** Whether the values of an output come from a sigmoid. */
function endsInSigmoid({ sourceLayer, nodeIndex, tensorIndex }: SymbolicTensor): boolean {
  const inner = (sourceLayer as Layer & { readonly outputs?: readonly SymbolicTensor[] }).outputs;
  if (inner) return endsInSigmoid(inner[tensorIndex] ?? inner[0]!);
  const [below] = sourceLayer.inboundNodes[nodeIndex]?.inputTensors ?? [];
  if (PASSING.test(sourceLayer.getClassName()) && below) return endsInSigmoid(below);
  const { activation } = sourceLayer.getConfig();
  return typeof activation === 'string' && /^(hard_?)?sigmoid$/i.test(activation);
}
