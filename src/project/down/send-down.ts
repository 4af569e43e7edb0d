// `project/down/` runs the deconvnet.
// In: an `Ascent` with its records, and seeds in one layer.
// Out: the signal at the pixels for each seed, which becomes a `Projection`.

import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { extentOf, type NetworkNode, spatialAxes } from '../../network/network.js';
import { fitRegion } from '../../regions/fit-region.js';
import { type Region, wholeRegion } from '../../regions/region.js';
import { tidied } from '../../tensors/tidied.js';
import type { Engine } from '../engine.js';
import { type InputProjection, Projection } from '../projection.js';
import { probabilityOf } from '../seed/probability.js';
import { type SeedAt, seedOf } from '../seed/seed.js';
import type { Ascent } from '../up/ascend.js';
import { descend } from './descend.js';
import { pixelsSeen } from './pixels-seen.js';

/** A seed on its way down, and the request it stands for. */
export interface Seed extends SeedAt {
  /** Its place among the requests. */
  readonly place: number;
  /** Where it stands in the layer, whatever part of the layer was run. */
  readonly position: readonly number[] | 'all';
  readonly crop: boolean;
  /** What was read of it where whole pictures went up. */
  readonly known?: { readonly activation: number; readonly probability: number | undefined };
}

/** Signals that have come down. The tensors are ours until `projectionsOf` gives them away. */
export interface Landed {
  readonly seeds: readonly Seed[];
  /** By input of the model: one tensor a seed; undefined where the layer does not see that input. */
  readonly pixels: readonly (readonly tf.Tensor[] | undefined)[];
  /** The largest magnitude of each seed's pixels. */
  readonly largest: tf.Tensor;
  /** Of each seed the activation, where no seed's is known yet; of a softmax the logit. */
  readonly activations: tf.Tensor | undefined;
  /** The same of the layer's output, where the seeds stand at its logits. */
  readonly outputs: tf.Tensor | undefined;
  readonly seen: readonly (readonly Region[])[];
}

/** Sends seeds down. Nothing awaits in here: up and down are of one piece. */
export function land(engine: Engine, ascent: Ascent, target: NetworkNode, seeds: readonly Seed[]): Landed {
  const { network, mirrors } = engine;
  const { crop } = ascent;
  const seen = seeds.map(({ position }) => pixelsSeen(engine, target, position, ascent.shapes));
  const logits = ascent.logits[target.index];
  const output = ascent.outputs[target.index]!;
  const values = logits ?? output;
  const pictures = seeds.map(({ picture }) => picture);
  const inOrder = seeds.length === values.shape[0] && pictures.every((picture, i) => picture === i);
  const unread = seeds.some(({ known }) => known === undefined);
  const start = crop?.regions[target.index]?.start;
  const placed = seeds.map(({ position, ...seed }) => ({
    ...seed,
    position: position === 'all' || !start ? position : position.map((cell, axis) => cell - start[axis]!),
  }));
  return {
    seeds,
    seen,
    ...tidied(() => {
      const seed = seedOf(values, target.channelAxis, placed);
      const signals = descend(network, mirrors, ascent, {
        target,
        seed,
        pictures: inOrder ? undefined : pictures,
        featureMaps: seeds.map(({ featureMap }) => featureMap),
        atLogits: logits !== undefined,
      });
      const tops = signals.flatMap((signal) =>
        signal ? [tf.max(tf.abs(tf.reshape(signal, [seeds.length, -1])), 1)] : [],
      );
      return {
        pixels: signals.map((signal, input) => {
          if (!signal) return undefined;
          const node = network.nodes[network.inputs[input]!]!;
          const axes = spatialAxes(signal.rank, node.channelAxis).map((axis) => axis - 1);
          const whole = wholeRegion(extentOf(ascent.shapes[node.index]!, node.channelAxis));
          const held = crop?.regions[node.index] ?? whole;
          return tf
            .unstack(signal)
            .map((row, i) => fitRegion(row, held, seeds[i]!.crop ? seen[i]![input]! : whole, axes));
        }),
        largest: tops.reduce((a, b) => tf.maximum(a, b)),
        activations: unread ? activationsOf(values, target.channelAxis, placed) : undefined,
        outputs: unread && logits ? activationsOf(output, target.channelAxis, placed) : undefined,
      };
    }),
  };
}

