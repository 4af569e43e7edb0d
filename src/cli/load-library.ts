import { createRequire } from 'node:module';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  backendPeers,
  installCommand,
  missingPeersMessage,
  type NodeBackend,
  npxCommand,
  type PeerName,
  peers,
} from '../node/peers.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import { shellWords } from './terminal.js';

/** The library. It is loaded when a command needs it, so that a missing peer gives a message and not a stack. */
export type Library = typeof import('deconvnet') & typeof import('deconvnet/node');

const require = createRequire(import.meta.url);

/**
 * Loads the library and starts a backend.
 *
 * @param pictures whether pictures are read or written
 * @param args the command line, for the message that shows how to run it without installing anything
 */
export async function loadLibrary(
  backend: NodeBackend,
  { pictures, args }: { readonly pictures: boolean; readonly args: readonly string[] },
): Promise<Library> {
  const readers: readonly PeerName[] = readsKeras(args) ? ['h5wasm'] : [];
  const needed: PeerName[] = ['core', 'layers', ...backendPeers(backend), ...(pictures ? (['sharp'] as const) : [])];
  needed.push(...readers);
  const missing = needed.filter((name) => !isInstalled(peers[name].name));
  if (missing.length > 0) {
    const install = installCommand(missing, { itself: !isInProject() });
    throw new CliError(
      EXIT.peer,
      missingPeersMessage(missing, install, npxCommand(shellWords(args), backend, readers)),
    );
  }
  // Without this, the cpu backend prints a hint about a package that this library does not use.
  const tf = await import('@tensorflow/tfjs-core');
  tf.enableProdMode();
  const library = { ...(await import('deconvnet')), ...(await import('deconvnet/node')) };
  await library.useBackend(backend);
  return library;
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch (error) {
    // An ES module that is installed cannot be resolved here.
    return (error as { code?: unknown }).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}

/** Whether a command line names a file of Keras to read. Files without these endings are found out when they are opened. */
function readsKeras(args: readonly string[]): boolean {
  return args.some((arg, i) => /\.(keras|h5|hdf5)$/i.test(arg) && !/^--out\b/.test(arg) && args[i - 1] !== '--out');
}

/** Whether this package is installed in the current project. Only then are peers found that are installed there. */
function isInProject(): boolean {
  const [project] = fileURLToPath(import.meta.url).split(`${sep}node_modules${sep}`);
  return `${process.cwd()}${sep}`.startsWith(`${project}${sep}`);
}

/** The version of this package. */
export function packageVersion(): string {
  return (require('deconvnet/package.json') as { version: string }).version;
}
