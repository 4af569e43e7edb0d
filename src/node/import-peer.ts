import { DeconvnetError } from '../errors.js';
import { missingPeersMessage, npxCommand, type PeerName, peers } from './peers.js';

/**
 * Runs the import of an optional peer, and says what to install where there is none.
 *
 * The import itself is written out by the caller, so that bundlers and type checkers see it.
 *
 * @throws DeconvnetError `missing-peer`.
 */
export async function importPeer<Module>(name: PeerName, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    if (!isMissing(cause, peers[name].name)) throw cause;
    const npx = npxCommand('gallery MODEL PICTURES --out DIR', name === 'cpu' ? 'cpu' : 'wasm');
    throw new DeconvnetError('missing-peer', missingPeersMessage([name], npx), { cause });
  }
}

/** Whether a package itself is missing, rather than broken inside. */
function isMissing(cause: unknown, name: string): boolean {
  const { code, message } = cause as { code?: unknown; message?: unknown };
  const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return missing && String(message).includes(`'${name}'`);
}
