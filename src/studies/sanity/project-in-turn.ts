import type { Rule } from '../../mirrors/rules.js';
import type { Engine } from '../../project/engine.js';
import { nextTask } from '../kit/next-task.js';
import type { StudyOptions } from '../kit/study-options.js';
import type { Projected } from './sanity-options.js';
import { projectCells, type SanityProjection } from './sanity-projection.js';

/** Adds up how many projections were made, and reports the sum. */
export function countUp(total: number, onProgress: StudyOptions['onProgress']): InTurn['tell'] {
  let done = 0;
  return (count) => {
    done += count;
    onProgress?.({ done, total });
  };
}

/** How projecting goes on. */
export interface InTurn {
  readonly batchSize: number;
  readonly signal: AbortSignal | undefined;
  /** Is told after each batch how many projections were made. */
  readonly tell: (count: number) => void;
}

/**
 * Does something by one rule after another. Each engine is disposed before the next one is made, because each keeps
 * mirrored weights of its own.
 */
export async function byEachRule<Made>(
  engine: Engine,
  rules: readonly Rule[],
  work: (engine: Engine) => Promise<readonly Made[]>,
): Promise<Made[]> {
  const made: Made[] = [];
  for (const rule of rules) {
    engine.assertUsable();
    const own = engine.alike({ rule });
    try {
      made.push(...(await work(own)));
    } finally {
      own.dispose();
    }
  }
  return made;
}

/** Projects some activations by one rule after another. A network of the same layers may take the place of the own one. */
export async function projectInTurn(
  engine: Engine,
  rules: readonly Rule[],
  { picture, node, cells }: Projected,
  { batchSize, signal, tell }: InTurn,
): Promise<SanityProjection[]> {
  return byEachRule(engine, rules, async (own) => {
    const target = own.network.nodes[node.index]!;
    const made: SanityProjection[] = [];
    for (let first = 0; first < cells.length; first += batchSize) {
      await nextTask();
      signal?.throwIfAborted();
      const together = cells.slice(first, first + batchSize);
      made.push(...(await projectCells(own, picture, target, together)));
      tell(together.length);
    }
    return made;
  });
}
