import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors.js';
import { fitRegion } from '../network/fit-region.js';
import { extentOf, type NetworkNode, spatialAxes } from '../network/network.js';
import { wholeRegion } from '../network/region.js';
import { tidied } from '../tidied.js';
import { type Ascent, ancestorsOf, ascend, disposeAscent } from './ascend.js';
import { descend } from './descend.js';
import type { Engine } from './engine.js';
import { type Measured, measure, type Request } from './measure.js';
import { type InputProjection, Projection } from './projection.js';
import { seedOf } from './seed.js';
import { pixelsSeen } from './sight.js';

/** Bytes that the signals of one way down may take; more seeds go down in several batches. */
const SIGNAL_BYTES = 96 * 2 ** 20;

/**
 * Projects any number of selections of a batch of pictures (one tensor for each of the model's inputs): one way up, then one way down for each batch of seeds of
 * the same layer. Projections come in the order of the requests and belong to the caller.
 */
export async function projectRequests(
  engine: Engine,
  inputs: readonly tf.Tensor[],
  requests: readonly Request[],
  channels: 'rgb' | 'bgr',
): Promise<Projection[]> {
  const targets = [...new Set(requests.map(({ selection }) => selection.node))];
  await engine.checkWeights(targets);
  const { network, mirrors, atLogits } = engine;
  // A tick has passed since the check.
  engine.assertUsable();
  const ascent = ascend(network, mirrors, inputs, { targets, record: true, atLogits });
  const projections: Projection[] = [];
  try {
    for (const target of targets) {
      const places = requests.flatMap(({ selection }, place) => (selection.node === target ? [place] : []));
      const measured = await measure(engine, target, ascent, requests, places);
      const chunk = seedsAtOnce(engine, target, ascent);
      for (let from = 0; from < measured.length; from += chunk) {
        engine.assertUsable();
        const seeds = measured.slice(from, from + chunk);
        for (const made of await projectSeeds(engine, ascent, target, seeds, channels)) {
          projections[made.place] = made.projection;
        }
      }
    }
    return projections;
  } catch (error) {
    for (const projection of projections) projection?.dispose();
    throw error;
  } finally {
    disposeAscent(ascent);
  }
}

async function projectSeeds(
  engine: Engine,
  ascent: Ascent,
  target: NetworkNode,
  seeds: readonly Measured[],
  channels: 'rgb' | 'bgr',
): Promise<{ place: number; projection: Projection }[]> {
  const { network, mirrors } = engine;
  const seen = seeds.map(({ position }) => pixelsSeen(engine, target, position, ascent.shapes));
  const logits = ascent.logits[target.index];
  const values = logits ?? ascent.outputs[target.index]!;
  const pictures = seeds.map(({ picture }) => picture);
  const inOrder = seeds.length === values.shape[0] && pictures.every((picture, i) => picture === i);

  const { arrived, largest } = tidied(() => {
    const signals = descend(network, mirrors, ascent, {
      target,
      seed: seedOf(values, target.channelAxis, seeds),
      pictures: inOrder ? undefined : pictures,
      atLogits: logits !== undefined,
    });
    const tops = signals.flatMap((signal) =>
      signal ? [tf.max(tf.abs(tf.reshape(signal, [seeds.length, -1])), 1)] : [],
    );
    return {
      arrived: signals.map((signal, input) => {
        if (!signal) return undefined;
        const { channelAxis } = network.nodes[network.inputs[input]!]!;
        const axes = spatialAxes(signal.rank, channelAxis).map((axis) => axis - 1);
        const whole = wholeRegion(extentOf(signal.shape, channelAxis));
        return tf
          .unstack(signal)
          .map((row, i) => (seeds[i]!.crop ? fitRegion(row, whole, seen[i]![input]!, axes) : row));
      }),
      largest: tops.reduce((a, b) => tf.maximum(a, b)),
    };
  });
  try {
    const magnitudes = await largest.data();
    if (!magnitudes.every(Number.isFinite)) throw overflow(target);
    return seeds.map(({ place, activation, probability, featureMap, position, crop }, i) => {
      const inputs = arrived.flatMap((rows, input): [string, InputProjection][] => {
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
        ...(probability !== undefined && { probability }),
        cropped: crop,
        rule: engine.rule.name,
        empty: magnitudes[i] === 0,
        channels,
      });
      return { place, projection };
    });
  } catch (error) {
    tf.dispose(arrived.flat().filter((row) => row !== undefined));
    throw error;
  } finally {
    largest.dispose();
  }
}

function overflow({ name }: NetworkNode): DeconvnetError {
  return new DeconvnetError(
    'not-finite',
    `A projection of layer '${name}' overflowed on its way down: weights or pixels are too large for 32-bit floats. Check how pixels were scaled.`,
    { layer: name },
  );
}

/** How many seeds go down together: as many as keep the two widest signals of the path within bounds. */
function seedsAtOnce({ network }: Engine, target: NetworkNode, { shapes }: Ascent): number {
  const widest = Math.max(
    ...[...ancestorsOf(network, [target])].map((index) => shapes[index]!.slice(1).reduce((a, b) => a * b, 1)),
  );
  return Math.max(1, Math.floor(SIGNAL_BYTES / (2 * 4 * widest)));
}
