import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { PASSING } from './passing.js';

/** One output of a model. */
export interface Head {
  readonly name: string;
  /** Its index among the outputs. */
  readonly index: number;
  /** The number of classes; 0 if the output is not one score per class. */
  readonly classes: number;
  /** How its values become probabilities. */
  readonly scores: 'softmax' | 'sigmoids' | 'sigmoid' | 'logit';
  /** If it has no scores of classes, the reason. */
  readonly why?: string;
}

/** What is read of a Deconvnet. */
interface Classifier {
  readonly model: LayersModel;
  readonly labels?: readonly string[];
}

type Layer = SymbolicTensor['sourceLayer'];

/**
 * The outputs of a model. One unit with a sigmoid tells two classes apart; as in Keras, its value is the probability of
 * class 1. If one unit without a sigmoid is the only output, it counts as the logit of that probability when there are two
 * class names. Otherwise it is a plain number.
 */
export function headsOf({ model, labels }: Classifier): Head[] {
  return model.outputs.map((tensor, index) => {
    const head = { name: model.outputNames[index] ?? `output ${index}`, index };
    const sizes = tensor.shape.slice(1);
    const count = sizes.reduce<number>((product, size) => product * (size ?? 0), 1);
    if (count < 1 || sizes.filter((size) => size !== 1).length > 1) {
      const shape = sizes.map((size) => size ?? 'any').join('x');
      return { ...head, classes: 0, scores: 'softmax', why: `its shape is ${shape}, which is not one score per class` };
    }
    const sigmoid = endsInSigmoid(tensor);
    if (count > 1) return { ...head, classes: count, scores: sigmoid ? 'sigmoids' : 'softmax' };
    if (sigmoid) return { ...head, classes: 2, scores: 'sigmoid' };
    if (labels?.length === 2 && model.outputs.length === 1) return { ...head, classes: 2, scores: 'logit' };
    const why = 'it is one number without a sigmoid. If it tells two classes apart, name them with --labels';
    return { ...head, classes: 0, scores: 'logit', why };
  });
}

/** The outputs whose classes have names: those with as many classes as there are names. */
export function namedHeads(heads: readonly Head[], labels: readonly string[] | undefined): Head[] {
  return labels ? heads.filter(({ classes }) => classes === labels.length) : [];
}

/** Whether an output is one unit that stands for two classes. */
export function isUnit({ scores }: Head): boolean {
  return scores === 'sigmoid' || scores === 'logit';
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
