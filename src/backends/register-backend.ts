import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { type BackendName, backendPackage } from './backend-name.js';
import { firstLine } from './why-not-here.js';

/** Where the binaries of the wasm backend are: a folder's address with a slash at its end, or an address for each file. */
export type WasmPaths = string | Readonly<Record<string, string>>;

interface BackendModule {
  readonly setWasmPaths?: (paths: string | Record<string, string>) => void;
}

/**
 * Imports the package that registers a backend, where an app has not registered it already.
 *
 * @returns why that did not work, or undefined
 */
export async function registerBackend(name: BackendName, wasmPaths?: WasmPaths): Promise<string | undefined> {
  const setsPaths = name === 'wasm' && wasmPaths !== undefined;
  if (tf.findBackendFactory(name) && !setsPaths) return undefined;
  const { module, cause } = await importBackend(name);
  if (setsPaths && module?.setWasmPaths) setPaths(module.setWasmPaths, wasmPaths);
  if (tf.findBackendFactory(name)) return undefined;
  // In a Vite build a package that is not installed is an empty module.
  if (module && Object.keys(module).length > 0) {
    return `${backendPackage(name)} was imported before there was a ${name} here, and did not register itself: import it later`;
  }
  const why = cause === undefined ? '' : ` (${firstLine(cause)})`;
  return `its package is not there${why}: npm install ${backendPackage(name)}`;
}

/**
 * Each import stands in a `try` with its name written out: bundlers then make a chunk of what is installed. Of what is
 * not, webpack warns and esbuild says nothing, where both would stop without the `try`. Vite knows optional peers.
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
  // tfjs refuses where wasm has started already: then the paths have served.
  if (tf.engine().registry.wasm) return;
  try {
    set(typeof paths === 'string' ? paths : { ...paths });
  } catch (cause) {
    throw new DeconvnetError('invalid-option', `\`wasmPaths\` does not do: ${firstLine(cause)}`, { cause });
  }
}
