import { checkValue, isCount } from '../../errors/check-options.js';

/** How many pictures run together if nobody says. */
export const BATCH_SIZE = 16;

/** @throws DeconvnetError `invalid-option` if it is not a number of pictures. */
export function checkBatchSize(batchSize: unknown): void {
  checkValue(isCount(batchSize, 1), 'batchSize is how many pictures run together, 1 or more', batchSize);
}
