import * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import type { NetworkNode } from '../../network/network.js';
import { ascend, disposeAscent } from '../../project/up/ascend.js';
import { nextTask } from './next-task.js';

/** What a layer computed for a batch. */
export interface LayerOutput {
  /** `[batch, ...]` */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Outputs that are used in place of what the network computes, by node index. They stay the caller's. */
export type GivenOutputs = ReadonlyMap<number, tf.Tensor>;

/**
 * Runs a batch up once, and reads what some layers compute, after their nonlinearities. Other tasks that wait run first.
 *
 * @param batch one tensor for each of the model's inputs; they stay the caller's
 * @param nodes the layers, in any order
 * @param given outputs to use in place of what the network computes
 * @returns one output for each node, in the same order
 */
export async function readOutputs(
  { engine }: Deconvnet,
  batch: readonly tf.Tensor[],
  nodes: readonly NetworkNode[],
  given?: GivenOutputs,
): Promise<LayerOutput[]> {
  await nextTask();
  await engine.checkWeights(nodes);
  engine.assertUsable();
  const options = { targets: nodes, record: false, atInputs: false, ownCalls: true, given };
  const ascent = ascend(engine.network, engine.mirrors, batch, options);
  try {
    const values = nodes.map(({ index }) => ascent.values[index]!);
    return await Promise.all(
      values.map(async (value) => ({ shape: value.shape, values: Float32Array.from(await value.data()) })),
    );
  } finally {
    disposeAscent(ascent);
  }
}

/** Runs a batch up to one layer, and returns its output. The caller disposes it. */
export function outputOf({ engine }: Deconvnet, batch: readonly tf.Tensor[], node: NetworkNode): tf.Tensor {
  const options = { targets: [node], record: false, atInputs: false, ownCalls: true };
  return tf.tidy(() => tf.clone(ascend(engine.network, engine.mirrors, batch, options).values[node.index]!));
}
