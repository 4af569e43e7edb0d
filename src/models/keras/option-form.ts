/** The form in which TensorFlow.js reads an option, and how it is made from the forms that Keras has written since 2.0. */
export interface Form {
  /** What is expected, for messages. */
  readonly expected: string;
  /** Returns the value in that form, or undefined if no version of Keras has written it like this. */
  readonly read: (value: unknown) => unknown;
  /** Whether a layer needs this option. */
  readonly required?: true;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isCount = (value: unknown): value is number => isNumber(value) && Number.isInteger(value) && value > 0;

/** Turns a list of one value into the value. */
const single = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;

export const one = (expected: string, isOne: (value: unknown) => boolean): Form => ({
  expected,
  read: (value) => (isOne(single(value)) ? single(value) : undefined),
});

export const number: Form = one('a number', isNumber);
export const notNegative: Form = one('a number, 0 or more', (value) => isNumber(value) && value >= 0);
export const count: Form = one('a whole number above 0', isCount);
export const axis: Form = one('a whole number', Number.isInteger);
export const flag: Form = one('true or false', (value) => typeof value === 'boolean');
export const axes: Form = {
  expected: 'a whole number or a list of them',
  read: (value) =>
    Number.isInteger(value) || (Array.isArray(value) && value.every(Number.isInteger)) ? value : undefined,
};
export const numbers: Form = {
  expected: 'a number or a list of them',
  read: (value) => (isNumber(value) || (Array.isArray(value) && value.every(isNumber)) ? value : undefined),
};
export const sizes: Form = {
  expected: 'a list of whole numbers',
  read: (value) => {
    const list: unknown[] = [value].flat();
    return list.every((size) => size === null || Number.isInteger(size)) ? list : undefined;
  },
};
/** The shape of an input, batch axis first. */
export const shape: Form = {
  expected: 'a list of sizes, with null for an axis of any size',
  read: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((size) => size === null || isCount(size))
      ? value
      : undefined,
};
export const word = (...words: readonly string[]): Form =>
  one(words.map((one) => `'${one}'`).join(' or '), (value) => words.includes(value as string));

/** One number per axis, or one number for all axes. */
export const perAxis = (rank: number): Form => ({
  expected: rank === 1 ? 'a whole number above 0' : `a whole number above 0, or a list of ${rank}`,
  read: (value) => {
    if (isCount(value)) return Array<number>(rank).fill(value);
    return Array.isArray(value) && value.length === rank && value.every(isCount) ? value : undefined;
  },
});

/** What is added or cut at both ends of the axes: one number for all, one number per axis, or one pair per axis. */
export const endsOf = (rank: number): Form => ({
  expected: `a whole number, a list of ${rank}, or a list of ${rank} ${rank === 1 ? 'pair' : 'pairs'}`,
  read: (value) => {
    const isSize = (size: unknown): size is number => Number.isInteger(size) && (size as number) >= 0;
    const list: readonly unknown[] = isSize(value)
      ? Array<number>(rank).fill(value)
      : !Array.isArray(value)
        ? []
        : // Along one axis the pair itself may be given.
          rank === 1 && value.length === 2
          ? [value]
          : value;
    const pairs = list.map((item) => (isSize(item) ? [item, item] : item));
    const isPair = (item: unknown): boolean => Array.isArray(item) && item.length === 2 && item.every(isSize);
    return pairs.length === rank && pairs.every(isPair) ? pairs : undefined;
  },
});

/** An option that a layer needs. */
export const required = (form: Form): Form => ({ ...form, required: true });

/** The forms of a layer's options. */
export type Forms = Readonly<Record<string, Form>>;

export const dataFormat: Forms = { data_format: word('channels_last', 'channels_first') };
export const padding: Form = word('valid', 'same');

/** How images are interpolated. Keras 2 has more words, which are refused by name. */
export const interpolation: Form = word('nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5');
