import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors.js';
import type { MirrorSet } from '../mirrors/mirror-set.js';
import type { Network, NetworkNode } from '../network/network.js';
import type { Ascent } from './ascend.js';
import { wholeContext } from './whole-context.js';

/** Where the way down starts, and from what. */
export interface DescendOptions {
  readonly target: NetworkNode;
  /** The activations that are kept, all else zero: `[seeds, ...output]`. */
  readonly seed: tf.Tensor;
  /** For each seed the picture of the way up it belongs to; undefined where seed i belongs to picture i, or to the one. */
  readonly pictures?: readonly number[] | undefined;
  /** Whether the seed stands at the input of the target's softmax, which is then not mirrored. */
  readonly atLogits: boolean;
}

/**
 * Sends a signal down the mirrors to the pixels. A tensor that several layers read gets the sum of their signals,
 * then goes through the mirror of what made it. Called inside a tidy.
 *
 * @returns the signal at each of the network's inputs, `[seeds, ...input]`; undefined at those that the target is not
 * computed from.
 */
export function descend(
  network: Network,
  mirrors: MirrorSet,
  ascent: Ascent,
  { target, seed, pictures, atLogits }: DescendOptions,
): (tf.Tensor | undefined)[] {
  const signals: (tf.Tensor | undefined)[] = [];
  signals[target.index] = tf.clone(seed);
  for (let index = target.index; index >= 0; index--) {
    const signal = signals[index];
    const node = network.nodes[index]!;
    if (signal === undefined || node.inputs.length === 0) continue;
    const below = tf.tidy(() => {
      const skip = atLogits && index === target.index ? 1 : 0;
      return downNode(network, node, mirrors, ascent, { signal, pictures, skip });
    });
    signal.dispose();
    signals[index] = undefined;
    for (const [i, input] of node.inputs.entries()) {
      const known = signals[input];
      signals[input] = known ? tf.add(known, below[i]!) : below[i]!;
      if (known) tf.dispose([known, below[i]!]);
    }
  }
  // An input that the target is computed from, but no signal reached, has zeros; one that it is not has nothing.
  return network.inputs.map((entry) => {
    const shape = ascent.shapes[entry];
    return shape && (signals[entry] ?? tf.zeros([seed.shape[0]!, ...shape.slice(1)]));
  });
}

function downNode(
  network: Network,
  node: NetworkNode,
  mirrors: MirrorSet,
  ascent: Ascent,
  at: { readonly signal: tf.Tensor; readonly pictures: readonly number[] | undefined; readonly skip: number },
): tf.Tensor[] {
  const steps = mirrors.of(node);
  const prepared = ascent.prepared[node.index]!;
  const batch = at.signal.shape[0]!;
  const inputShapes = node.inputs.map((input) => ascent.shapes[input]!);
  let signals = [at.signal];
  for (let i = steps.length - 1 - at.skip; i >= 0; i--) {
    const recorded = (ascent.records[node.index]![i] ?? []).map((record) => rowsOf(record, at.pictures));
    const context = wholeContext(network, node, i, prepared[i] ?? [], inputShapes, ascent.shapes[node.index]!);
    const below = steps[i]!.down(signals[0]!, { ...context, recorded });
    signals = Array.isArray(below) ? below : [below];
    checkShapes(node, signals, i === 0 ? inputShapes : [ascent.shapes[node.index]!], batch);
  }
  return signals.map((signal) => tf.clone(signal));
}

/** The records of each seed's own picture; one picture serves all seeds by broadcasting. */
function rowsOf(record: tf.Tensor, pictures: readonly number[] | undefined): tf.Tensor {
  if (pictures === undefined || record.shape[0] === 1) return record;
  return tf.gather(record, [...pictures]);
}

/** A mirror of the user's own may return anything; a wrong shape would broadcast into a wrong picture. */
function checkShapes(
  node: NetworkNode,
  signals: readonly tf.Tensor[],
  inputShapes: readonly (readonly number[])[],
  batch: number,
): void {
  const shapes = signals.map((signal) => (Array.isArray(signal?.shape) ? signal.shape.join(', ') : typeof signal));
  const expected = inputShapes.map((shape) => [batch, ...shape.slice(1)].join(', '));
  if (shapes.length === expected.length && shapes.every((shape, i) => shape === expected[i])) return;
  throw new DeconvnetError(
    'invalid-mirror',
    `The mirror of layer '${node.name}' must return, on the way down, one tensor for each input, shaped [${expected.join('], [')}]; it returned [${shapes.join('], [')}].`,
    { layer: node.name },
  );
}
