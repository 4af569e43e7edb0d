// `project/up/` runs the convnet.
// In: a batch of inputs, the nodes that are wanted, and perhaps a crop.
// Out: an `Ascent` with the outputs of these nodes and the records that their ways down will need.

import * as tf from '@tensorflow/tfjs-core';
import { type MirrorSet, type Prepared, release } from '../../mirrors/mirror-set.js';
import { ancestorsOf } from '../../network/ancestors.js';
import { extentOf, type Network, type NetworkNode, spatialAxes } from '../../network/network.js';
import { fitRegion } from '../../regions/fit-region.js';
import { type Region, wholeRegion } from '../../regions/region.js';
import { alias, ownedSince } from '../../tensors/alias.js';
import { tidied } from '../../tensors/tidied.js';
import type { Crop } from '../crop/crop.js';
import { checkExtent, tooSmall } from './check-extent.js';
import { runNode } from './run-node.js';

/** What came of one way up. The tensors belong to the caller of `ascend`, who frees them with `disposeAscent`. */
export interface Ascent {
  /**
   * By node: what ranks and seeds a target, undefined elsewhere. It is the output of the target, or the input of its
   * bounded nonlinearity.
   */
  readonly values: readonly (tf.Tensor | undefined)[];
  /** By node: the output of a target that is seeded at its logits, undefined elsewhere. */
  readonly probabilities: readonly (tf.Tensor | undefined)[];
  /** By node and step: what the way down needs. */
  readonly records: readonly (readonly (readonly tf.Tensor[])[])[];
  /** By node: the weights for the way down. They are borrowed, because training may replace them in the meantime. */
  readonly prepared: readonly (Prepared | undefined)[];
  /** By node: the shape of its whole output, the batch first; undefined above the targets. */
  readonly shapes: readonly (readonly number[] | undefined)[];
  /** The part of the network that was run; undefined for the whole network. */
  readonly crop: Crop | undefined;
}

/** How to go up. */
export interface AscendOptions {
  /** Nodes whose outputs are wanted. */
  readonly targets: readonly NetworkNode[];
  /** Whether a way down will follow. */
  readonly record: boolean;
  /** Whether a target that ends in a bounded nonlinearity is seeded at the input of that nonlinearity. */
  readonly atInputs: boolean;
  /**
   * Whether to use the layers' own calls wherever these are right, even for a layer that is run step by step when it is
   * projected. The outputs can then differ from those of another way up by rounding. False by default.
   */
  readonly ownCalls?: boolean;
  /** The part of the network to run; by default the whole network. The inputs are whole in either case. */
  readonly crop?: Crop | undefined;
  /**
   * The outputs of some nodes, by index, that are used in place of what the network computes there. Layers that only
   * these nodes need are not run. The tensors stay the caller's.
   */
  readonly given?: ReadonlyMap<number, tf.Tensor> | undefined;
}

/**
 * Runs the convnet up to the targets, one layer after the other, and records what the mirrors need. Nothing else is kept:
 * an output is freed when its last reader has run.
 */
export function ascend(
  network: Network,
  mirrors: MirrorSet,
  inputs: readonly tf.Tensor[],
  { targets, record, atInputs, ownCalls = false, crop, given }: AscendOptions,
): Ascent {
  const needed = ancestorsOf(network, targets, ({ index }) => !given?.has(index));
  // No signal goes down through a gate, so nothing is recorded there.
  const recorded = record ? mirrors.wayDown(targets) : new Set<number>();
  checkExtent(network, needed, inputs);
  const readers = network.nodes.map(() => 0);
  for (const index of needed) {
    if (given?.has(index)) continue;
    for (const input of network.nodes[index]!.inputs) readers[input]!++;
  }
  const wanted = new Set(targets.map(({ index }) => index));
  const shapes: (readonly number[] | undefined)[] = [];

  const kept = tidied(() => {
    const outputs: (tf.Tensor | undefined)[] = [];
    const values: (tf.Tensor | undefined)[] = [];
    const probabilities: (tf.Tensor | undefined)[] = [];
    const masks: (tf.Tensor | undefined)[] = [];
    const records: (readonly (readonly tf.Tensor[])[])[] = network.nodes.map(() => []);
    for (const node of network.nodes) {
      const { index } = node;
      if (!needed.has(index)) continue;
      const entry = network.inputs.indexOf(index);
      if (entry >= 0) {
        const input = inputs[entry]!;
        outputs[index] = crop ? ownedSince(cutOut(input, node, crop.regions[index]!), [input]) : alias(input);
      } else if (given?.has(index)) {
        outputs[index] = alias(given.get(index)!);
      } else {
        const made = tidied(() => {
          const below = node.inputs.map((input, i) => {
            const value = outputs[input]!;
            return crop ? cutOut(value, network.nodes[input]!, crop.reads[index]![i]!, crop.regions[input]!) : value;
          });
          const inputMasks = node.inputs.map((input) => masks[input]);
          const inputShapes = node.inputs.map((input) => shapes[input]!);
          const at = { network, node, inputs: below, masks: inputMasks, inputShapes, crop };
          return runNode(mirrors, at, { record: recorded.has(index), isTarget: wanted.has(index), atInputs, ownCalls });
        });
        outputs[index] = made.output;
        records[index] = made.records;
        masks[index] = made.mask;
        values[index] = made.values;
        if (made.values && made.needsOutput) probabilities[index] = made.output;
        // The values take the place of the output, which its last reader frees.
        if (!made.needsOutput) wanted.delete(index);
      }
      shapes[index] = crop ? [inputs[0]!.shape[0]!, ...crop.shapes[index]!.slice(1)] : outputs[index]!.shape;
      for (const input of given?.has(index) ? [] : node.inputs) {
        readers[input]!--;
        if (readers[input] === 0 && !wanted.has(input)) {
          outputs[input]!.dispose();
          outputs[input] = undefined;
        }
      }
    }
    for (const { index } of targets) values[index] ??= outputs[index];
    return { values, probabilities, records };
  });
  const prepared: (Prepared | undefined)[] = [];
  const ascent: Ascent = { ...kept, prepared, shapes, crop };
  try {
    for (const node of network.nodes) {
      if (recorded.has(node.index) && node.inputs.length > 0) prepared[node.index] = mirrors.borrow(node);
    }
  } catch (error) {
    disposeAscent(ascent);
    throw error;
  }
  const empty = targets.find(({ index }) => shapes[index]!.includes(0));
  if (empty) {
    disposeAscent(ascent);
    throw tooSmall(inputs, empty);
  }
  return ascent;
}

/** The cells of a region, cut out of a tensor that has the cells of another region; by default of the whole extent. */
function cutOut(value: tf.Tensor, { channelAxis }: NetworkNode, region: Region, own?: Region): tf.Tensor {
  const from = own ?? wholeRegion(extentOf(value.shape, channelAxis));
  return fitRegion(value, from, region, spatialAxes(value.rank, channelAxis));
}

/** Frees what a way up has left, and gives back the weights that it borrowed. */
export function disposeAscent({ values, probabilities, records, prepared }: Ascent): void {
  tf.dispose([...values, ...probabilities, ...records.flat(2)].filter((tensor) => tensor !== undefined));
  for (const lent of prepared) if (lent) release(lent);
}
