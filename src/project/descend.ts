import * as tf from '@tensorflow/tfjs-core';
import { alias } from '../alias.js';
import { DeconvnetError } from '../errors.js';
import type { MirrorSet } from '../mirrors/mirror-set.js';
import { fitRegion } from '../network/fit-region.js';
import { extentOf, type Network, type NetworkNode, spatialAxes } from '../network/network.js';
import type { Region } from '../network/region.js';
import { tidied } from '../tidied.js';
import { ancestorsOf } from './ancestors.js';
import type { Ascent } from './ascend.js';
import { contextOf } from './context.js';

/** Where the way down starts, and from what. */
export interface DescendOptions {
  readonly target: NetworkNode;
  /** The activations that are kept, all else zero: `[seeds, ...output]`, or the region that was run of the output. */
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
 * @returns the signal at each of the network's inputs, `[seeds, ...input]`, or the region that was run of it; undefined
 * at those that the target is not computed from.
 */
export function descend(
  network: Network,
  mirrors: MirrorSet,
  ascent: Ascent,
  { target, seed, pictures, atLogits }: DescendOptions,
): (tf.Tensor | undefined)[] {
  const signals: (tf.Tensor | undefined)[] = [];
  signals[target.index] = alias(seed);
  for (let index = target.index; index >= 0; index--) {
    const signal = signals[index];
    const node = network.nodes[index]!;
    if (signal === undefined || node.inputs.length === 0) continue;
    const below = tf.tidy(() => {
      const skip = atLogits && index === target.index ? 1 : 0;
      return downNode(network, node, mirrors, ascent, { signal, pictures, skip });
    });
    signals[index] = undefined;
    for (const [i, input] of node.inputs.entries()) {
      const known = signals[input];
      signals[input] = known ? tf.add(known, below[i]!) : below[i]!;
      if (known) tf.dispose([known, below[i]!]);
    }
  }
  // An input that the target is computed from, but no signal reached, has zeros; one that it is not has nothing.
  const below = ancestorsOf(network, [target]);
  return network.inputs.map((entry) => {
    const shape = below.has(entry) && heldShape(network.nodes[entry]!, ascent, ascent.crop?.regions[entry]);
    return shape ? (signals[entry] ?? tf.zeros([seed.shape[0]!, ...shape.slice(1)])) : undefined;
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
  const prepared = ascent.prepared[node.index]!.steps;
  const batch = at.signal.shape[0]!;
  const { crop } = ascent;
  const inputShapes = node.inputs.map((input) => ascent.shapes[input]!);
  const outputShape = ascent.shapes[node.index]!;
  const held = heldShape(node, ascent, crop?.regions[node.index]);
  const read = node.inputs.map((input, i) => heldShape(network.nodes[input]!, ascent, crop?.reads[node.index]?.[i]));
  let signals: readonly tf.Tensor[] = [at.signal];
  for (let i = steps.length - 1 - at.skip; i >= 0; i--) {
    const [signal] = signals as [tf.Tensor];
    const made = tidied(() => {
      const recorded = (ascent.records[node.index]![i] ?? []).map((record) => rowsOf(record, at.pictures));
      const reach = steps[i]!.window;
      const stepAt = { node, step: i, reach, prepared: prepared[i] ?? [], inputShapes, outputShape, crop };
      const below = steps[i]!.down(signal, { ...contextOf(network, stepAt), recorded });
      // What a mirror hands through stays what it was; ours is freed below.
      return (Array.isArray(below) ? below : [below]).map((x) => (x?.dataId ? alias(x) : x));
    });
    signal.dispose();
    signals = made;
    checkShapes(node, signals, i === 0 ? read : [held], batch);
  }
  return signals.map((signal, i) => {
    const below = network.nodes[node.inputs[i]!]!;
    if (!crop) return alias(signal);
    // What this layer did not read of the region gets nothing from it.
    const axes = spatialAxes(signal.rank, below.channelAxis);
    return fitRegion(signal, crop.reads[node.index]![i]!, crop.regions[below.index]!, axes);
  });
}

/** The shape of a tensor that holds a region of a node's output, or the whole. */
function heldShape(node: NetworkNode, { shapes }: Ascent, region: Region | undefined): readonly number[] {
  const shape = [...shapes[node.index]!];
  const cells = region?.size ?? extentOf(shape, node.channelAxis);
  for (const [i, axis] of spatialAxes(shape.length, node.channelAxis).entries()) shape[axis] = cells[i]!;
  return shape;
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
