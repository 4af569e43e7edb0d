import type { Tensor } from '@tensorflow/tfjs-core';
import { withoutUp } from '../../mirrors/kit/without-up.js';
import type { Mirror } from '../../mirrors/mirror.js';
import { alias } from '../../tensors/alias.js';
import type { StepsRun } from './call-whole.js';
import { contextOf, type NodeAt } from './context.js';
import { recordStep } from './record-step.js';

/** Runs a node by its mirror's own way up, step by step, so that each value between two steps can be recorded. */
export function runStepByStep(at: NodeAt, steps: readonly Mirror[], record: boolean): StepsRun {
  const outputShape = outputShapeOf(at);
  const records: Tensor[][] = [];
  let { inputs } = at;
  let belowLast = inputs[0]!;
  for (const [step, mirror] of steps.entries()) {
    if (!mirror.up) throw withoutUp(at.node.name);
    const context = contextOf(at.network, { ...at, step, reach: mirror.window, prepared: [], outputShape });
    const output = mirror.up(inputs, context);
    records.push(record ? recordStep(at, mirror, { inputs, output, at: context }) : []);
    belowLast = inputs[0]!;
    inputs = [output];
  }
  return { output: alias(inputs[0]!), belowLast, records };
}

/** The shape of the node's whole output, before it has been computed. */
function outputShapeOf({ node, inputShapes, crop }: NodeAt): readonly number[] {
  if (crop) return [inputShapes[0]![0]!, ...crop.shapes[node.index]!.slice(1)];
  const shapes = inputShapes.length === 1 ? inputShapes[0]! : [...inputShapes];
  return node.layer.computeOutputShape(shapes as number[]) as number[];
}
