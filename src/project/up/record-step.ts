import type * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Mirror } from '../../mirrors/mirror.js';
import type { NetworkNode } from '../../network/network.js';
import { alias } from '../../tensors/alias.js';
import { type NodeAt, outputShapeOf, stepContext } from './node-at.js';

/** One step of a node's mirror, and the tensors between which it stands on the way up. */
export interface StepRun {
  readonly mirror: Mirror;
  /** The index of the step, in the order of the way up. */
  readonly step: number;
  readonly inputs: readonly tf.Tensor[];
  readonly output: tf.Tensor;
}

/** What the way down will need of one step: tensors of the library's own, even if a mirror records what it was given. */
export function recordStep(at: NodeAt, { mirror, step, inputs, output }: StepRun): tf.Tensor[] {
  if (!mirror.record) return [];
  // tfjs gives a layer the mask of its first input only, and so does the library.
  const [mask] = at.masks;
  const context = stepContext(at, { step, reach: mirror.window, outputShape: outputShapeOf(at, output) });
  const records = mirror.record({ inputs, output, at: context, ...(mask && { mask }) });
  checkRecords(at.node, records, output.shape[0]!);
  return records.map((tensor) => alias(tensor));
}

/** The rows of a record are chosen by image, so its leading axis must be the batch, or 1 if it serves all images. */
function checkRecords({ name }: NetworkNode, records: readonly tf.Tensor[], batch: number): void {
  const bad = records.find(({ shape }) => shape[0] !== 1 && shape[0] !== batch);
  if (bad === undefined) return;
  throw new DeconvnetError(
    'invalid-mirror',
    `The mirror of layer '${name}' must record tensors whose leading axis is the batch, ${batch}, or 1; it recorded [${bad.shape}].`,
    { layer: name },
  );
}
