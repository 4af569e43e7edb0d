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

/** What one activation of a layer sees. */
export function fieldText(field: ReceptiveField | null): string {
  if (field === null) return 'sees the whole image';
  const [first] = field.stride;
  const stride = field.stride.every((step) => step === first) ? String(first) : sizeText(field.stride);
  return `receptive field ${sizeText(field.size)} pixels, stride ${stride}`;
}

/** Numbers in rising order, runs drawn together: "3, 7, 12–15". */
export function numberList(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && run[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs
    .flatMap(([from, to]) => (to === from ? [`${from}`] : to === from + 1 ? [`${from}`, `${to}`] : [`${from}–${to}`]))
    .join(', ');
}
