import { counted } from '../../../errors/counted.js';
import type { Fill } from '../../../studies/kit/fill.js';
import { fillWords } from '../kit/fill-words.js';
import type { CoveredPicture } from './cover-picture.js';

/** What covers the pictures, as the first sentence of the page, or as two where the squares differ. */
export function leadOf(covered: readonly CoveredPicture[], fill: Fill): string {
  const [first] = covered as [CoveredPicture];
  const covers = `filled with ${fillWords(fill)}, covers one part of a picture after another`;
  if (isOfOneSize(covered)) return `A square of ${sideWords(first)}, ${covers}, ${stepWords(first)}.`;
  return `A square, ${covers}. The pictures differ in size: how large the square is and how far it moves stands beside each of them.`;
}

/** Whether the square has the same size and the same steps in all pictures. */
export function isOfOneSize([first, ...others]: readonly CoveredPicture[]): boolean {
  return others.every(({ size, stride }) => size === first!.size && stride === first!.stride);
}

/** `50 × 50 pixels and moves in steps of 8 pixels` */
export function squareWords(one: CoveredPicture): string {
  return `${sideWords(one)}, and moves ${stepWords(one)}`;
}

function sideWords({ size }: CoveredPicture): string {
  return `${size} × ${size} pixels`;
}

function stepWords({ stride }: CoveredPicture): string {
  return `in steps of ${stride} ${stride === 1 ? 'pixel' : 'pixels'}`;
}

/** How much the worst place takes away, and what becomes of the answers. */
export function summaryOf(covered: readonly CoveredPicture[]): string {
  const dropped = covered.flatMap(({ classes }) =>
    classes ? [[classes.cleanProbability, Math.min(...classes.probability)] as const] : [],
  );
  const flips = covered.filter(({ classes }) => classes?.best.some((best) => best !== classes.cleanBest)).length;
  const activity = lostWords(covered);
  if (dropped.length === 0) return activity;
  const [from, to] = dropped.reduce((a, b) => (b[0] - b[1] > a[0] - a[1] ? b : a));
  return `${activity} The largest drop of a probability is from ${from.toFixed(2)} to ${to.toFixed(2)}. On ${flips} of ${counted(covered.length, 'picture')}, the square changes the most probable class at some place.`;
}

/** Which share of the activity the worst place takes away. A sum that can be negative has no such share. */
function lostWords(covered: readonly CoveredPicture[]): string {
  if (covered.some(({ activity, cleanActivity }) => Math.min(cleanActivity, ...activity) < 0)) {
    return `The sum of the activations of a feature map of ${covered[0]!.layer} can be negative. Therefore the share of it that the square takes away is not defined.`;
  }
  const lost = covered
    .filter(({ cleanActivity }) => cleanActivity > 0)
    .map(({ activity, cleanActivity }) => 1 - Math.min(...activity) / cleanActivity);
  if (lost.length === 0) return 'The feature map does not fire on any of the pictures as they are.';
  const some =
    lost.length < covered.length
      ? ` It does not fire on ${covered.length - lost.length} of ${counted(covered.length, 'picture')}.`
      : '';
  return `At the place where it matters most, the square takes away ${range(lost.map((share) => `${Math.max(0, Math.round(100 * share))} %`))} of the activity of the feature map.${some}`;
}

/** "60 %", or "between 60 % and 100 %". Values are in any order. */
function range(values: readonly string[]): string {
  const sorted = [...values].sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b));
  const [least, most] = [sorted[0]!, sorted.at(-1)!];
  return least === most ? least : `between ${least} and ${most}`;
}
