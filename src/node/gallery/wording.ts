import type { ClassCount } from '../../mine/count-classes.js';
import type { FeatureMapStatistics } from '../../mine/map-statistics.js';
import type { ReceptiveField } from '../../network/receptive-field.js';

const NUMBERS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

/** A count as a reader would write it in a sentence: "nine", "16". */
export function numberWord(count: number): string {
  return NUMBERS[count] ?? String(count);
}

/** "1 feature map", "48 feature maps". */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** An activation in three digits: "4.31", "2.70", "0.00420", "1230". */
export function activationText(value: number): string {
  const size = Math.abs(value);
  if (size >= 999.5) return String(Math.round(value));
  return size === 0 || size >= 1e-4 ? value.toPrecision(3) : value.toExponential(2);
}

/** Sizes along the axes: "7 × 7". An axis of any length is a question mark. */
export function sizeText(sizes: readonly (number | null)[]): string {
  return sizes.map((size) => size ?? '?').join(' × ');
}

/** The part of the input that one activation of a layer sees. */
export function fieldText(field: ReceptiveField | null): string {
  if (field === null) return 'sees the whole image';
  const [first] = field.stride;
  const stride = field.stride.every((step) => step === first) ? String(first) : sizeText(field.stride);
  return `receptive field ${sizeText(field.size)} pixels, stride ${stride}`;
}

/** How many runs of numbers, or how many classes, a list names. It only counts the others. */
const LISTED = 12;

/** Numbers in rising order, with runs joined: "3, 7, 12–15". A long list ends with how many more there are. */
export function numberList(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && run[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  const shown = runs.slice(0, LISTED);
  const more = numbers.length - shown.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const texts = shown.flatMap(([from, to]) =>
    to === from ? [`${from}`] : to === from + 1 ? [`${from}`, `${to}`] : [`${from}–${to}`],
  );
  return `${texts.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The statistics of a feature map: "above 0 on 42% of 500 pictures, strongest activation 1.32 in the mean; patches: cat 5, dog 4". */
export function factsText(
  { images, firingShare, mean }: Pick<FeatureMapStatistics, 'images' | 'firingShare' | 'mean'>,
  classes: readonly ClassCount[],
): string {
  const fires = `above 0 on ${percentText(firingShare)} of ${counted(images, 'picture')}`;
  const shown = classes.slice(0, LISTED).map(({ label, count }) => `${label} ${count}`);
  const more = classes.length > LISTED ? ' …' : '';
  return `${fires}, strongest activation ${activationText(mean)} in the mean${shown.length > 0 ? `; patches: ${shown.join(', ')}${more}` : ''}`;
}

/** A share in whole percents. Only 0 gives "0%", and only 1 gives "100%". */
function percentText(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1%';
  if (share < 1 && share > 0.99) return 'over 99%';
  return `${Math.round(100 * share)}%`;
}
