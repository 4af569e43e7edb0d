import { didYouMean } from './did-you-mean.js';
import { DeconvnetError } from './errors.js';

/** What a value is, for messages: a Promise where a value was meant is the commonest mistake. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof (value as { then?: unknown }).then === 'function') return 'a Promise: await it';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value !== 'object') return `the ${typeof value} ${JSON.stringify(value)?.slice(0, 60) ?? ''}`.trim();
  const name = value.constructor?.name ?? 'object';
  return name === 'Object' ? `an object with ${Object.keys(value).join(', ') || 'nothing'}` : `a ${name}`;
}

/** Refuses options with names that nobody knows: dropped without a word, they would do something else than was meant. */
export function checkKeys(what: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new DeconvnetError(
    'invalid-option',
    `${what} has no option '${unknown}'. ${didYouMean(unknown, known)}There are: ${known.join(', ')}.`,
  );
}
