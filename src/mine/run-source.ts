import { checkCallback, checkKeys, checkSignal, checkValue, isCount } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { checkItem, disposeImage, type ImageSource, pull, type SourceItem, sizeOf } from './image-source.js';

/** How a miner goes through a source. */
export interface RunOptions {
  /** The number of images per forward pass. Default: 16. */
  readonly batchSize?: number;
  /**
   * A function that is called after each batch with the number of images that this run has mined, and with the total if
   * the source states it.
   */
  readonly onProgress?: (progress: { readonly images: number; readonly total?: number }) => void;
  /**
   * A signal that stops the run after the current batch. What has been mined stays, and `run` rejects with the reason of
   * the signal.
   */
  readonly signal?: AbortSignal;
}

/**
 * Reads a source to its end in batches, and disposes every image that it has read, even after an error. While a batch is
 * mined the next one is read, so that up to two batches are in memory.
 *
 * @throws DeconvnetError `empty-source`, `invalid-option`; also what `mine` throws, and the reason of the signal.
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
    // The next await of `running` throws the error. Until then it must not count as an unhandled rejection.
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
    throw new DeconvnetError('empty-source', 'The source of images is empty: there is nothing to mine.');
  }
}

function release(items: readonly SourceItem[]): void {
  for (const item of items) disposeImage(item);
}
