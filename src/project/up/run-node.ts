import type * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { withoutUp } from '../../mirrors/kit/without-up.js';
import { maskOf } from '../../mirrors/mask-of.js';
import type { Mirror } from '../../mirrors/mirror.js';
import type { MirrorSet } from '../../mirrors/mirror-set.js';
import { endsInSoftmax, isRectifyStep } from '../../mirrors/rectify/rectify.js';
import type { Network, NetworkNode } from '../../network/network.js';
import { isCallWrong } from '../../network/tfjs-faults.js';
import { sameRegion } from '../../regions/region.js';
import { alias, ownedSince } from '../../tensors/alias.js';
import { type Crop, isWhole } from '../crop/crop.js';
import { contextOf } from './context.js';

/** What running one node on the way up gives. */
export interface NodeRun {
  readonly output: tf.Tensor;
  /** The mask that goes on with it, behind a Masking layer. */
  readonly mask: tf.Tensor | undefined;
  /** What went into a final softmax, where it was asked for and there is one. */
  readonly logit: tf.Tensor | undefined;
  /** By step of the mirror. */
  readonly records: readonly (readonly tf.Tensor[])[];
}

/** How to run a node. */
export interface RunOptions {
  readonly record: boolean;
  /** Whether what goes into this node's softmax is wanted. */
  readonly logit: boolean;
  /** Whether softmax layers are seeded at their input: if not this one in this run, then in another. */
  readonly seedsLogits: boolean;
  /** Whether nothing but the layer's own output is ever wanted of this run. */
  readonly plain: boolean;
  /** The part of the network that is run; the whole without it. */
  readonly crop: Crop | undefined;
}

/** Runs one node on the way up and writes down what its mirror needs. Called inside a tidy. */
export function runNode(
  network: Network,
  node: NetworkNode,
  mirrors: MirrorSet,
  inputs: readonly tf.Tensor[],
  masks: readonly (tf.Tensor | undefined)[],
  { record, logit, seedsLogits, plain, crop }: RunOptions,
): NodeRun {
  const batch = inputs[0]!.shape[0]!;
  const wholeOf = (index: number): number[] => [batch, ...crop!.shapes[index]!.slice(1)];
  const inputShapes = crop ? node.inputs.map(wholeOf) : inputs.map(({ shape }) => shape);
  // A layer's own call takes whole tensors only, and some calls are wrong: there the mirror computes the layer.
  const bySteps = (crop !== undefined && !isCallable(crop, network, node)) || isCallWrong(node, inputShapes[0]!);
  const steps = record || bySteps ? mirrors.of(node) : (!plain && mirrors.find(node)) || [];
  const isSoftmax = endsInSoftmax(steps);
  const atLogit = logit && isSoftmax;
  // As tfjs does: a layer is told the mask of its first input.
  const [mask] = masks;
  const handedOn = maskOf(node.layer, inputs, masks);
  const recorded = (step: Mirror, i: number, from: readonly tf.Tensor[], output: tf.Tensor): tf.Tensor[] => {
    if (!record || !step.record) return [];
    const outputShape = crop ? wholeOf(node.index) : output.shape;
    const at = contextOf(network, { node, step: i, reach: step.window, prepared: [], inputShapes, outputShape, crop });
    const records = step.record({ inputs: from, output, at, ...(mask && { mask }) });
    checkRecords(node, records, output.shape[0]!);
    return records.map((tensor) => alias(tensor));
  };

  // Where some runs need a value between the steps all runs go by steps, as far as they can: the same bits for all.
  const canStep = record || atLogit || steps.every(({ up }) => up);
  const between = canStep && steps.length > 1 && ((seedsLogits && isSoftmax) || readsBetween(steps));
  if (!bySteps && !between) {
    const output = callLayer(node, inputs, mask);
    // A fused nonlinearity reads the output alone here: its input is not at hand, nor asked for.
    const records = steps.map((step, i) => recorded(step, i, i === 0 ? inputs : [output], output));
    return { output, mask: handedOn, logit: atLogit ? alias(inputs[0]!) : undefined, records };
  }

  const records: tf.Tensor[][] = [];
  const outputShape = crop ? wholeOf(node.index) : outputShapeOf(node, inputShapes);
  let from = inputs;
  let belowLast = inputs;
  for (const [i, step] of steps.entries()) {
    if (!step.up) throw withoutUp(node.name);
    const output = step.up(
      from,
      contextOf(network, { node, step: i, reach: step.window, prepared: [], inputShapes, outputShape, crop }),
    );
    records.push(recorded(step, i, from, output));
    belowLast = from;
    from = [output];
  }
  return { output: alias(from[0]!), mask: handedOn, logit: atLogit ? alias(belowLast[0]!) : undefined, records };
}

/** Whether the steps of a mirror record what only a run step by step has: a value between two of them. */
function readsBetween(steps: readonly Mirror[]): boolean {
  return steps.some((step, i) =>
    i === 0 ? step.record !== undefined : isRectifyStep(step) && step.records.includes('input'),
  );
}

/** Whether the layer's own call computes what is wanted: all that it reads and its output are whole. */
function isCallable(crop: Crop, network: Network, node: NetworkNode): boolean {
  const whole = (index: number): boolean => isWhole(crop, network.nodes[index]!);
  const readsAll = (input: number, i: number): boolean => sameRegion(crop.reads[node.index]![i]!, crop.regions[input]!);
  return whole(node.index) && node.inputs.every((input, i) => whole(input) && readsAll(input, i));
}

function callLayer(node: NetworkNode, inputs: readonly tf.Tensor[], mask: tf.Tensor | undefined): tf.Tensor {
  const output = node.layer.apply(inputs.length === 1 ? inputs[0]! : [...inputs], {
    training: false,
    ...(mask && { mask }),
  });
  return ownedSince((Array.isArray(output) ? output[0] : output) as tf.Tensor, inputs);
}

function outputShapeOf(node: NetworkNode, shapes: readonly (readonly number[])[]): number[] {
  return node.layer.computeOutputShape((shapes.length === 1 ? shapes[0]! : [...shapes]) as number[]) as number[];
}

/** A record is chosen from by picture; one without a batch would be chosen from by something else. */
function checkRecords({ name }: NetworkNode, records: readonly tf.Tensor[], batch: number): void {
  const bad = records.find(({ shape }) => shape[0] !== 1 && shape[0] !== batch);
  if (bad === undefined) return;
  throw new DeconvnetError(
    'invalid-mirror',
    `The mirror of layer '${name}' must record tensors whose leading axis is the batch, ${batch}, or 1; it recorded [${bad.shape}].`,
    { layer: name },
  );
}
