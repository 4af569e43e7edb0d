import type { Deconvnet } from '../../../deconvnet.js';
import { checkDeconvnet } from '../../../errors/check-deconvnet.js';
import { checkValue } from '../../../errors/check-options.js';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import type { StoredCheckpoint } from './write-evolution-options.js';

/**
 * Opens a checkpoint, uses it, and disposes it with its model, also after an error.
 *
 * @throws DeconvnetError `invalid-option` if `open` gives no Deconvnet.
 */
export async function withCheckpoint<Result>(
  { name, open }: StoredCheckpoint,
  use: (deconvnet: Deconvnet) => Promise<Result>,
): Promise<Result> {
  const deconvnet = await open();
  checkDeconvnet(`The study of evolution opens the checkpoint '${name}', and`, deconvnet);
  try {
    return await use(deconvnet);
  } finally {
    deconvnet.dispose();
    deconvnet.model.dispose();
  }
}

/**
 * Checks a list of checkpoints, without opening them.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function checkCheckpoints(checkpoints: readonly StoredCheckpoint[]): void {
  const isList = Array.isArray(checkpoints) && checkpoints.length > 1;
  checkValue(isList, 'checkpoints is a list of two or more, [{ name, open }]', checkpoints);
  const names = new Set<string>();
  for (const checkpoint of checkpoints as readonly Partial<StoredCheckpoint>[]) {
    const { name, open } = checkpoint ?? {};
    const isGood = typeof name === 'string' && name !== '' && typeof open === 'function';
    checkValue(isGood, 'A checkpoint is { name, open }, a text and a function that opens the network', checkpoint);
    if (names.has(name!)) {
      throw new DeconvnetError(
        'invalid-option',
        `Two checkpoints are called '${name}'. Give every checkpoint a name of its own.`,
      );
    }
    names.add(name!);
  }
}
