import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { keepsMaps } from '../../mirrors/kit/one-map.js';
import type { Mirror } from '../../mirrors/mirror.js';
import type { MirrorSet } from '../../mirrors/mirror-set.js';
import { isChannelsFirst } from '../../network/layer-options.js';
import { extentOf, type Network, type NetworkNode, spatialAxes } from '../../network/network.js';
import { fitRegion } from '../../regions/fit-region.js';
import type { Region } from '../../regions/region.js';
import { alias, ownedSince } from '../../tensors/alias.js';
import { takeRows } from '../../tensors/slice.js';
import { tidied } from '../../tensors/tidied.js';
import type { Crop, Shapes } from '../crop/crop.js';
import type { Ascent } from '../up/ascend.js';
import { contextOf } from '../up/context.js';
import { cutRecords } from './cut-records.js';
import { stepDown } from './step-down.js';

/** Where the way down starts, and from what. */
export interface DescendOptions {
  readonly target: NetworkNode;
  /**
   * The signal that starts the way down, `[seeds, ...output]` on the target's region of `crop`: the activations that are
   * kept, and zero elsewhere. It is freed on the way.
   */
  readonly signal: tf.Tensor;
  /**
   * For each seed the row of the way up that it belongs to; undefined if seed i belongs to row i, or if there is one row
   * that all seeds belong to.
   */
  readonly rows?: readonly number[] | undefined;
  /** For each seed the feature map that it lies in. */
  readonly featureMaps: readonly number[];
  /** Whether the seeds stand at the input of the target's nonlinearity, which is then not mirrored. */
  readonly skipsLast: boolean;
  /** The part of the network that the way down runs on; undefined for the whole network. The way up must have run it. */
  readonly crop: Crop | undefined;
}

/**
 * Sends a signal down the mirrors to the pixels. A tensor that several layers read gets the sum of their signals, and then
 * goes through the mirror of the layer that made it. Called inside a tidy.
 *
 * @returns the signal at each of the network's inputs, `[seeds, ...input]` on the input's region of `crop`; undefined at an
 * input that the target is not computed from, or only through gates.
 */
export function descend(
  network: Network,
  mirrors: MirrorSet,
  ascent: Ascent,
  { target, signal: start, rows, featureMaps, skipsLast, crop }: DescendOptions,
): (tf.Tensor | undefined)[] {
  const signals: (tf.Tensor | undefined)[] = [];
  signals[target.index] = start;
  // The nodes where each signal is still zero outside the feature map of its seed.
  const inOneMap = new Set([target.index]);
  for (let index = target.index; index >= 0; index--) {
    const signal = signals[index];
    const node = network.nodes[index]!;
    if (signal === undefined || node.inputs.length === 0) continue;
    const steps = mirrors.of(node).slice(0, skipsLast && index === target.index ? -1 : undefined);
    const maps = inOneMap.has(index) ? featureMaps : undefined;
    const below = tidied(() => downNode(network, node, steps, ascent, { signal, rows, featureMaps: maps, crop }));
    signals[index] = undefined;
    for (const [i, input] of node.inputs.entries()) {
      const own = below[i];
      if (!own) continue;
      const known = signals[input];
      const isNarrow = maps !== undefined && steps.every(keepsMaps) && countsAlike(node, network.nodes[input]!);
      if (isNarrow && (!known || inOneMap.has(input))) inOneMap.add(input);
      else inOneMap.delete(input);
      signals[input] = known ? tf.add(known, own) : own;
      if (known) tf.dispose([known, own]);
    }
  }
  // If no signal reached an input that it could have come to, the signal there is zero.
  const below = mirrors.wayDown([target]);
  return network.inputs.map((entry) => {
    if (!below.has(entry)) return undefined;
    const shape = shapeOn(network.nodes[entry]!, ascent.shapes, crop?.regions[entry]);
    return signals[entry] ?? tf.zeros([start.shape[0]!, ...shape.slice(1)]);
  });
}

