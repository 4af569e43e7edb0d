import { expect, it } from 'vitest';
import { fillWords } from '../../../../src/node/studies/kit/fill-words.js';

it.each([
  ['grey', 'grey'],
  ['mean', 'the mean colour of the picture'],
  [-0.5, 'the value -0.5 of the model’s input'],
  [[0.5], 'the value 0.5 of the model’s input'],
  [[0.5, 0, 1], 'the values 0.5, 0, 1 of the model’s input, one for each channel'],
] as const)('says what a fill of %j is', (fill, words) => {
  expect(fillWords(fill)).toBe(words);
});
