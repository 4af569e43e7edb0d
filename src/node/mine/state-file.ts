import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkDeconvnet } from '../../mine/check-deconvnet.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import { checkPath } from '../check-path.js';
import { checkMiner } from './check-miner.js';
import { writeAtomically } from './write-atomically.js';

/**
 * Writes what a miner found to a file, whole or not at all, making the folders it lies in.
 *
 * @example
 * ```ts
 * import type { PatchMiner } from 'deconvnet';
 * import { readState, writeState } from 'deconvnet/node';
 *
 * const copy = async (miner: PatchMiner) => {
 *   await writeState('out/part-1.state', miner);
 *   return readState('out/part-1.state', miner.deconvnet);
 * };
 * ```
 * @throws DeconvnetError `invalid-option`, `write-failed`; a former file is then as it was.
 */
export async function writeState(path: string, miner: PatchMiner): Promise<void> {
  checkPath('writeState writes the file of a state', path);
  checkMiner('writeState', miner);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, [miner.save()]);
  } catch (cause) {
    throw new DeconvnetError(
      'write-failed',
      `The state ${path} cannot be written: ${cause instanceof Error ? cause.message : cause}. Name a file in a folder you can write to, with room for it.`,
      { cause },
    );
  }
}

/**
 * Reads what a miner found from a file that `writeState` wrote.
 *
 * @throws DeconvnetError `state-unreadable`, `state-mismatch` where it was mined on another network.
 */
export async function readState(path: string, deconvnet: Deconvnet): Promise<PatchMiner> {
  checkPath('readState reads the file of a state', path);
  checkDeconvnet('readState', deconvnet);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new DeconvnetError('state-unreadable', `The state ${path} cannot be read: ${(cause as Error).message}.`, {
      cause,
    });
  });
  try {
    return PatchMiner.load(deconvnet, bytes);
  } catch (cause) {
    if (!(cause instanceof DeconvnetError)) throw cause;
    throw new DeconvnetError(cause.code, `${path}: ${cause.what}`, {
      cause,
      advice: cause.advice,
      ...(cause.layer !== undefined && { layer: cause.layer }),
    });
  }
}
