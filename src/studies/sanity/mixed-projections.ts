import type { Prepared } from '../../mirrors/mirror-set.js';
import { release } from '../../mirrors/mirror-set.js';
import type { NetworkNode } from '../../network/network.js';
import { passesAtOnce } from '../../project/crop/cost.js';
import { makeProjections } from '../../project/down/make-projections.js';
import { disposeSentDown, sendDown } from '../../project/down/send-down.js';
import type { Engine } from '../../project/engine.js';
import type { Projection } from '../../project/projection.js';
import type { Seed } from '../../project/request.js';
import type { Ascent } from '../../project/up/ascend.js';
import { nextTask } from '../kit/next-task.js';
import type { InTurn } from './project-in-turn.js';
import type { Projected } from './sanity-options.js';
import { readProjections, type SanityProjection } from './sanity-projection.js';

/**
 * Projects activations by the records of one way up and the weights of an engine, whose network may be another one with
 * the same layers. The signal starts as 1 at the input of the layer's own nonlinearity.
 */
export async function projectMixed(
  engine: Engine,
  records: Ascent,
  { picture, node, cells }: Projected,
  { batchSize, signal, tell }: InTurn,
): Promise<SanityProjection[]> {
  const target = engine.network.nodes[node.index]!;
  await engine.checkWeights([target]);
  const prepared = borrowed(engine, target);
  const mixed: Ascent = { ...records, prepared };
  const together = Math.min(batchSize, passesAtOnce(engine, target, records.shapes, undefined));
  const made: SanityProjection[] = [];
  try {
    for (let first = 0; first < cells.length; first += together) {
      await nextTask();
      signal?.throwIfAborted();
      engine.assertUsable();
      const batch = cells.slice(first, first + together);
      const seeds = batch.map((cell, request): Seed => ({ ...cell, request, row: 0, cutToField: true }));
      made.push(...(await readProjections(await projectSeeds(engine, mixed, target, seeds), picture)));
      tell(batch.length);
    }
    return made;
  } finally {
    for (const lent of prepared) if (lent) release(lent);
  }
}

async function projectSeeds(
  engine: Engine,
  ascent: Ascent,
  target: NetworkNode,
  seeds: readonly Seed[],
): Promise<Projection[]> {
  const sent = sendDown(engine, ascent, { target, seeds, crop: undefined, unit: true });
  let given = false;
  try {
    const answers = await makeProjections(engine, target, [sent], 'rgb');
    given = true;
    return answers.map(({ projection }) => projection);
  } finally {
    disposeSentDown([sent], { pixels: !given });
  }
}

/** The weights that a way down from a layer needs, by node. They have to be released. */
function borrowed({ network, mirrors }: Engine, target: NetworkNode): (Prepared | undefined)[] {
  const prepared: (Prepared | undefined)[] = [];
  try {
    for (const index of mirrors.wayDown([target])) {
      const node = network.nodes[index]!;
      if (node.inputs.length > 0) prepared[index] = mirrors.borrow(node);
    }
    return prepared;
  } catch (error) {
    for (const lent of prepared) if (lent) release(lent);
    throw error;
  }
}
