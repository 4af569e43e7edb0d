import { DeconvnetError } from './deconvnet-error.js';
import { didYouMean } from './did-you-mean.js';

/**
 * Describes a value for an error message.
 *
 * @param promise - how to describe a Promise. Forgetting to await one is the most common mistake, so by default the
 * description ends with that advice.
 */
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
 * Throws if a value is not what was expected.
 *
 * @param isValid - whether the value is what was expected
 * @param what - what was expected, as a sentence without its full stop: `crop is true or false`
 * @param value - the value that was received
 * @param wayOut - a sentence that tells the caller what to do instead
 * @throws DeconvnetError `invalid-option`; its message names what was expected, what was received, and the way out.
 */
export function checkValue(isValid: boolean, what: string, value: unknown, wayOut?: string): void {
  if (isValid) return;
  const way = wayOut === undefined ? '' : ` ${wayOut}`;
  throw new DeconvnetError('invalid-option', `${what}; it is ${describeValue(value)}.${way}`);
}

/** The type of a list that names every option. A list that leaves one out does not compile: the error names it. */
type CompleteList<Options, Names extends readonly string[]> = [keyof Options] extends [Names[number]]
  ? Names
  : { readonly forgotten: Exclude<keyof Options, Names[number]> };

/**
 * Throws if options are not an object, or if one of their names is unknown. Ignoring a misspelt option silently would
 * give a result that the user did not ask for.
 *
 * @param what - what takes the options: the name of a function or class
 * @param known - the names of all options, which the compiler compares with the type of `options`
 * @throws DeconvnetError `invalid-option`.
 */
export function checkKeys<Options extends object, const Names extends readonly string[]>(
  what: string,
  options: Options,
  known: Names & CompleteList<Options, Names>,
): void {
  checkValue(isPlainObject(options), `${what} takes an object of options, { ${known.join(', ')} }`, options);
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new DeconvnetError(
    'invalid-option',
    `${what} has no option '${unknown}'. ${didYouMean(unknown, known)}Options: ${known.join(', ')}.`,
  );
}

/**
 * Whether a value is an object that maps names to values. Objects from another page and objects of a class count; a
 * Date, a Map, a Promise or a tensor does not.
 */
export function isPlainObject(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]' && !('dataId' in (value as object));
}

/** Throws `invalid-option` if a value is not true or false. */
export function checkFlag(name: string, value: unknown): void {
  checkValue(typeof value === 'boolean', `${name} is true or false`, value);
}

/** Throws `invalid-option` if a value is given and is not a function. */
export function checkCallback(name: string, value: unknown): void {
  checkValue(value === undefined || typeof value === 'function', `${name} is a function`, value);
}

/** Throws `invalid-option` if a value is given and is not an AbortSignal. */
export function checkSignal(value: unknown): void {
  const { aborted } = (value ?? {}) as { aborted?: unknown };
  checkValue(value === undefined || typeof aborted === 'boolean', 'signal is an AbortSignal', value);
}

/** Whether a value is a whole number of at least `least`. */
export function isCount(value: unknown, least: number): boolean {
  return Number.isInteger(value) && (value as number) >= least;
}
