import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors.js';
import type { MirrorSet } from '../mirrors/mirror-set.js';
import type { Network, NetworkNode } from '../network/network.js';
import { tidied } from '../tidied.js';
import { runNode } from './run-node.js';

/** What came of one way up. The tensors belong to whoever called `ascend`: see `disposeAscent`. */
export interface Ascent {
  /** By node: the output of a target, undefined elsewhere. */
  readonly outputs: readonly (tf.Tensor | undefined)[];
  /** By node: the input of a target's softmax, where it is to be seeded there. */
  readonly logits: readonly (tf.Tensor | undefined)[];
  /** By node and step: what the way down needs. */
  readonly records: readonly (readonly (readonly tf.Tensor[])[])[];
  /** By node and step: the weights that the way down works with, held here since training may replace them meanwhile. */
  readonly prepared: readonly (readonly (readonly tf.Tensor[])[])[];
  /** By node: the shape of its output, the batch first; undefined above the targets. */
  readonly shapes: readonly (readonly number[] | undefined)[];
}

/** How to go up. */
export interface AscendOptions {
  /** Nodes whose outputs are wanted. */
  readonly targets: readonly NetworkNode[];
  /** Whether a way down will follow. */
  readonly record: boolean;
  /** Whether the softmax of a target is to be seeded at its input. */
  readonly atLogits: boolean;
}

/** Everything that a set of nodes is computed from, themselves included. */
export function ancestorsOf(network: Network, targets: readonly NetworkNode[]): ReadonlySet<number> {
  const needed = new Set<number>();
  const visit = (index: number): void => {
    if (needed.has(index)) return;
    needed.add(index);
    network.nodes[index]!.inputs.forEach(visit);
  };
  for (const target of targets) visit(target.index);
  return needed;
}

/**
 * Runs the convnet up to the targets, one layer after the other, by the layers' own calls, and writes down what the
 * mirrors need. Nothing else is kept: an output is freed when its last reader has run.
 */
export function ascend(
  network: Network,
  mirrors: MirrorSet,
  inputs: readonly tf.Tensor[],
  { targets, record, atLogits }: AscendOptions,
): Ascent {
  const needed = ancestorsOf(network, targets);
  const readers = network.nodes.map(() => 0);
  for (const index of needed) for (const input of network.nodes[index]!.inputs) readers[input]!++;
  const wanted = new Set(targets.map(({ index }) => index));
  const shapes: (readonly number[] | undefined)[] = [];

  const kept = tidied(() => {
    const values: (tf.Tensor | undefined)[] = [];
    const logits: (tf.Tensor | undefined)[] = [];
    const masks: (tf.Tensor | undefined)[] = [];
    const records: (readonly (readonly tf.Tensor[])[])[] = network.nodes.map(() => []);
    for (const node of network.nodes) {
      const { index } = node;
      if (!needed.has(index)) continue;
      const entry = network.inputs.indexOf(index);
      if (entry >= 0) {
        values[index] = tf.clone(inputs[entry]!);
      } else {
        const made = tidied(() => {
          const below = node.inputs.map((input) => values[input]!);
          const cover = node.inputs.map((input) => masks[input]);
          return runNode(network, node, mirrors, below, cover, { record, logit: atLogits && wanted.has(index) });
        });
        values[index] = made.output;
        records[index] = made.records;
        logits[index] = made.logit;
        masks[index] = made.mask;
      }
      shapes[index] = values[index]!.shape;
      for (const input of node.inputs) {
        readers[input]!--;
        if (readers[input] === 0 && !wanted.has(input)) {
          values[input]!.dispose();
          values[input] = undefined;
        }
      }
    }
    const prepared = network.nodes.map((node) =>
      record && needed.has(node.index) && node.inputs.length > 0
        ? mirrors.prepared(node).map((step) => step.map((weight) => tf.clone(weight)))
        : [],
    );
    return { outputs: values, logits, records, prepared };
  });
  const empty = targets.find(({ index }) => shapes[index]!.includes(0));
  if (empty) {
    disposeAscent({ ...kept, shapes });
    throw new DeconvnetError(
      'shape-mismatch',
      `The image is too small: of [${inputs[0]!.shape.slice(1)}] nothing is left at layer '${empty.name}'.`,
      { layer: empty.name },
    );
  }
  return { ...kept, shapes };
}

/** Frees what a way up left. */
export function disposeAscent({ outputs, logits, records, prepared }: Ascent): void {
  tf.dispose([...outputs, ...logits, ...records.flat(2), ...prepared.flat(2)].filter((tensor) => tensor !== undefined));
}
