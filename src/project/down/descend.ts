import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { keepsMaps } from '../../mirrors/kit/one-map.js';
import type { Mirror } from '../../mirrors/mirror.js';
import type { MirrorSet } from '../../mirrors/mirror-set.js';
import { ancestorsOf } from '../../network/ancestors.js';
import { isChannelsFirst } from '../../network/layer-options.js';
import { extentOf, type Network, type NetworkNode, spatialAxes } from '../../network/network.js';
import { fitRegion } from '../../regions/fit-region.js';
import type { Region } from '../../regions/region.js';
import { alias, ownedSince } from '../../tensors/alias.js';
import { tidied } from '../../tensors/tidied.js';
import type { Ascent } from '../up/ascend.js';
import { contextOf } from '../up/context.js';
import { stepDown } from './step-down.js';

/** Where the way down starts, and from what. */
export interface DescendOptions {
  readonly target: NetworkNode;
  /**
   * The activations that are kept, all else zero: `[seeds, ...output]`, or the region that was run of the output. Freed
   * on the way.
   */
  readonly seed: tf.Tensor;
  /** For each seed the picture of the way up it belongs to; undefined where seed i belongs to picture i, or to the one. */
  readonly pictures?: readonly number[] | undefined;
  /** For each seed the feature map it lies in. */
  readonly featureMaps: readonly number[];
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
  { target, seed, pictures, featureMaps, atLogits }: DescendOptions,
): (tf.Tensor | undefined)[] {
  const signals: (tf.Tensor | undefined)[] = [];
  signals[target.index] = seed;
  // Nodes where each signal still lies in the feature map of its seed.
  const inOneMap = new Set([target.index]);
  for (let index = target.index; index >= 0; index--) {
    const signal = signals[index];
    const node = network.nodes[index]!;
    if (signal === undefined || node.inputs.length === 0) continue;
    const steps = mirrors.of(node).slice(0, atLogits && index === target.index ? -1 : undefined);
    const maps = inOneMap.has(index) ? featureMaps : undefined;
    const below = tidied(() => downNode(network, node, steps, ascent, { signal, pictures, featureMaps: maps }));
    signals[index] = undefined;
    for (const [i, input] of node.inputs.entries()) {
      const known = signals[input];
      const isNarrow = maps !== undefined && steps.every(keepsMaps) && countsAlike(node, network.nodes[input]!);
      if (isNarrow && (!known || inOneMap.has(input))) inOneMap.add(input);
      else inOneMap.delete(input);
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

/** Whether feature maps of a node have the numbers that its input counts them by. */
function countsAlike(node: NetworkNode, below: NetworkNode): boolean {
  const [own, other] = [node.outputShape, below.outputShape];
  const axis = own.length === other.length ? node.channelAxis : isChannelsFirst(node.layer) ? 1 : other.length - 1;
  return below.channelAxis === axis && own[node.channelAxis] === other[axis];
}

function downNode(
  network: Network,
  node: NetworkNode,
  steps: readonly Mirror[],
  ascent: Ascent,
  at: {
    readonly signal: tf.Tensor;
    readonly pictures: readonly number[] | undefined;
    readonly featureMaps: readonly number[] | undefined;
  },
): tf.Tensor[] {
  const prepared = ascent.prepared[node.index]!.steps;
  const batch = at.signal.shape[0]!;
  const { crop } = ascent;
  const inputShapes = node.inputs.map((input) => ascent.shapes[input]!);
  const outputShape = ascent.shapes[node.index]!;
  const held = heldShape(node, ascent, crop?.regions[node.index]);
  const read = node.inputs.map((input, i) => heldShape(network.nodes[input]!, ascent, crop?.reads[node.index]?.[i]));
  let signals: readonly tf.Tensor[] = [at.signal];
  let { featureMaps } = at;
  for (const [i, step] of [...steps.entries()].reverse()) {
    const [signal] = signals as [tf.Tensor];
    const made = tidied(() => {
      const recorded = (ascent.records[node.index]![i] ?? []).map((record) => rowsOf(record, at.pictures));
      const stepAt = { node, step: i, reach: step.window, prepared: prepared[i] ?? [], inputShapes, outputShape, crop };
      const maps = featureMaps && { axis: node.channelAxis, featureMaps };
      const below = stepDown(step, signal, { ...contextOf(network, stepAt), recorded }, maps);
      // What a mirror hands through, or twice, stays what it was; ours is freed below.
      return [below].flat().map((x, nth, all) => (all.indexOf(x) < nth ? alias(x) : ownedSince(x, [signal])));
    });
    signal.dispose();
    signals = made;
    if (!keepsMaps(step)) featureMaps = undefined;
    checkShapes(node, signals, i === 0 ? read : [held], batch);
  }
  if (!crop) return [...signals];
  return signals.map((signal, i) => {
    const below = network.nodes[node.inputs[i]!]!;
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
  const shapes = signals.map(({ shape }) => shape.join(', '));
  const expected = inputShapes.map((shape) => [batch, ...shape.slice(1)].join(', '));
  if (shapes.length === expected.length && shapes.every((shape, i) => shape === expected[i])) return;
  throw new DeconvnetError(
    'invalid-mirror',
    `The mirror of layer '${node.name}' must return, on the way down, one tensor for each input, shaped [${expected.join('], [')}]; it returned [${shapes.join('], [')}].`,
    { layer: node.name },
  );
}
