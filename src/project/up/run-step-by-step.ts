import type * as tf from '@tensorflow/tfjs-core';
import { withoutUp } from '../../mirrors/kit/without-up.js';
import type { Mirror } from '../../mirrors/mirror.js';
import { alias } from '../../tensors/alias.js';
import type { StepsRun } from './call-whole.js';
import { type NodeAt, outputShapeOf, stepContext } from './node-at.js';
import { recordStep } from './record-step.js';

/** Runs a node by its mirror's own way up, step by step, so that each value between two steps can be recorded. */
export function runStepByStep(
  at: NodeAt,
  steps: readonly Mirror[],
  { record }: { readonly record: boolean },
): StepsRun {
  const outputShape = outputShapeOf(at);
  const records: tf.Tensor[][] = [];
  let inputs = at.inputs;
  let belowLast = at.inputs[0]!;
  for (const [step, mirror] of steps.entries()) {
    if (!mirror.up) throw withoutUp(at.node.name);
    const output = mirror.up(inputs, stepContext(at, { step, reach: mirror.window, outputShape }));
    records.push(record ? recordStep(at, { mirror, step, inputs, output }) : []);
    belowLast = inputs[0]!;
    inputs = [output];
  }
  return { output: alias(inputs[0]!), belowLast, records };
}
