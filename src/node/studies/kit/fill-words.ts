import type { Fill } from '../../../studies/kit/fill.js';

/** What pixels are filled with, in words: "filled with grey". */
export function fillWords(fill: Fill): string {
  if (fill === 'grey') return 'grey';
  if (fill === 'mean') return 'the mean colour of the picture';
  return typeof fill === 'number' || fill.length === 1
    ? `the value ${fill} of the model’s input`
    : `the values ${fill.join(', ')} of the model’s input, one for each channel`;
}
