// Stage: after `mirrors/`. `project/` takes images to projections, in the order of its folders: crop, up, seed, down.
// In: an engine (a network with its mirrors), a batch of inputs, and requests (a row and a selection).
// Out: one `Projection` for each request, in the order of the requests. This file directs the whole call and keeps it
// within `maxBytes`.

import * as tf from '@tensorflow/tfjs-core';
import type { NetworkNode } from '../network/network.js';
import { tidied } from '../tensors/tidied.js';
import { passBytes } from './crop/cost.js';
import { type Crop, cellAt, cropTo, type Shapes } from './crop/crop.js';
import { knownShapes } from './crop/known-shapes.js';
import { type Plan, planOf, type WayUp, waysUp } from './crop/plan.js';
import { disposeLanded, type Landed, land, projectionsOf, type Seed } from './down/send-down.js';
import type { Engine } from './engine.js';
import type { Projection } from './projection.js';
import { measure, type Request } from './seed/find-seeds.js';
import { checkPosition } from './selection.js';
import { type Ascent, ascend, disposeAscent } from './up/ascend.js';

/**
 * Projects any number of selections of a batch of pictures (one tensor for each of the model's inputs). Single
 * activations run up and down on the part of the network that they see, where that costs less; all else shares one way
 * up of the whole pictures, as many of them at a time as `maxBytes` allows. What comes of a request is the same, bit for
 * bit, whatever others are beside it. Projections come in the order of the requests and belong to the caller.
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
  const shapes = knownShapes(engine.network, inputs);
  const plans = targets.map((target) => planOf(engine, target, requests, shapes));
  const upWhole = plans.filter((plan) => plan.upWhole.size > 0).map(({ target }) => target);
  const ways = waysUp(engine, upWhole, shapes);
  const job: Job = { engine, requests, channels, shapes, plans, ways, projections: [] };
  try {
    const together = upWhole.length > 0 ? picturesAtOnce(job, upWhole) : Number.POSITIVE_INFINITY;
    const pictures = inputs[0]!.shape[0]!;
    for (let from = 0; from < pictures; from += together) {
      const rows = Array.from({ length: Math.min(together, pictures - from) }, (_, row) => from + row);
      await projectPictures(job, inputs, rows);
    }
    return job.projections;
  } catch (error) {
    for (const projection of job.projections) projection?.dispose();
    throw error;
  }
}

/** What all parts of one call share. */
interface Job {
  readonly engine: Engine;
  readonly requests: readonly Request[];
  readonly channels: 'rgb' | 'bgr';
  /** The sizes of all outputs, where they are known before anything is run. */
  readonly shapes: Shapes | null;
  readonly plans: readonly Plan[];
  readonly ways: readonly WayUp[];
  /** What has been made, by place of the request. */
  readonly projections: Projection[];
}

/** The requests of some of the pictures. */
async function projectPictures(job: Job, inputs: readonly tf.Tensor[], pictures: readonly number[]): Promise<void> {
  const { engine, requests, plans } = job;
  const isHere = (place: number): boolean => pictures.includes(requests[place]!.picture);
  const seeds = new Map<Plan, Seed[]>();
  for (const plan of plans) {
    const given = plan.places.filter((place) => !plan.upWhole.has(place) && isHere(place));
    seeds.set(plan, seedsGiven(job, plan.target, given));
  }
  for (const way of job.ways) {
    engine.assertUsable();
    const own = plans.filter(({ target }) => way.targets.includes(target));
    const places = own.map(({ upWhole }) => [...upWhole].filter(isHere));
    const rows = [...new Set(places.flat().map((place) => requests[place]!.picture))].sort((a, b) => a - b);
    if (rows.length === 0) continue;
    const record = own.some(({ cropped }, i) => places[i]!.some((place) => !cropped.has(place)));
    const ascent = ascendPictures(engine, inputs, rows, { ...way, record });
    try {
      for (const [i, plan] of own.entries()) {
        seeds.get(plan)!.push(...(await landWhole(job, plan, ascent, { places: places[i]!, pictures: rows })));
      }
    } finally {
      disposeAscent(ascent);
    }
  }
  for (const plan of plans) {
    engine.assertUsable();
    await landCropped(job, plan.target, inputs, seeds.get(plan)!);
  }
}

/**
 * Finds what has to be found in whole pictures, and sends down what goes down whole.
 *
 * @returns what is still to run on the part of the network that it sees.
 */
