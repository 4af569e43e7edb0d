import * as tf from '@tensorflow/tfjs-core';
import { fitRegion } from '../network/fit-region.js';
import { extentOf, type NetworkNode, spatialAxes } from '../network/network.js';
import { receptiveFieldOf, regionOf } from '../network/receptive-field.js';
import { wholeRegion } from '../network/region.js';
import { tidied } from '../tidied.js';
import { type Ascent, ancestorsOf, ascend, disposeAscent } from './ascend.js';
import { descend } from './descend.js';
import type { Engine } from './engine.js';
import { type Measured, measure, type Request } from './measure.js';
import { Projection, type ProjectionDetails } from './projection.js';
import { seedOf } from './seed.js';

/** Bytes that the signals of one way down may take; more seeds go down in several batches. */
const SIGNAL_BYTES = 96 * 2 ** 20;

/**
 * Projects any number of selections of a batch of pictures: one way up, then one way down for each batch of seeds of
 * the same layer. Projections come in the order of the requests and belong to the caller.
 */
export async function projectRequests(
  engine: Engine,
  input: tf.Tensor,
  requests: readonly Request[],
  channels: 'rgb' | 'bgr',
): Promise<Projection[]> {
  const targets = [...new Set(requests.map(({ selection }) => selection.node))];
  await engine.checkWeights(targets);
  const { network, mirrors, atLogits } = engine;
  const ascent = ascend(network, mirrors, [input], { targets, record: true, atLogits });
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
  const entry = network.nodes[network.inputs[0]!]!;
  const inputShape = ascent.shapes[entry.index]!;
  const extent = extentOf(inputShape, entry.channelAxis);
  const targetExtent = extentOf(ascent.shapes[target.index]!, target.channelAxis);
  const field = receptiveFieldOf(
    network,
    target,
    (node) => mirrors.reachOf(node),
    (node) => ascent.shapes[node.index] ?? node.outputShape,
  );
  const regions = seeds.map(({ position }) => regionOf(field, position, extent, targetExtent));
  const axes = spatialAxes(inputShape.length, entry.channelAxis).map((axis) => axis - 1);
  const logits = ascent.logits[target.index];

  const { pixels, largest } = tidied(() => {
    const seed = seedOf(logits ?? ascent.outputs[target.index]!, target.channelAxis, seeds);
    const inOrder = seeds.length === inputShape[0] && seeds.every(({ picture }, i) => picture === i);
    const pictures = inOrder ? undefined : seeds.map(({ picture }) => picture);
    const signal = descend(network, mirrors, ascent, { target, seed, pictures, atLogits: logits !== undefined });
    const rows = tf.unstack(signal);
    return {
      pixels: rows.map((row, i) => (seeds[i]!.crop ? fitRegion(row, wholeRegion(extent), regions[i]!, axes) : row)),
      largest: tf.max(tf.abs(tf.reshape(signal, [seeds.length, -1])), 1),
    };
  });
  try {
    const magnitudes = await largest.data();
    return seeds.map(({ place, activation, probability, featureMap, position, crop }, i) => {
      const details: ProjectionDetails = {
        layer: target.name,
        featureMap,
        position,
        activation,
        ...(probability !== undefined && { probability }),
        receptiveField: regions[i]!,
        cropped: crop,
        rule: engine.rule.name,
        empty: magnitudes[i] === 0,
        channelAxis: entry.channelAxis - 1,
        channels,
      };
      return { place, projection: new Projection(pixels[i]!, details) };
    });
  } catch (error) {
    tf.dispose(pixels);
    throw error;
  } finally {
    largest.dispose();
  }
}

/** How many seeds go down together: as many as keep the two widest signals of the path within bounds. */
function seedsAtOnce({ network }: Engine, target: NetworkNode, { shapes }: Ascent): number {
  const widest = Math.max(
    ...[...ancestorsOf(network, [target])].map((index) => shapes[index]!.slice(1).reduce((a, b) => a * b, 1)),
  );
  return Math.max(1, Math.floor(SIGNAL_BYTES / (2 * 4 * widest)));
}
