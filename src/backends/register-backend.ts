import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { type BackendName, backendPackage } from './backend-name.js';
import { firstLine } from './why-not-here.js';

/** Where the binaries of the wasm backend are: the address of a folder, with a slash at its end, or one for each file. */
export type WasmPaths = string | Readonly<Record<string, string>>;

interface BackendModule {
  readonly setWasmPaths?: (paths: string | Record<string, string>) => void;
}

/**
 * Imports the package that registers a backend, unless the app has registered the backend already.
 *
 * @returns the reason if that failed, otherwise undefined
 */
export async function registerBackend(name: BackendName, wasmPaths?: WasmPaths): Promise<string | undefined> {
  const setsPaths = name === 'wasm' && wasmPaths !== undefined;
  if (tf.findBackendFactory(name) && !setsPaths) return undefined;
  const { module, cause } = await importBackend(name);
  if (setsPaths && module?.setWasmPaths) setPaths(module.setWasmPaths, wasmPaths);
  if (tf.findBackendFactory(name)) return undefined;
  // In a Vite build, a package that is not installed is an empty module.
  if (module && Object.keys(module).length > 0) {
    return `${backendPackage(name)} was imported before ${name} was available here, and did not register itself: import it later`;
  }
  const why = cause === undefined ? '' : ` (${firstLine(cause)})`;
  return `its package is not installed${why}: npm install ${backendPackage(name)}`;
}

/**
 * Imports the package of a backend. Each import is inside a `try` and has its name written out, so that bundlers make a
 * chunk of each package that is installed. For a package that is not installed, webpack gives a warning and esbuild
 * gives none; without the `try` both would stop. Vite has its own treatment of optional peers.
 */
async function importBackend(name: BackendName): Promise<{ module?: BackendModule; cause?: unknown }> {
  try {
    switch (name) {
      case 'webgpu':
        return { module: (await import('@tensorflow/tfjs-backend-webgpu')) as BackendModule };
      case 'webgl':
        return { module: (await import('@tensorflow/tfjs-backend-webgl')) as BackendModule };
      case 'wasm':
        return { module: (await import('@tensorflow/tfjs-backend-wasm')) as BackendModule };
      case 'cpu':
        return { module: (await import('@tensorflow/tfjs-backend-cpu')) as BackendModule };
    }
  } catch (cause) {
    return { cause };
  }
}

function setPaths(set: NonNullable<BackendModule['setWasmPaths']>, paths: WasmPaths): void {
  // tfjs refuses paths if wasm has started already. Then it has found its binaries and needs no paths.
  if (tf.engine().registry.wasm) return;
  try {
    set(typeof paths === 'string' ? paths : { ...paths });
  } catch (cause) {
    throw new DeconvnetError('invalid-option', `\`wasmPaths\` was rejected by TensorFlow.js: ${firstLine(cause)}`, {
      cause,
    });
  }
}
