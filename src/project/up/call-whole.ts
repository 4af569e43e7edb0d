import type { Tensor } from '@tensorflow/tfjs-core';
import type { Mirror } from '../../mirrors/mirror.js';
import { ownedSince } from '../../tensors/alias.js';
import { contextOf, type NodeAt } from './context.js';
import { recordStep } from './record-step.js';

/** What came of the steps of one node. */
export interface StepsRun {
  readonly output: Tensor;
  /** What went into the last step. */
  readonly belowLast: Tensor;
  /** By step of the mirror, what the way down will need. */
  readonly records: readonly (readonly Tensor[])[];
}

/** Runs a node by its layer's own call, whole. Values between the steps of its mirror are not at hand then. */
export function callWhole(at: NodeAt, steps: readonly Mirror[], record: boolean): StepsRun {
  const { network, node, inputs } = at;
  const [mask] = at.masks;
  const made = node.layer.apply(inputs.length === 1 ? inputs[0]! : [...inputs], {
    training: false,
    ...(mask && { mask }),
  });
  const output = ownedSince((Array.isArray(made) ? made[0] : made) as Tensor, inputs);
  // A step after the first records at most its output here: if it records its input, the node is run step by step.
  const records = steps.map((mirror, step) => {
    if (!record) return [];
    const context = contextOf(network, { ...at, step, reach: mirror.window, prepared: [], outputShape: output.shape });
    return recordStep(at, mirror, { inputs: step === 0 ? inputs : [output], output, at: context });
  });
  return { output, belowLast: inputs[0]!, records };
}
