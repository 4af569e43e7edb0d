import type * as tf from '@tensorflow/tfjs-core';
import { maskOf } from '../../mirrors/mask-of.js';
import type { Mirror } from '../../mirrors/mirror.js';
import type { MirrorSet } from '../../mirrors/mirror-set.js';
import { boundedEnd, unbounded } from '../../mirrors/rectify/bounded-end.js';
import { isRectifyStep } from '../../mirrors/rectify/rectify.js';
import { isCallWrong } from '../../network/tfjs-faults.js';
import { sameRegion } from '../../regions/region.js';
import { isWhole } from '../crop/crop.js';
import { callWhole } from './call-whole.js';
import type { NodeAt } from './context.js';
import { runStepByStep } from './run-step-by-step.js';

/** What running one node on the way up gives. */
export interface NodeRun {
  readonly output: tf.Tensor;
  /** The mask that goes on with the output, behind a Masking layer. */
  readonly mask: tf.Tensor | undefined;
  /** What ranks and seeds the node in place of its output, if it was asked for and the node ends in a bounded nonlinearity. */
  readonly values: tf.Tensor | undefined;
  /** Whether the output is needed beside these values: the nonlinearity is a softmax, which does not act on each value by itself. */
  readonly needsOutput: boolean;
  /** By step of the mirror, what the way down will need. */
  readonly records: readonly (readonly tf.Tensor[])[];
}

/** How to run a node. */
export interface RunOptions {
  /** Whether a way down will follow. */
  readonly record: boolean;
  /** Whether what ranks and seeds this node is wanted. */
  readonly isTarget: boolean;
  /** Whether bounded nonlinearities are seeded at their input, in this run or in another one. */
  readonly atInputs: boolean;
  /** Whether only the output is ever wanted of this run. */
  readonly plain: boolean;
}

/** Runs one node on the way up, and records what its mirror needs on the way down. Called inside a tidy. */
export function runNode(mirrors: MirrorSet, at: NodeAt, options: RunOptions): NodeRun {
  const { node, inputs, masks } = at;
  const { record, isTarget, atInputs, plain } = options;
  const mask = maskOf(node.layer, inputs, masks);
  const needsMirror = !isCallable(at) || isCallWrong(node, at.inputShapes[0]!);
  // A layer without a mirror can be run by its own call, as long as nothing is recorded.
  const steps = record || needsMirror ? mirrors.of(node) : (!plain && mirrors.find(node)) || [];
  const run = pathOf(needsMirror, steps, options);
  const { output, belowLast, records } = run(at, steps, record);
  const bounded = isTarget && atInputs ? boundedEnd(steps) : undefined;
  const values = bounded && unbounded(bounded, belowLast);
  return { output, mask, values, needsOutput: !bounded || bounded.family === 'normalizer', records };
}

/**
 * The path that a node takes:
 *
 * | case                                                                    | path            |
 * |-------------------------------------------------------------------------|-----------------|
 * | only a region is run, of the node or of what it reads                   | `runStepByStep` |
 * | the backend computes the layer's own call wrong                         | `runStepByStep` |
 * | a value between two steps is read, and the mirror can compute the layer | `runStepByStep` |
 * | anything else                                                           | `callWhole`     |
 *
 * @param needsMirror whether one of the first two cases applies, so that the layer's own call cannot be used
 */
function pathOf(needsMirror: boolean, steps: readonly Mirror[], options: RunOptions): typeof callWhole {
  return needsMirror || readsBetweenSteps(steps, options) ? runStepByStep : callWhole;
}

/**
 * Whether a value between two steps of a node's mirror is read, by this run or by another one: the input of a bounded
 * nonlinearity that is seeded there, or what a step records. If some runs of a node go step by step, all do, because the two paths
 * differ by rounding. A run that reads no such value is excused if the mirror cannot compute the layer.
 */
function readsBetweenSteps(steps: readonly Mirror[], { record, isTarget, atInputs }: RunOptions): boolean {
  if (steps.length < 2) return false;
  const isSeededBetween = atInputs && boundedEnd(steps) !== undefined;
  const canStep = record || (isTarget && isSeededBetween) || steps.every(({ up }) => up);
  return canStep && (isSeededBetween || steps.some(recordsBetween));
}

/** Whether a step records a value that only a run step by step has: the first step its output, a later one its input. */
function recordsBetween(step: Mirror, i: number): boolean {
  return i === 0 ? step.record !== undefined : isRectifyStep(step) && step.records.includes('input');
}

/** Whether the layer's own call can be used: it takes whole tensors and gives the whole output. */
function isCallable({ crop, network, node }: NodeAt): boolean {
  if (!crop) return true;
  const whole = (index: number): boolean => isWhole(crop, network.nodes[index]!);
  const readsAll = (input: number, i: number): boolean => sameRegion(crop.reads[node.index]![i]!, crop.regions[input]!);
  return whole(node.index) && node.inputs.every((input, i) => whole(input) && readsAll(input, i));
}
