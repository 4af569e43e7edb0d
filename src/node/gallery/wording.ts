import { counted } from '../../errors/counted.js';
import type { ReceptiveField } from '../../network/receptive-field.js';
import type { LayerFacts } from './gallery-page.js';

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

/** Sizes along the axes: "7 × 7". An axis of any length is a question mark. */
export function sizeText(sizes: readonly (number | null)[]): string {
  return sizes.map((size) => size ?? '?').join(' × ');
}

/** The part of the input that one activation of a layer sees, and where its signal can land if that is less. */
export function fieldText({ receptiveField, landing }: Pick<LayerFacts, 'receptiveField' | 'landing'>): string {
  if (receptiveField) return `receptive field ${boxText(receptiveField)}`;
  return landing ? `sees the whole image, signal lands in ${boxText(landing)}` : 'sees the whole image';
}

function boxText({ size, stride }: ReceptiveField): string {
  const [first] = stride;
  return `${sizeText(size)} ${size.every((length) => length === 1) ? 'pixel' : 'pixels'}, stride ${stride.every((step) => step === first) ? first : sizeText(stride)}`;
}

/** How many runs of numbers a list names. It only counts the others. */
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

/** What kind of layer it is, and how large. */
export function layerFacts(layer: LayerFacts): string[] {
  const { className, outputShape, featureMaps } = layer;
  return [className, `output ${sizeText(outputShape)}`, fieldText(layer), counted(featureMaps, 'feature map')];
}
