import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Deconvnet } from '../../deconvnet.js';
import { checkDeconvnet } from '../../errors/check-deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import { checkPath } from '../check-path.js';
import { readFault } from '../read-fault.js';
import { writeAtomically } from '../write-atomically.js';
import { checkMiner } from './check-miner.js';

/**
 * Writes the state of a miner (what it found) to a file, which is written whole or not at all. Missing folders are made.
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
 * @throws DeconvnetError `invalid-option`; `write-failed`, and then a file that existed before is unchanged.
 */
export async function writeState(path: string, miner: PatchMiner): Promise<void> {
  checkPath('writeState writes a state file', path);
  checkMiner('writeState', miner);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, [miner.save()]);
  } catch (cause) {
    throw new DeconvnetError(
      'write-failed',
      `The state ${path} cannot be written: ${cause instanceof Error ? cause.message : cause}. Choose a file in a folder that you can write to, with enough space.`,
      { cause },
    );
  }
}

/**
 * Reads the state of a miner from a file that `writeState` wrote.
 *
 * @throws DeconvnetError `invalid-option`; `state-unreadable`; `state-mismatch` if it was mined on another network.
 */
export async function readState(path: string, deconvnet: Deconvnet): Promise<PatchMiner> {
  checkPath('readState reads a state file', path);
  checkDeconvnet('readState', deconvnet);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new DeconvnetError('state-unreadable', `The state ${path} cannot be read: ${readFault(cause)}.`, {
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
