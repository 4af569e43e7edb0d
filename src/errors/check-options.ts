import { DeconvnetError } from './deconvnet-error.js';
import { didYouMean } from './did-you-mean.js';

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

/**
 * Refuses a value that is not what was meant.
 *
 * @param what - What the value is: `crop is true or false`.
 * @throws DeconvnetError `invalid-option` that says this, what came, and the way out.
 */
export function checkValue(holds: boolean, what: string, value: unknown, wayOut?: string): void {
  if (holds) return;
  const way = wayOut === undefined ? '' : ` ${wayOut}`;
  throw new DeconvnetError('invalid-option', `${what}; it is ${describeValue(value)}.${way}`);
}

/** Refuses options that are no object, or have names that nobody knows: dropped without a word, they would do something else than was meant. */
export function checkKeys(what: string, options: object, known: readonly string[]): void {
  checkValue(isPlainObject(options), `${what} takes an object of options, { ${known.join(', ')} }`, options);
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new DeconvnetError(
    'invalid-option',
    `${what} has no option '${unknown}'. ${didYouMean(unknown, known)}There are: ${known.join(', ')}.`,
  );
}

/** Whether a value is an object with names: of another page, or of a class, will do; a Date, a Map or a Promise will not. */
export function isPlainObject(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]' && !('dataId' in (value as object));
}

/** Refuses a value that is not true or false. */
export function checkFlag(name: string, value: unknown): void {
  checkValue(typeof value === 'boolean', `${name} is true or false`, value);
}

/** Refuses a value that is given and no function. */
export function checkCallback(name: string, value: unknown): void {
  checkValue(value === undefined || typeof value === 'function', `${name} is a function`, value);
}

/** Refuses a value that is given and no AbortSignal. */
export function checkSignal(value: unknown): void {
  const { aborted } = (value ?? {}) as { aborted?: unknown };
  checkValue(value === undefined || typeof aborted === 'boolean', 'signal is an AbortSignal', value);
}

/** Whether a value is a whole number of at least so much. */
export function isCount(value: unknown, least: number): boolean {
  return Number.isInteger(value) && (value as number) >= least;
}
