import { checkCallback, checkKeys, checkSignal, checkValue, isCount } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { checkItem, disposeImage, type ImageSource, pull, type SourceItem, sizeOf } from './image-source.js';

/** How a data set is run. */
export interface RunOptions {
  /** Images a forward pass; 16 by default. */
  readonly batchSize?: number;
  /** Called after each batch with the images mined by this run, and their total where the source knows it. */
  readonly onProgress?: (progress: { readonly images: number; readonly total?: number }) => void;
  /** Stops the run after the batch in hand; what has been mined stays. `run` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Pulls a source dry, in batches, and disposes every image it pulled, whatever happens. While a batch is mined the next
 * one is pulled: two are held at a time.
 *
 * @throws DeconvnetError `empty-source`, `invalid-option`; what `mine` throws; the signal's reason.
 */
export async function runSource(
  source: ImageSource,
  mine: (items: readonly SourceItem[]) => Promise<void>,
  options: RunOptions,
): Promise<void> {
  checkKeys('run', options, ['batchSize', 'onProgress', 'signal']);
  const { batchSize = 16, onProgress, signal } = options;
  checkValue(isCount(batchSize, 1), 'batchSize is how many images run together, 1 or more', batchSize);
  checkCallback('onProgress', onProgress);
  checkSignal(signal);
  const total = sizeOf(source);
  let images = 0;
  let batch: SourceItem[] = [];
  let running: Promise<void> | undefined;
  const mineOne = async (items: readonly SourceItem[]): Promise<void> => {
    try {
      await mine(items);
    } finally {
      release(items);
    }
    images += items.length;
    onProgress?.({ images, ...(total !== undefined && { total }) });
  };
  const flush = async (): Promise<void> => {
    await running;
    signal?.throwIfAborted();
    const items = batch;
    batch = [];
    running = mineOne(items);
    // A failure is told by whoever awaits it next.
    running.catch(() => undefined);
  };
  try {
    signal?.throwIfAborted();
    for await (const item of pull(source)) {
      batch.push(checkItem(item));
      signal?.throwIfAborted();
      if (batch.length === batchSize) await flush();
    }
    signal?.throwIfAborted();
    if (batch.length > 0) await flush();
    await running;
  } finally {
    await running?.catch(() => undefined);
    release(batch);
  }
  if (images === 0) {
    throw new DeconvnetError('empty-source', 'The source of images gave none: there is nothing to mine.');
  }
}

function release(items: readonly SourceItem[]): void {
  for (const item of items) disposeImage(item);
}
