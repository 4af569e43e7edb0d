import { counted } from '../../../errors/counted.js';
import { type FollowedMap, isConstant, jumpsAt } from './follow-frames.js';
import type { CheckpointRecord } from './project-checkpoint.js';

/** What was found in this network, in plain words. */
export function summaryOf(
  layers: readonly (readonly [string, readonly FollowedMap[]])[],
  records: readonly CheckpointRecord[],
): string {
  const maps = layers.flatMap(([, some]) => some);
  const steps = records.length - 1;
  if (maps.every(isConstant)) {
    return 'Nothing changed. Every checkpoint has the same strongest activations, with the same projections.';
  }
  const name = (place: number): string => records[place]!.checkpoint;
  const texts = [
    `From ${name(0)} to ${name(1)}, the strongest picture changed for ${jumpsAt(maps, 1)} of ${counted(maps.length, 'feature map')}.`,
  ];
  if (steps > 1) {
    texts.push(`From ${name(steps - 1)} to ${name(steps)}, it changed for ${jumpsAt(maps, steps)}.`);
  }
  if (layers.length > 1) {
    const rate = ([layer, some]: (typeof layers)[number]): string => {
      const jumps = some.reduce((sum, { frames }) => sum + frames.filter((one) => one.strongest?.jumped).length, 0);
      return `${Math.round((100 * jumps) / (some.length * steps))} % of the steps in ${layer}`;
    };
    texts.push(`Over all checkpoints, it changed at ${rate(layers[0]!)}, and at ${rate(layers.at(-1)!)}.`);
  }
  return texts.join(' ');
}