/** Whether feature map n of a node has the same number n among the channels of its input. */
function countsAlike(node: NetworkNode, below: NetworkNode): boolean {
  const [own, other] = [node.outputShape, below.outputShape];
  const axis = own.length === other.length ? node.channelAxis : isChannelsFirst(node.layer) ? 1 : other.length - 1;
  return below.channelAxis === axis && own[node.channelAxis] === other[axis];
}

/**
 * The signal at a node's output becomes the signals at its inputs, through the steps of its mirror in reverse; undefined at
 * a gate.
 */
function downNode(
  network: Network,
  node: NetworkNode,
  steps: readonly Mirror[],
  ascent: Ascent,
  at: {
    readonly signal: tf.Tensor;
    readonly rows: readonly number[] | undefined;
    readonly featureMaps: readonly number[] | undefined;
    readonly crop: Crop | undefined;
  },
): (tf.Tensor | undefined)[] {
  const prepared = ascent.prepared[node.index]!.steps;
  const batch = at.signal.shape[0]!;
  const { crop } = at;
  const inputShapes = node.inputs.map((input) => ascent.shapes[input]!);
  const outputShape = ascent.shapes[node.index]!;
  const own = shapeOn(node, ascent.shapes, crop?.regions[node.index]);
  const read = node.inputs.map((input, i) =>
    shapeOn(network.nodes[input]!, ascent.shapes, crop?.reads[node.index]?.[i]),
  );
  let signals: readonly tf.Tensor[] = [at.signal];
  let { featureMaps } = at;
  for (const [i, step] of [...steps.entries()].reverse()) {
    const [signal] = signals as [tf.Tensor];
    const made = tidied(() => {
      const stepAt = { node, step: i, reach: step.window, prepared: prepared[i] ?? [], inputShapes, outputShape, crop };
      const down = contextOf(network, stepAt);
      const up = crop === ascent.crop ? down : contextOf(network, { ...stepAt, crop: ascent.crop });
      const records = cutRecords(ascent.records[node.index]![i] ?? [], {
        network,
        node,
        mirror: step,
        step: i,
        up,
        down,
      });
      const recorded = records.map((record) => recordOfRows(record, at.rows));
      const maps = featureMaps && { axis: node.channelAxis, featureMaps };
      const below = stepDown(step, signal, { ...down, recorded }, maps);
      // A mirror may return its input, or one tensor twice. Each result gets a handle of its own, so that `signal` can be
      // freed.
      return [below].flat().map((x, nth, all) => (all.indexOf(x) < nth ? alias(x) : ownedSince(x, [signal])));
    });
    signal.dispose();
    signals = made;
    if (!keepsMaps(step)) featureMaps = undefined;
    checkShapes(node, signals, i === 0 ? read : [own], batch);
  }
  return signals.map((signal, i) => {
    if (steps[0]?.gates?.includes(i)) return undefined;
    if (!crop) return signal;
    const below = network.nodes[node.inputs[i]!]!;
    // Other readers of the input may need more of it than this layer read: there this layer sends nothing.
    const axes = spatialAxes(signal.rank, below.channelAxis);
    return fitRegion(signal, crop.reads[node.index]![i]!, crop.regions[below.index]!, axes);
  });
}

/** The shape of a node's output on a region, or of the whole output. */
function shapeOn(node: NetworkNode, shapes: Shapes, region: Region | undefined): readonly number[] {
  const shape = [...shapes[node.index]!];
  const cells = region?.size ?? extentOf(shape, node.channelAxis);
  for (const [i, axis] of spatialAxes(shape.length, node.channelAxis).entries()) shape[axis] = cells[i]!;
  return shape;
}

/** The record of each seed's own row; a record with one row serves all seeds by broadcasting. */
function recordOfRows(record: tf.Tensor, rows: readonly number[] | undefined): tf.Tensor {
  if (rows === undefined || record.shape[0] === 1) return record;
  return takeRows(record, rows);
}

/** A mirror of the user's own may return anything. A wrong shape would be broadcast, and give a wrong projection silently. */
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
