import type { Tensor } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Mirror, WayUp } from '../../mirrors/mirror.js';
import { alias } from '../../tensors/alias.js';
import type { NodeAt } from './context.js';

/** What the way down will need of one step: tensors of the library's own, even if a mirror records what it was given. */
export function recordStep({ node, masks }: NodeAt, mirror: Mirror, up: WayUp): Tensor[] {
  // tfjs gives a layer the mask of its first input only, and so does the library.
  const [mask] = masks;
  const records = mirror.record?.({ ...up, ...(mask && { mask }) }) ?? [];
  // The rows of a record are chosen by image, so its leading axis must be the batch, or 1 if it serves all images.
  const batch = up.output.shape[0]!;
  const bad = records.find(({ shape }) => shape[0] !== 1 && shape[0] !== batch);
  if (bad) {
    throw new DeconvnetError(
      'invalid-mirror',
      `The mirror of layer '${node.name}' must record tensors whose leading axis is the batch, ${batch}, or 1; it recorded [${bad.shape}].`,
      { layer: node.name },
    );
  }
  return records.map((tensor) => alias(tensor));
}
