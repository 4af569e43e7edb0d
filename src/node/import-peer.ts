import { DeconvnetError } from '../errors/deconvnet-error.js';
import { installCommand, missingPeersMessage, npxCommand, type PeerName, peers } from './peers.js';

/**
 * Runs the import of an optional peer. If the peer is missing, the error says what to install.
 *
 * The caller writes out the import itself, so that bundlers and type checkers see it.
 *
 * @throws DeconvnetError `missing-peer`.
 */
export async function importPeer<Module>(name: PeerName, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw new DeconvnetError('missing-peer', isMissing(cause, peers[name].name) ? missing(name) : broken(name, cause), {
      cause,
    });
  }
}

/** The peers of queues. A command line without them would have no use for the other way out, a command of npx. */
const OF_QUEUES: readonly PeerName[] = ['bullmq', 'ioredis'];

function missing(name: PeerName): string {
  if (OF_QUEUES.includes(name)) {
    const { name: own, purpose } = peers[name];
    return `${own} is needed ${purpose}, and is not installed. Install it: ${installCommand(OF_QUEUES)}`;
  }
  const backend = name === 'cpu' || name === 'webgpu' ? name : name === 'dawn' ? 'webgpu' : 'wasm';
  const npx = npxCommand('gallery MODEL IMAGES --out DIR', backend);
  return missingPeersMessage([name], installCommand([name]), npx);
}

/** The message for a package that is installed and does not load, such as a native package of another system. */
function broken(name: PeerName, cause: unknown): string {
  const why = (cause instanceof Error ? cause.message : String(cause)).trim().split('\n')[0]!;
  return `${peers[name].name} is needed ${peers[name].purpose}; it is installed, but it does not load (${why}). Install it again on this system: ${installCommand([name])}`;
}

/** Whether the package itself is missing, and not one of the files that it imports. */
function isMissing(cause: unknown, name: string): boolean {
  const { code, message } = cause as { code?: unknown; message?: unknown };
  const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return missing && String(message).includes(`'${name}'`);
}
