// `project/down/` runs the deconvnet.
// In: an `Ascent` with its records, and seeds in one layer.
// Out: the signal at the pixels for each seed, which becomes a `Projection`.

import * as tf from '@tensorflow/tfjs-core';
import { isRectifyStep } from '../../mirrors/rectify/rectify.js';
import { extentOf, inputNodes, type NetworkNode, spatialAxes } from '../../network/network.js';
import { fitRegion } from '../../regions/fit-region.js';
import { type Region, wholeRegion } from '../../regions/region.js';
import { rowsOf } from '../../tensors/slice.js';
import { tidied } from '../../tensors/tidied.js';
import type { Crop } from '../crop/crop.js';
import type { Engine } from '../engine.js';
import type { Seed } from '../request.js';
import { seedSignal, seedValues } from '../seed/seed.js';
import type { Ascent } from '../up/ascend.js';
import { descend } from './descend.js';
import { type PixelBoxes, pixelsSeen } from './pixels-seen.js';

/** Seeds whose signals have come down to the pixels. The tensors are ours until `makeProjections` gives them away. */
export interface SentDown {
  readonly seeds: readonly Seed[];
  /** By input of the model: one tensor for each seed; undefined if the layer does not see that input. */
  readonly pixels: readonly (readonly tf.Tensor[] | undefined)[];
  /** The largest magnitude among the pixels of each seed, `[seeds]`. */
  readonly largest: tf.Tensor;
  /** The activation of each seed, `[seeds]`. Undefined if all are known. */
  readonly activations: tf.Tensor | undefined;
  /** The layer's output at each seed, `[seeds]`, if the seeds stand at its logits and are not known. */
  readonly outputs: tf.Tensor | undefined;
  /** By seed: the boxes of pixels that it sees, and in which its signal can land. */
  readonly boxes: readonly PixelBoxes[];
}

/**
 * Sends seeds of one layer down to the pixels. It does not await anything, so that nothing can change between the way up
 * and the way down.
 *
 * @param crop the part of the network that the way down runs on; undefined for the whole network
 * @param unit whether each seed is 1 at the input of the layer's own nonlinearity, and not the activation
 */
export function sendDown(
  engine: Engine,
  ascent: Ascent,
  {
    target,
    seeds,
    crop,
    unit,
  }: {
    readonly target: NetworkNode;
    readonly seeds: readonly Seed[];
    readonly crop: Crop | undefined;
    readonly unit: boolean;
  },
): SentDown {
  const { network, mirrors } = engine;
  const { channelAxis } = target;
  const boxes = seeds.map(({ position }) => pixelsSeen(engine, target, position, ascent.shapes));
  const values = ascent.values[target.index]!;
  const probabilities = ascent.probabilities[target.index];
  const regionOf = ({ index, channelAxis: axis }: NetworkNode, part: Crop | undefined): Region =>
    part?.regions[index] ?? wholeRegion(extentOf(ascent.shapes[index]!, axis));
  const seeded = { values, channelAxis, region: regionOf(target, ascent.crop) };
  const rows = seeds.map(({ row }) => row);
  const inOrder = seeds.length === values.shape[0] && rows.every((row, i) => row === i);
  const last = engine.mirrors.of(target).at(-1);
  const endsInNonlinearity = last !== undefined && isRectifyStep(last);
  const isUnread = seeds.some(({ known }) => known === undefined);
  const sent = tidied(() => {
    const signals = descend(network, mirrors, ascent, {
      target,
      signal: seedSignal(unit ? { ...seeded, values: tf.onesLike(values) } : seeded, seeds, regionOf(target, crop)),
      rows: inOrder ? undefined : rows,
      featureMaps: seeds.map(({ featureMap }) => featureMap),
      skipsLast: engine.boundedEnd(target) !== undefined || (unit && endsInNonlinearity),
      crop,
    });
    const pixels = inputNodes(network).map((node, input) => {
      const signal = signals[input];
      if (!signal) return undefined;
      const axes = spatialAxes(signal.rank, node.channelAxis).map((axis) => axis - 1);
      return rowsOf(signal).map((pixelsOf, i) =>
        fitRegion(
          pixelsOf,
          regionOf(node, crop),
          seeds[i]!.cutToField ? boxes[i]!.landing[input]! : regionOf(node, undefined),
          axes,
        ),
      );
    });
    return {
      pixels,
      largest: largestOf(signals.filter((signal) => signal !== undefined)),
      activations: isUnread ? seedValues(seeded, seeds) : undefined,
      outputs: isUnread && probabilities ? seedValues({ ...seeded, values: probabilities }, seeds) : undefined,
    };
  });
  return { seeds, boxes, ...sent };
}

/** The largest magnitude in each row of some signals together. */
function largestOf(signals: readonly tf.Tensor[]): tf.Tensor {
  return signals
    .map((signal) => tf.max(tf.abs(tf.reshape(signal, [signal.shape[0]!, -1])), 1))
    .reduce((a, b) => tf.maximum(a, b));
}

/** Frees what has come down; the pixels too, unless projections have them. */
export function disposeSentDown(sent: readonly SentDown[], { pixels }: { readonly pixels: boolean }): void {
  for (const one of sent) {
    tf.dispose([one.largest, one.activations, one.outputs].filter((tensor) => tensor !== undefined));
    if (pixels) tf.dispose(one.pixels.flatMap((rows) => [...(rows ?? [])]));
  }
}
