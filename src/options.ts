import { didYouMean } from './did-you-mean.js';
import { DeconvnetError } from './errors.js';

/** What a value is, for messages: a Promise where a value was meant is the commonest mistake, for which there is advice. */
export function describeValue(value: unknown, promise = 'a Promise: await it'): string {
  if (value === null || value === undefined) return String(value);
  if (typeof (value as { then?: unknown }).then === 'function') return promise;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') return `the string ${JSON.stringify(value.slice(0, 60))}`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object') return `the ${typeof value} ${String(value)}`;
  if ('dataId' in value) return `a tensor shaped [${(value as { shape?: unknown }).shape}]`;
  const name = value.constructor?.name ?? 'Object';
  if (name !== 'Object') return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
  return `an object with ${Object.keys(value).slice(0, 8).join(', ') || 'nothing'}`;
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
