/** An activation in three digits. */
export function numberText(value) {
  const size = Math.abs(value);
  if (size >= 999.5) return String(Math.round(value));
  return size === 0 || size >= 1e-4 ? value.toPrecision(3) : value.toExponential(2);
}

/** A share in whole percents. Only 0 gives "0%", and only 1 gives "100%". */
export function percentText(share) {
  if (share > 0 && share < 0.01) return 'less than 1%';
  if (share < 1 && share > 0.99) return 'more than 99%';
  return `${Math.round(100 * share)}%`;
}

/** "1 picture", "1,500 pictures". */
export function counted(count, noun) {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** Why no patches of a constant feature map are shown. */
export const CONSTANT_TEXT =
  'It has the same strongest value on every picture, so no patch excites it more than another.';

/** A position in a feature map: "at row 3, column 5"; empty for a dense unit. */
export function placeText(position) {
  if (position.length === 0) return '';
  if (position.length === 1) return `at position ${position[0]}`;
  if (position.length === 2) return `at row ${position[0]}, column ${position[1]}`;
  return `at ${position.join(', ')}`;
}
