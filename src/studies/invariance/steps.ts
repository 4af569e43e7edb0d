import { checkValue } from '../../errors/check-options.js';
import { TRANSFORMATIONS, type Transformation } from './move-picture.js';

/** The steps of Figure 5, with translations in proportion to the height of the picture. */
export function paperSteps(transformation: Transformation, height: number): number[] {
  if (transformation === 'rotation') return Array.from({ length: 36 }, (_, i) => i * 10);
  if (transformation === 'scale') return Array.from({ length: 17 }, (_, i) => Math.round(100 + i * 5) / 100);
  const furthest = (height * 60) / 224;
  return [...new Set(Array.from({ length: 21 }, (_, i) => Math.round(((i - 10) * furthest) / 10) + 0))];
}

/** @throws DeconvnetError `invalid-option`. */
export function checkTransformation(transformation: Transformation): void {
  const isKnown = TRANSFORMATIONS.includes(transformation);
  checkValue(isKnown, `transformation is one of ${TRANSFORMATIONS.join(', ')}`, transformation);
}

/** @throws DeconvnetError `invalid-option`. */
export function checkSteps(transformation: Transformation, steps: readonly number[]): void {
  const valid = Array.isArray(steps) && steps.length > 0 && steps.every(Number.isFinite);
  checkValue(valid, 'steps is a list of numbers, one for each step', steps);
  const smallest = Math.min(...steps);
  if (transformation === 'scale') checkValue(smallest > 0, 'A step of scale is a factor above 0', smallest);
}
