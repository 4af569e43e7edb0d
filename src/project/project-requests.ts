// Stage: after `mirrors/`. `project/` takes images to projections, in the order of its folders: crop, up, seed, down.
// In: an engine (a network with its mirrors), a batch of inputs, and requests (a row and a selection).
// Out: one `Projection` for each request, in the order of the requests. This file directs the whole call and keeps it
// within `maxBytes`.

import type * as tf from '@tensorflow/tfjs-core';
import type { NetworkNode } from '../network/network.js';
import { passBytes, passesAtOnce } from './crop/cost.js';
import type { Crop, Shapes } from './crop/crop.js';
import { knownShapes } from './crop/known-shapes.js';
import { type Plan, partsSeenBy, planOf } from './crop/plan.js';
import { type SharedAscent, sharedAscents } from './crop/shared-ascents.js';
import { makeProjections } from './down/make-projections.js';
import { disposeSentDown, type SentDown, sendDown } from './down/send-down.js';
import type { Engine } from './engine.js';
import type { Projection } from './projection.js';
import type { FoundSeed, Request, Seed } from './request.js';
import { findSeeds } from './seed/find-seeds.js';
import { checkPosition } from './selection.js';
import { type Ascent, disposeAscent } from './up/ascend.js';
import { ascendRows } from './up/ascend-rows.js';

/**
 * Projects any number of selections from a batch of images (one tensor for each of the model's inputs). A single
 * activation runs up and down on the part of the network that it sees, if that costs less. All other requests share a
 * way up of whole images, of as many images at a time as `maxBytes` allows. The projection of a request is the same, bit
 * for bit, whatever other requests are in the list. Projections come in the order of the requests and belong to the caller.
 */
export async function projectRequests(
  engine: Engine,
  inputs: readonly tf.Tensor[],
  requests: readonly Request[],
  channels: 'rgb' | 'bgr',
  { unit = false }: SeedOptions = {},
): Promise<Projection[]> {
  const targets = [...new Set(requests.map(({ selection }) => selection.node))];
  await engine.checkWeights(targets);
  engine.assertUsable();
  const shapes = knownShapes(engine.network, inputs);
  const plans = targets.map((target) => planOf(engine, target, requests, shapes));
  const upWhole = plans.filter((plan) => plan.upWhole.size > 0).map(({ target }) => target);
  const ascents = sharedAscents(engine, upWhole, shapes);
  const job: Job = { engine, inputs, requests, channels, unit, shapes, plans, ascents, projections: [] };
  try {
    const together = upWhole.length > 0 ? imagesAtOnce(job, upWhole) : Number.POSITIVE_INFINITY;
    const batch = inputs[0]!.shape[0]!;
    for (let from = 0; from < batch; from += together) {
      await projectRows(job, { from, to: Math.min(from + together, batch) });
    }
    return job.projections;
  } catch (error) {
    for (const projection of job.projections) projection?.dispose();
    throw error;
  }
}

/** What the ways down start from. */
export interface SeedOptions {
  /**
   * Whether each seed is 1, whatever the activation is, at the input of the layer's own nonlinearity: what comes down is
   * then the projection of an activation divided by the activation, also where the feature map does not fire.
   */
  readonly unit?: boolean;
}

/** What all parts of one call share. */
interface Job {
  readonly engine: Engine;
  /** The caller's batch: one tensor for each of the model's inputs. */
  readonly inputs: readonly tf.Tensor[];
  readonly requests: readonly Request[];
  readonly channels: 'rgb' | 'bgr';
  readonly unit: boolean;
  /** The sizes of all outputs, if they are known before anything is run. */
  readonly shapes: Shapes | null;
  readonly plans: readonly Plan[];
  readonly ascents: readonly SharedAscent[];
  /** What has been made, by index of the request. */
  readonly projections: Projection[];
}

/** Answers the requests for a range of rows of the caller's batch. */
async function projectRows(job: Job, range: { readonly from: number; readonly to: number }): Promise<void> {
  const { engine, requests, plans } = job;
  const isHere = (request: number): boolean => {
    const { row } = requests[request]!;
    return row >= range.from && row < range.to;
  };
  // The seeds that are still to run on the part of the network that each of them sees.
  const cropped = new Map<Plan, FoundSeed[]>();
  for (const plan of plans) {
    const given = plan.requests.filter((request) => !plan.upWhole.has(request) && isHere(request));
    cropped.set(plan, givenSeeds(job, plan.target, given));
  }
  for (const shared of job.ascents) {
    engine.assertUsable();
    const own = plans
      .filter(({ target }) => shared.targets.includes(target))
      .map((plan) => ({ plan, served: [...plan.upWhole].filter(isHere) }));
    const rows = inOrder(own.flatMap(({ served }) => served.map((request) => requests[request]!.row)));
    if (rows.length === 0) continue;
    const record = own.some(({ plan, served }) => served.some((request) => !plan.cropped.has(request)));
    const { targets, parts } = shared;
    const ascent = ascendRows(engine, job.inputs, rows, { targets, record, crop: parts.up });
    try {
      for (const { plan, served } of own) {
        const left = await projectWhole(job, plan, ascent, { requests: served, rows, crop: parts.down });
        cropped.get(plan)!.push(...left);
      }
    } finally {
      disposeAscent(ascent);
    }
  }
  for (const plan of plans) {
    engine.assertUsable();
    await projectCropped(job, plan.target, cropped.get(plan)!);
  }
}

