import type { Tensor } from '@tensorflow/tfjs-core';
import { checkValue, describeValue, isCount } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';

/** An image and its id. The consumer disposes the tensor. */
export interface SourceItem {
  /** Unique in the data set: a file name, for example, or a line number. */
  readonly id: string;
  /** One input, with or without a leading axis of 1. */
  readonly image: Tensor;
  /** Its class, if it is known. */
  readonly label?: string;
}

/** A source of images: an iterable, an async iterable, or a `tf.data` Dataset of items. */
export type ImageSource =
  | Iterable<SourceItem>
  | AsyncIterable<SourceItem>
  | { iterator(): Promise<{ next(): Promise<IteratorResult<SourceItem>> }> };

/** A function from an id to its image. */
export interface ImageFunction {
  (id: string): Tensor | Promise<Tensor>;
  /** How many calls may run at the same time, so that images are read while others are projected. Default: 1. */
  readonly concurrency?: number;
}

/** Where to get an image again: from a function that takes its id, or from a source, which is read until it comes. */
export type ImageLookup = ImageSource | ImageFunction;

/**
 * Reads items from a source one by one.
 *
 * @throws DeconvnetError `invalid-option` if the source is not one.
 */
export async function* pull(source: ImageSource): AsyncGenerator<SourceItem, void, undefined> {
  if (typeof source === 'object' && source !== null) {
    if (Symbol.asyncIterator in source || Symbol.iterator in source) {
      yield* source;
      return;
    }
    if ('iterator' in source) {
      const iterator = await source.iterator();
      for (let step = await iterator.next(); !step.done; step = await iterator.next()) yield step.value;
      return;
    }
  }
  checkValue(
    false,
    'A source of images is an iterable, an async iterable or a tf.data Dataset of { id, image } items',
    source,
  );
}

/** Whether a value is something that `pull` can read. */
export function isImageSource(source: unknown): source is ImageSource {
  return (
    typeof source === 'object' &&
    source !== null &&
    (Symbol.iterator in source || Symbol.asyncIterator in source || 'iterator' in source)
  );
}

/**
 * Checks that a value is an `ImageLookup`, or undefined.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function checkLookup(source: unknown): void {
  if (source === undefined) return;
  if (typeof source === 'function') {
    const { concurrency = 1 } = source as { readonly concurrency?: unknown };
    const isNumber = isCount(concurrency, 1);
    checkValue(isNumber, 'concurrency of a source is a whole number of calls at the same time, 1 or more', concurrency);
    return;
  }
  checkValue(
    isImageSource(source),
    'source is a function from an id to its image, or a source of { id, image } items',
    source,
  );
}

/**
 * Looks up the images of some items, in their order. Whoever reads this disposes the images.
 *
 * @param lookUp may give something else than a tensor, or undefined, because it calls a function of the user
 * @param concurrency how many calls of it may run at the same time. With more than 1, the next images are looked up while
 * one is used
 */
export async function* lookUpAhead<Item>(
  items: readonly Item[],
  lookUp: (item: Item) => Promise<Tensor | undefined>,
  concurrency: number = 1,
): AsyncGenerator<{ readonly item: Item; readonly image: Tensor | undefined }, void, undefined> {
  const begun: Promise<Tensor | undefined>[] = [];
  try {
    for (const [i, item] of items.entries()) {
      for (const next of items.slice(i + begun.length, i + concurrency)) {
        const image = lookUp(next);
        // It is awaited later. Until then a failure must not count as an unhandled rejection.
        image.catch(() => undefined);
        begun.push(image);
      }
      yield { item, image: await begun.shift() };
    }
  } finally {
    // Whoever has stopped reading does not get these, and need not wait for them.
    for (const unused of begun) unused.then((image) => disposeImage({ id: '', image: image! }), noop);
  }
}

const noop = (): void => undefined;

/** Frees the image of an item. The item comes from a source of the user, so it may be anything. */
export function disposeImage(item: SourceItem | undefined): void {
  const image = item?.image as Partial<Tensor> | undefined;
  if (typeof image?.dispose === 'function' && !image.isDisposed) image.dispose();
}

/** The number of items of a source, if its `length` or `size` states it. */
export function sizeOf(source: ImageSource): number | undefined {
  const { length, size } = (source ?? {}) as { length?: unknown; size?: unknown };
  const known = length ?? size;
  return typeof known === 'number' && Number.isFinite(known) && known >= 0 ? known : undefined;
}

/**
 * Checks one item of a source. The image of an item that is not right is disposed.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function checkItem(item: SourceItem): SourceItem {
  if (typeof item?.id === 'string' && typeof item.image === 'object' && 'dataId' in item.image) return item;
  disposeImage(item);
  throw new DeconvnetError(
    'invalid-option',
    `A source of images gives items { id: string, image: Tensor }; this one gave ${describeValue(item)}.`,
  );
}
