import type * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import type { NetworkNode } from '../../network/network.js';
import { type Head, headsOf } from './heads.js';
import { toProbabilities } from './probabilities.js';
import { type GivenOutputs, type LayerOutput, readOutputs } from './read-outputs.js';

/** The output of a network that has one score for each class. */
export interface ClassOutput {
  readonly head: Head;
  /** The layer whose output it is. */
  readonly node: NetworkNode;
  /** The names of the classes, if there is one for each. */
  readonly labels?: readonly string[];
}

/** The first output with a score for each class; undefined if no output has classes. */
export function classOutputOf(deconvnet: Deconvnet): ClassOutput | undefined {
  const { network } = deconvnet.engine;
  const head = headsOf(deconvnet).find(({ classes }) => classes > 1);
  if (!head) return undefined;
  const { labels } = deconvnet;
  return {
    ...{ head, node: network.nodes[network.outputs[head.index]!]! },
    ...(labels?.length === head.classes && { labels }),
  };
}

/** The probabilities of the classes for each image of a batch, from the output of the class layer. */
export function probabilitiesOf({ head }: ClassOutput, { shape, values }: LayerOutput): number[][] {
  const size = values.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, row) =>
    toProbabilities(head, Array.from(values.subarray(row * size, (row + 1) * size))),
  );
}

/** Runs a batch through the network, and reads the probabilities of the classes for each image. */
export async function readProbabilities(
  deconvnet: Deconvnet,
  output: ClassOutput,
  batch: readonly tf.Tensor[],
  given?: GivenOutputs,
): Promise<number[][]> {
  const [scores] = await readOutputs(deconvnet, batch, [output.node], given);
  return probabilitiesOf(output, scores!);
}