async function landWhole(
  job: Job,
  { target, cropped }: Plan,
  ascent: Ascent,
  { places, pictures }: { readonly places: readonly number[]; readonly pictures: readonly number[] },
): Promise<Seed[]> {
  if (places.length === 0) return [];
  const { engine, requests } = job;
  const seeds = await measure(engine, { target, places, pictures }, ascent, requests);
  const down = seeds.filter(({ place }) => !cropped.has(place));
  const chunk = seedsAtOnce(engine, target, ascent.shapes, ascent.crop);
  for (let from = 0; from < down.length; from += chunk) {
    engine.assertUsable();
    await finish(job, target, [land(engine, ascent, target, onRows(down.slice(from, from + chunk), pictures))]);
  }
  return seeds.filter(({ place }) => cropped.has(place));
}

/** Takes some pictures of the batch up. */
function ascendPictures(
  { network, mirrors, atLogits }: Engine,
  inputs: readonly tf.Tensor[],
  pictures: readonly number[],
  how: { readonly targets: readonly NetworkNode[]; readonly record: boolean; readonly crop: Crop | undefined },
): Ascent {
  const all = pictures.length === inputs[0]!.shape[0];
  const rows = all ? inputs : tidied(() => inputs.map((input) => tf.gather(input, [...pictures])));
  try {
    return ascend(network, mirrors, rows, { ...how, atLogits });
  } finally {
    if (!all) tf.dispose([...rows]);
  }
}

/** Places that were given need no looking for. */
function seedsGiven({ requests, shapes }: Job, target: NetworkNode, places: readonly number[]): Seed[] {
  return places.map((place) => {
    const { picture, selection } = requests[place]!;
    const { featureMap, crop } = selection;
    const position = selection.position as readonly number[];
    checkPosition(target, position, shapes![target.index]!);
    return { place, picture, featureMap, crop, position };
  });
}

/** Runs each place of a layer on the part of the network that it sees; what stands at the same place goes together. */
async function landCropped(
  job: Job,
  target: NetworkNode,
  inputs: readonly tf.Tensor[],
  seeds: readonly Seed[],
): Promise<void> {
  const { engine } = job;
  const shapes = job.shapes!;
  const landed: Landed[] = [];
  try {
    for (const at of new Set(seeds.map(({ position }) => String(position)))) {
      const group = seeds.filter(({ position }) => String(position) === at);
      const region = cellAt(group[0]!.position as readonly number[]);
      const crop = cropTo(engine.network, engine.mirrors, [{ target, region }], shapes) ?? undefined;
      const chunk = seedsAtOnce(engine, target, shapes, crop);
      const seen = [...new Set(group.map(({ picture }) => picture))].sort((a, b) => a - b);
      for (let first = 0; first < seen.length; first += chunk) {
        const pictures = seen.slice(first, first + chunk);
        const own = onRows(
          group.filter(({ picture }) => pictures.includes(picture)),
          pictures,
        );
        const ascent = ascendPictures(engine, inputs, pictures, { targets: [target], record: true, crop });
        try {
          for (let from = 0; from < own.length; from += chunk) {
            landed.push(land(engine, ascent, target, own.slice(from, from + chunk)));
          }
        } finally {
          disposeAscent(ascent);
        }
      }
    }
  } catch (error) {
    disposeLanded(landed, { pixels: true });
    throw error;
  }
  if (landed.length > 0) await finish(job, target, landed);
}

/** The seeds, each with the row of its picture in the batch that went up. */
function onRows(seeds: readonly Seed[], pictures: readonly number[]): Seed[] {
  return seeds.map((seed) => ({ ...seed, picture: pictures.indexOf(seed.picture) }));
}

async function finish(job: Job, target: NetworkNode, landed: readonly Landed[]): Promise<void> {
  let given = false;
  try {
    const made = await projectionsOf(job.engine, target, landed, job.channels);
    given = true;
    for (const { place, projection } of made) job.projections[place] = projection;
  } finally {
    disposeLanded(landed, { pixels: !given });
  }
}

/** How many seeds go down together, or pictures up: as many as `maxBytes` allows, one at least. */
function seedsAtOnce({ network, maxBytes }: Engine, target: NetworkNode, shapes: Shapes, crop?: Crop): number {
  return Math.max(1, Math.floor(maxBytes / passBytes(network, [target], shapes, crop)));
}

/** How many whole pictures go up together; where sizes are not known, one. */
function picturesAtOnce({ engine, shapes }: Job, targets: readonly NetworkNode[]): number {
  if (shapes === null) return 1;
  return Math.max(1, Math.floor(engine.maxBytes / passBytes(engine.network, targets, shapes)));
}
