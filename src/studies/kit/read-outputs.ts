import * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import type { NetworkNode } from '../../network/network.js';
import { type Ascent, ascend, disposeAscent } from '../../project/up/ascend.js';
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
  deconvnet: Deconvnet,
  batch: readonly tf.Tensor[],
  nodes: readonly NetworkNode[],
  given?: GivenOutputs,
): Promise<LayerOutput[]> {
  return runUp(deconvnet, batch, { nodes, also: [], given }, ({ outputs }) => outputs);
}

/** Does the same, and keeps the output of one more layer. The caller disposes it. */
export async function readOutputsAndKeep(
  deconvnet: Deconvnet,
  batch: readonly tf.Tensor[],
  nodes: readonly NetworkNode[],
  kept: NetworkNode,
): Promise<{ readonly outputs: readonly LayerOutput[]; readonly kept: tf.Tensor }> {
  return runUp(deconvnet, batch, { nodes, also: [kept] }, ({ outputs, values }) => ({
    outputs,
    kept: tf.clone(values[kept.index]!),
  }));
}

/** What is run: layers that are read, layers that are needed beside them, and what is given. */
interface WayUp {
  readonly nodes: readonly NetworkNode[];
  readonly also: readonly NetworkNode[];
  readonly given?: GivenOutputs | undefined;
}

async function runUp<Result>(
  { engine }: Deconvnet,
  batch: readonly tf.Tensor[],
  { nodes, also, given }: WayUp,
  use: (run: { readonly outputs: LayerOutput[]; readonly values: Ascent['values'] }) => Result,
): Promise<Result> {
  const targets = [...new Set([...nodes, ...also])];
  await nextTask();
  await engine.checkWeights(targets);
  engine.assertUsable();
  const options = { targets, record: false, atInputs: false, ownCalls: true, given };
  const ascent = ascend(engine.network, engine.mirrors, batch, options);
  try {
    const read = nodes.map(async ({ index }): Promise<LayerOutput> => {
      const value = ascent.values[index]!;
      return { shape: value.shape, values: Float32Array.from(await value.data()) };
    });
    return use({ outputs: await Promise.all(read), values: ascent.values });
  } finally {
    disposeAscent(ascent);
  }
}