/** The value of each seed. */
function activationsOf(values: tf.Tensor, channelAxis: number, seeds: readonly SeedAt[]): tf.Tensor {
  return tf.stack(
    seeds.map(({ picture, featureMap, position }) => {
      let spatial = 0;
      const cell = values.shape.map((_, axis) =>
        axis === 0 ? picture : axis === channelAxis ? featureMap : (position[spatial++] as number),
      );
      const one = cell.map(() => 1);
      return tf.reshape(tf.slice(values, cell, one), []);
    }),
  );
}

/** Reads what has to be read, and makes projections of the pixels, in the order of the seeds. */
export async function projectionsOf(
  engine: Engine,
  target: NetworkNode,
  landed: readonly Landed[],
  channels: 'rgb' | 'bgr',
): Promise<{ readonly place: number; readonly projection: Projection }[]> {
  const { network, mirrors, rule } = engine;
  const read = await readAll(landed.map(({ largest, activations, outputs }) => [largest, activations, outputs]));
  const probability = probabilityOf(mirrors, target);
  return landed.flatMap(({ seeds, pixels, seen }, one) => {
    const [magnitudes, activations, outputs] = read[one]!;
    return seeds.map(({ place, featureMap, position, crop, known }, i) => {
      const output = outputs?.[i];
      const activation = known?.activation ?? activations![i]!;
      const chance = known ? known.probability : output === undefined ? undefined : probability(output);
      if (!Number.isFinite(activation)) throw overflowed(target, featureMap, activation);
      if (!Number.isFinite(magnitudes![i]!)) throw overflowedBelow(target);
      const inputs = pixels.flatMap((rows, input): [string, InputProjection][] => {
        const { name, channelAxis } = network.nodes[network.inputs[input]!]!;
        return rows
          ? [[name, { pixels: rows[i]!, receptiveField: seen[i]![input]!, channelAxis: channelAxis - 1 }]]
          : [];
      });
      const projection = new Projection(inputs, {
        layer: target.name,
        featureMap,
        position,
        activation,
        ...(chance !== undefined && { probability: chance }),
        cropped: crop,
        rule: rule.name,
        empty: magnitudes![i] === 0,
        channels,
      });
      return { place, projection };
    });
  });
}

/** Frees what landed; the pixels too, where no projection has them. */
export function disposeLanded(landed: readonly Landed[], { pixels }: { readonly pixels: boolean }): void {
  for (const one of landed) {
    tf.dispose([one.largest, one.activations, one.outputs].filter((tensor) => tensor !== undefined));
    if (pixels) tf.dispose(one.pixels.flatMap((rows) => [...(rows ?? [])]));
  }
}

/** One read for all, since each is a round trip to the GPU: the values of each tensor, where there is one. */
async function readAll(
  tensors: readonly (readonly (tf.Tensor | undefined)[])[],
): Promise<(Float32Array | undefined)[][]> {
  const given = tensors.flat().filter((tensor) => tensor !== undefined);
  if (given.length === 0) return [];
  const all = tidied(() => tf.concat(given.map((tensor) => tf.reshape(tensor, [-1]))));
  try {
    const values = await all.data<'float32'>();
    let next = 0;
    const take = (count: number): Float32Array => {
      next += count;
      return values.subarray(next - count, next);
    };
    return tensors.map((row) => row.map((tensor) => tensor && take(tensor.size)));
  } finally {
    all.dispose();
  }
}

function overflowed({ name }: NetworkNode, featureMap: number, activation: number): DeconvnetError {
  return new DeconvnetError(
    'not-finite',
    `Feature map ${featureMap} of layer '${name}' is ${activation} there: the convnet overflowed on this picture. Check how its pixels were scaled.`,
    { layer: name },
  );
}

function overflowedBelow({ name }: NetworkNode): DeconvnetError {
  return new DeconvnetError(
    'not-finite',
    `A projection of layer '${name}' overflowed on its way down: weights or pixels are too large for 32-bit floats. Check how pixels were scaled.`,
    { layer: name },
  );
}
