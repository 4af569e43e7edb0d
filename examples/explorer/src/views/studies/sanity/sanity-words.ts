import type { SanityHead, SanityView } from '../../../protocol-sanity';
import type { RunningState } from '../../../studies-state';
import { counted } from '../../../words';

/** What stands below the results: how they were made, or what has become of those that are missing. */
export function endText({ start, head, switches }: SanityView, studying: RunningState | null): string {
  if (switches) return howMade(head);
  return studying?.start === start
    ? 'More results are on their way.'
    : 'This check ended early, so the parts that are not here are missing. What is here is finished.';
}

/** Which activation is projected, and what the frame in the picture is. */
export function frameText(position: readonly number[]): string {
  const place = position.length === 2 ? `row ${position[0]}, column ${position[1]}` : position.join(', ');
  const at = place === '' ? '' : `, at ${place} of the map`;
  return `The picture. The projected activation is the strongest one of the feature map${at}. The frame is what it sees.`;
}

/** How many pairs of classes do not count. */
export function emptyText({ rule, empty }: { readonly rule: string; readonly empty: number }): string {
  return `By ${rule}, ${counted(empty, 'pair')} had an empty projection, and ${empty === 1 ? 'does' : 'do'} not count.`;
}

function howMade({ seed, otherSeed }: SanityHead): string {
  return `Random weights are drawn as before the training, by the initializers of the layers. The seed is ${seed} in (a), and ${otherSeed} for the control and in (d), so that they do not share their weights. A projection that is zero everywhere is empty and has no figures. In the control, guided and gradient keep the masks of the real way up. The tests follow Adebayo et al. 2018 for (a) and (b), Nie et al. 2018 for (c), and Mahendran and Vedaldi 2016 for (d).`;
}
