import * as tf from '@tensorflow/tfjs-core';
import type { NetworkNode } from '../network/network.js';
import { tidied } from '../tidied.js';
import { type Ascent, ascend, disposeAscent } from './ascend.js';
import { widestSignal } from './cost.js';
import { type Crop, cropTo, type Shapes } from './crop.js';
import type { Engine } from './engine.js';
import { disposeLanded, type Landed, land, projectionsOf, type Seed } from './land.js';
import { measure, type Request } from './measure.js';
import { type Plan, planOf, statedShapes } from './plan.js';
import type { Projection } from './projection.js';

/** Bytes that the signals of one way down may take; more seeds go down in several batches. */
const SIGNAL_BYTES = 96 * 2 ** 20;

/**
 * Projects any number of selections of a batch of pictures (one tensor for each of the model's inputs). Single
 * activations run up and down on the part of the network that they see, where that costs less; all else shares one way
 * up of the whole pictures. Projections come in the order of the requests and belong to the caller.
 */
export async function projectRequests(
  engine: Engine,
  inputs: readonly tf.Tensor[],
  requests: readonly Request[],
  channels: 'rgb' | 'bgr',
): Promise<Projection[]> {
  const targets = [...new Set(requests.map(({ selection }) => selection.node))];
  await engine.checkWeights(targets);
  // A tick has passed since the check.
  engine.assertUsable();
  const shapes = statedShapes(engine);
  const plans = targets.map((target) => planOf(engine, target, requests, shapes));
  const ascent = ascendWhole(engine, inputs, plans);
  const projections: Projection[] = [];
  try {
    for (const plan of plans) {
      const seeds = ascent && plan.upWhole ? await measure(engine, plan, ascent, requests) : seedsGiven(plan, requests);
      const isCropped = ({ position }: Seed): boolean => plan.cropped && position !== 'all';
      const whole = seeds.filter((seed) => !isCropped(seed));
      const chunk = ascent ? seedsAtOnce(engine, plan.target, ascent.shapes) : 1;
      for (let from = 0; ascent && from < whole.length; from += chunk) {
        engine.assertUsable();
        const landed = [land(engine, ascent, plan.target, whole.slice(from, from + chunk))];
        for (const made of await finish(engine, plan, landed, channels)) projections[made.place] = made.projection;
      }
      engine.assertUsable();
      const landed = landCropped(engine, inputs, plan, seeds.filter(isCropped));
      for (const made of await finish(engine, plan, landed, channels)) projections[made.place] = made.projection;
    }
    return projections;
  } catch (error) {
    for (const projection of projections) projection?.dispose();
    throw error;
  } finally {
    if (ascent) disposeAscent(ascent);
  }
}

/** The one way up of the whole pictures, for all layers that need it. */
function ascendWhole(
  { network, mirrors, atLogits }: Engine,
  inputs: readonly tf.Tensor[],
  plans: readonly Plan[],
): Ascent | undefined {
  const targets = plans.filter(({ upWhole }) => upWhole).map(({ target }) => target);
  const record = plans.some(({ downWhole }) => downWhole);
  return targets.length > 0 ? ascend(network, mirrors, inputs, { targets, record, atLogits }) : undefined;
}

/** Places that were given need no looking for. */
function seedsGiven({ places }: Plan, requests: readonly Request[]): Seed[] {
  return places.map((place) => {
    const { picture, selection } = requests[place]!;
    const { featureMap, position, crop } = selection;
    return { place, picture, featureMap, crop, position: position as readonly number[] };
  });
}

/** Runs each place of a layer on the part of the network that it sees; what stands at the same place goes together. */
function landCropped(
  engine: Engine,
  inputs: readonly tf.Tensor[],
  { target, shapes }: Plan,
  seeds: readonly Seed[],
): Landed[] {
  const { network, mirrors, atLogits } = engine;
  const landed: Landed[] = [];
  try {
    for (const at of new Set(seeds.map(({ position }) => String(position)))) {
      const group = seeds.filter(({ position }) => String(position) === at);
      const crop = cropTo(network, mirrors, target, group[0]!.position as readonly number[], shapes!) ?? undefined;
      const pictures = [...new Set(group.map(({ picture }) => picture))].sort((a, b) => a - b);
      const all = pictures.length === inputs[0]!.shape[0];
      const rows = all ? inputs : tidied(() => inputs.map((input) => tf.gather(input, pictures)));
      let ascent: Ascent;
      try {
        ascent = ascend(network, mirrors, rows, { targets: [target], record: true, atLogits, crop });
      } finally {
        if (!all) tf.dispose([...rows]);
      }
      try {
        const chunk = seedsAtOnce(engine, target, ascent.shapes, crop);
        for (let from = 0; from < group.length; from += chunk) {
          const own = group
            .slice(from, from + chunk)
            .map((seed) => ({ ...seed, picture: pictures.indexOf(seed.picture) }));
          landed.push(land(engine, ascent, target, own));
        }
      } finally {
        disposeAscent(ascent);
      }
    }
    return landed;
  } catch (error) {
    disposeLanded(landed, { pixels: true });
    throw error;
  }
}

async function finish(
  engine: Engine,
  { target }: Plan,
  landed: readonly Landed[],
  channels: 'rgb' | 'bgr',
): ReturnType<typeof projectionsOf> {
  let given = false;
  try {
    const made = await projectionsOf(engine, target, landed, channels);
    given = true;
    return made;
  } finally {
    disposeLanded(landed, { pixels: !given });
  }
}

/** How many seeds go down together: as many as keep the two widest signals of the path within bounds. */
function seedsAtOnce({ network }: Engine, target: NetworkNode, shapes: Shapes, crop?: Crop): number {
  return Math.max(1, Math.floor(SIGNAL_BYTES / (2 * 4 * widestSignal(network, target, shapes, crop))));
}
