import * as tf from '@tensorflow/tfjs-core';
import { takeRows } from '../../tensors/slice.js';
import { tidied } from '../../tensors/tidied.js';
import type { Engine } from '../engine.js';
import { type AscendOptions, type Ascent, ascend } from './ascend.js';

/** Takes some rows of a batch up, in the order given. The batch stays the caller's. */
export function ascendRows(
  { network, mirrors, atInputs }: Engine,
  inputs: readonly tf.Tensor[],
  rows: readonly number[],
  options: Pick<AscendOptions, 'targets' | 'record' | 'crop'>,
): Ascent {
  const isWholeBatch = rows.length === inputs[0]!.shape[0];
  const chosen = isWholeBatch ? inputs : tidied(() => inputs.map((input) => takeRows(input, rows)));
  try {
    return ascend(network, mirrors, chosen, { ...options, atInputs });
  } finally {
    if (!isWholeBatch) tf.dispose([...chosen]);
  }
}
