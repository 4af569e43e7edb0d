import type { Deconvnet } from 'deconvnet';

/** Pixels of a batch: small pictures run together, large ones one by one. Between two batches the worker can answer. */
const BATCH_PIXELS = 2 ** 16;

/** How many pictures run through a network together. */
export function batchSizeOf({ inputSize }: Deconvnet): number {
  const { width, height } = inputSize ?? { width: 1, height: BATCH_PIXELS };
  return Math.min(32, Math.max(1, Math.floor(BATCH_PIXELS / (width * height))));
}
