import { counted } from '../../../errors/counted.js';
import { type CountOfFiring, everFires, type FollowedMap, isConstant, jumpsAt } from './follow-frames.js';
import type { CheckpointRecord } from './project-checkpoint.js';

/** What was found in this network, in plain words. */
export function summaryOf(
  layers: readonly (readonly [string, readonly FollowedMap[]])[],
  records: readonly CheckpointRecord[],
): string {
  const maps = layers.flatMap(([, some]) => some);
  const steps = records.length - 1;
  if (!maps.some(everFires)) return 'None of the feature maps fires on any picture, at any checkpoint.';
  if (maps.every(isConstant)) {
    return 'Nothing changed. Every checkpoint has the same strongest activations, with the same projections.';
  }
  const name = (place: number): string => records[place]!.checkpoint;
  const changed = (place: number): string => {
    const { count, firing } = jumpsAt(maps, place);
    if (firing === 0) return `No feature map fires at ${name(place)}.`;
    const those = `${counted(firing, 'feature map')} that ${firing === 1 ? 'fires' : 'fire'}`;
    return `From ${name(place - 1)} to ${name(place)}, the strongest picture changed for ${count} of ${those}.`;
  };
  const texts = [changed(1)];
  if (steps > 1) texts.push(changed(steps));
  const rates = layers.flatMap(([layer, some]) => {
    const { count, firing } = allJumps(some, steps);
    return firing === 0 ? [] : [`${Math.round((100 * count) / firing)} % of the steps in ${layer}`];
  });
  if (rates.length > 1) {
    texts.push(`Over all checkpoints, it changed at ${rates[0]}, and at ${rates.at(-1)}.`);
    if (!maps.every(({ frames }) => frames.every(({ strongest }) => strongest))) {
      texts.push('Steps to a checkpoint at which a feature map is silent are not counted.');
    }
  }
  return texts.join(' ');
}

/** The jumps over all checkpoints. */
function allJumps(maps: readonly FollowedMap[], steps: number): CountOfFiring {
  const counts = Array.from({ length: steps }, (_, step) => jumpsAt(maps, step + 1));
  return {
    count: counts.reduce((sum, { count }) => sum + count, 0),
    firing: counts.reduce((sum, { firing }) => sum + firing, 0),
  };
}
