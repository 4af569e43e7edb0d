import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { folderOf, RunFolder } from './run-folder.js';
import { KEPT_SECONDS, type RunIndex, type RunRecord } from './run-record.js';

/** What to do if a run to attach to is not there. */
export const BEGIN_AGAIN =
  ' Leave out attach to begin the run again: parts whose results are still in the shared folder are not done again.';

/**
 * Finds a run by its id.
 *
 * @param server the name of the server, for the message
 * @param advice what else the message says, after a space
 * @throws DeconvnetError `run-unknown` if its record has expired, or was never there.
 */
export async function findRun(index: RunIndex, id: string, server: string, advice = ''): Promise<RunRecord> {
  const record = await index.find(id);
  if (record) return record;
  throw new DeconvnetError(
    'run-unknown',
    `There is no run ${id} on ${server}. Its record has expired (it is kept for ${KEPT_SECONDS / 86400} days after the end of a run), or it was cancelled, or it is on another server.${advice}`,
  );
}

/**
 * Finds the folder of a run on this machine.
 *
 * @param own the folder that it gets if it has to begin
 * @throws DeconvnetError `state-unreadable` if the run goes on, and its folder is not on this machine.
 */
export async function findFolder(index: RunIndex, id: string, own: string): Promise<RunFolder> {
  const goesOn = (await index.endOf(id)) === undefined;
  return new RunFolder(await folderOf(await index.find(id), own, goesOn));
}
