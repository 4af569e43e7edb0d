// One image and many activations: what the mining of a data set leads to. A way up serves many ways down here, and the
// projections are given away one by one, so that only a few are in memory.

import type * as tf from '@tensorflow/tfjs-core';
import type { NetworkNode } from '../network/network.js';
import { passesAtOnce } from './crop/cost.js';
import type { Crop, Shapes } from './crop/crop.js';
import { knownShapes } from './crop/known-shapes.js';
import { type ActivationAt, type SharedWayUp, waysUp } from './crop/ways-up.js';
import { makeProjections } from './down/make-projections.js';
import { disposeSentDown, sendDown } from './down/send-down.js';
import type { Engine } from './engine.js';
import type { Projection } from './projection.js';
import type { Seed } from './request.js';
import { checkPosition } from './selection.js';
import { type Ascent, disposeAscent } from './up/ascend.js';
import { ascendRows } from './up/ascend-rows.js';

/** An activation that is to be projected. */
export interface WantedActivation extends ActivationAt {
  readonly featureMap: number;
  /** Whether only the pixels are wanted in which the signal can land. */
  readonly cutToField: boolean;
}

/** The projection of a wanted activation. */
export interface Made<At extends WantedActivation> {
  readonly of: At;
  readonly projection: Projection;
}

/**
 * Projects activations of one image. They share a way up wherever that costs less than ways up of their own. Each
 * projection belongs to the caller, and is the same, bit for bit, as the one that `project` makes of the whole network.
 *
 * @param inputs one tensor for each of the model's inputs, with a batch of 1; they stay the caller's
 * @param wanted in any order; the projections come layer by layer
 */
export async function* projectImage<At extends WantedActivation>(
  engine: Engine,
  inputs: readonly tf.Tensor[],
  wanted: readonly At[],
  channels: 'rgb' | 'bgr',
): AsyncGenerator<Made<At>, void, undefined> {
  await engine.checkWeights([...new Set(wanted.map(({ target }) => target))]);
  const shapes = knownShapes(engine.network, inputs);
  if (shapes) for (const { target, position } of wanted) checkPosition(target, position, shapes[target.index]!);
  for (const way of waysUp(engine, wanted, shapes)) {
    engine.assertUsable();
    const ascent = ascendRows(engine, inputs, [0], { targets: way.targets, record: true, crop: way.up });
    try {
      for (const target of way.targets) yield* projectLayer(engine, ascent, { target, way, channels });
    } finally {
      disposeAscent(ascent);
    }
  }
}

/** The estimated multiply-adds of all ways up and down that `projectImage` takes; 0 if the sizes are not known. */
export function imageCost(engine: Engine, wanted: readonly ActivationAt[], shapes: Shapes | null): number {
  return waysUp(engine, wanted, shapes).reduce((sum, { cost }) => sum + cost, 0);
}

/** Activations that go down together, on the same part of the network. */
interface Batch<At> {
  readonly crop: Crop | undefined;
  readonly activations: At[];
}

/** Sends the activations of one layer down from one way up. */
async function* projectLayer<At extends WantedActivation>(
  engine: Engine,
  ascent: Ascent,
  {
    target,
    way,
    channels,
  }: { readonly target: NetworkNode; readonly way: SharedWayUp<At>; readonly channels: 'rgb' | 'bgr' },
): AsyncGenerator<Made<At>, void, undefined> {
  const batches = new Map<Crop | undefined, Batch<At>>();
  for (const { at, down } of way.served) {
    if (at.target !== target) continue;
    const batch = batches.get(down) ?? { crop: down, activations: [] };
    batch.activations.push(at);
    batches.set(down, batch);
  }
  for (const { crop, activations } of batches.values()) {
    const together = passesAtOnce(engine, target, ascent.shapes, crop);
    for (let from = 0; from < activations.length; from += together) {
      yield* projectTogether(engine, ascent, {
        ...{ target, crop, channels },
        activations: activations.slice(from, from + together),
      });
    }
  }
}

async function* projectTogether<At extends WantedActivation>(
  engine: Engine,
  ascent: Ascent,
  at: {
    readonly target: NetworkNode;
    readonly crop: Crop | undefined;
    readonly channels: 'rgb' | 'bgr';
    readonly activations: readonly At[];
  },
): AsyncGenerator<Made<At>, void, undefined> {
  const { target, crop, channels, activations } = at;
  engine.assertUsable();
  const seeds = activations.map(
    ({ featureMap, position, cutToField }, request): Seed => ({ request, row: 0, featureMap, position, cutToField }),
  );
  const sent = sendDown(engine, ascent, { target, seeds, crop, unit: false });
  let answers: Awaited<ReturnType<typeof makeProjections>> = [];
  try {
    answers = await makeProjections(engine, target, [sent], channels);
  } finally {
    disposeSentDown([sent], { pixels: answers.length === 0 });
  }
  let given = 0;
  try {
    for (const { request, projection } of answers) {
      given++;
      yield { of: activations[request]!, projection };
    }
  } finally {
    for (const { projection } of answers.slice(given)) projection.dispose();
  }
}