/** The seeds of requests that name their position: nothing has to be looked for. */
function givenSeeds({ requests, shapes }: Job, target: NetworkNode, given: readonly number[]): FoundSeed[] {
  return given.map((request) => {
    const { row, selection } = requests[request]!;
    const { featureMap, crop } = selection;
    const position = selection.position as readonly number[];
    checkPosition(target, position, shapes![target.index]!);
    return { request, callerRow: row, featureMap, cutToField: crop, position };
  });
}

/**
 * Finds the seeds of one layer in whole images, and sends down those that go down from there.
 *
 * @returns the seeds that are to run on the part of the network that they see
 */
async function projectWhole(
  job: Job,
  { target, cropped, downCropped }: Plan,
  ascent: Ascent,
  served: { readonly requests: readonly number[]; readonly rows: readonly number[]; readonly crop: Crop | undefined },
): Promise<FoundSeed[]> {
  if (served.requests.length === 0) return [];
  const { engine } = job;
  const { rows } = served;
  const found = await findSeeds(engine, { target, ...served }, ascent, job.requests);
  const sendAll = async (all: readonly FoundSeed[], crop: Crop | undefined): Promise<void> => {
    const chunk = passesAtOnce(engine, target, ascent.shapes, crop);
    for (let from = 0; from < all.length; from += chunk) {
      engine.assertUsable();
      const seeds = onRows(all.slice(from, from + chunk), rows);
      await finish(job, target, [sendDown(engine, ascent, { target, seeds, crop, unit: job.unit })]);
    }
  };
  const down = found.filter(({ request }) => !cropped.has(request));
  const whole = down.filter(({ request }) => !downCropped.has(request));
  await sendAll(whole, served.crop);
  for (const group of byPosition(down.filter(({ request }) => downCropped.has(request)))) {
    const position = group[0]!.position as readonly number[];
    await sendAll(group, partsSeenBy(engine, target, position, job.shapes!).down);
  }
  return found.filter(({ request }) => cropped.has(request));
}

/** Runs each seed of a layer on the part of the network that it sees. Seeds at the same position run together. */
async function projectCropped(job: Job, target: NetworkNode, seeds: readonly FoundSeed[]): Promise<void> {
  const { engine, inputs } = job;
  const sent: SentDown[] = [];
  try {
    for (const group of byPosition(seeds)) {
      const position = group[0]!.position as readonly number[];
      const { up, down } = partsSeenBy(engine, target, position, job.shapes!);
      const chunk = passesAtOnce(engine, target, job.shapes!, up);
      const callerRows = inOrder(group.map(({ callerRow }) => callerRow));
      for (let first = 0; first < callerRows.length; first += chunk) {
        const rows = callerRows.slice(first, first + chunk);
        const own = onRows(
          group.filter(({ callerRow }) => rows.includes(callerRow)),
          rows,
        );
        const ascent = ascendRows(engine, inputs, rows, { targets: [target], record: true, crop: up });
        try {
          for (let from = 0; from < own.length; from += chunk) {
            sent.push(
              sendDown(engine, ascent, { target, seeds: own.slice(from, from + chunk), crop: down, unit: job.unit }),
            );
          }
        } finally {
          disposeAscent(ascent);
        }
      }
    }
  } catch (error) {
    disposeSentDown(sent, { pixels: true });
    throw error;
  }
  if (sent.length > 0) await finish(job, target, sent);
}

/** The seeds in groups with the same position, which run together. */
function byPosition(seeds: readonly FoundSeed[]): FoundSeed[][] {
  const places = new Set(seeds.map(({ position }) => String(position)));
  return [...places].map((at) => seeds.filter(({ position }) => String(position) === at));
}

/** Makes projections from what has come down, and puts each where its request stands. */
async function finish(job: Job, target: NetworkNode, sent: readonly SentDown[]): Promise<void> {
  let given = false;
  try {
    const made = await makeProjections(job.engine, target, sent, job.channels);
    given = true;
    for (const { request, projection } of made) job.projections[request] = projection;
  } finally {
    disposeSentDown(sent, { pixels: !given });
  }
}

/**
 * The seeds, each with the row that its image has in the batch that went up.
 *
 * @param rows the rows of the caller's batch that went up, in this order
 */
function onRows(seeds: readonly FoundSeed[], rows: readonly number[]): Seed[] {
  return seeds.map(({ callerRow, ...seed }) => ({ ...seed, row: rows.indexOf(callerRow) }));
}

/** Each number once, in rising order. */
function inOrder(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** How many whole images go up together; one if their sizes are not known. */
function imagesAtOnce({ engine, shapes }: Job, targets: readonly NetworkNode[]): number {
  if (shapes === null) return 1;
  return Math.max(1, Math.floor(engine.maxBytes / passBytes(engine.network, targets, shapes)));
}
