import type * as tf from '@tensorflow/tfjs-core';
import type { Mirror } from '../../mirrors/mirror.js';
import { ownedSince } from '../../tensors/alias.js';
import type { NodeAt } from './node-at.js';
import { recordStep } from './record-step.js';

/** What came of the steps of one node. */
export interface StepsRun {
  readonly output: tf.Tensor;
  /** What went into the last step; it belongs to whoever made it. */
  readonly belowLast: tf.Tensor;
  /** By step of the mirror, what the way down will need. */
  readonly records: readonly (readonly tf.Tensor[])[];
}

/** Runs a node by its layer's own call. Values between the steps of its mirror are not at hand then. */
export function callWhole(at: NodeAt, steps: readonly Mirror[], { record }: { readonly record: boolean }): StepsRun {
  const { node, inputs } = at;
  const [mask] = at.masks;
  const made = node.layer.apply(inputs.length === 1 ? inputs[0]! : [...inputs], {
    training: false,
    ...(mask && { mask }),
  });
  const output = ownedSince((Array.isArray(made) ? made[0] : made) as tf.Tensor, inputs);
  // A step after the first records at most its output here: if it records its input, the node is run step by step.
  const records = steps.map((mirror, step) =>
    record ? recordStep(at, { mirror, step, inputs: step === 0 ? inputs : [output], output }) : [],
  );
  return { output, belowLast: inputs[0]!, records };
}
