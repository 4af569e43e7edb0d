import { DeconvnetError } from '../errors.js';
import { checkKeys, checkValue, isPlainObject } from '../options.js';
import { type BackendName, backendNames } from './backend-name.js';
import { registerBackend, type WasmPaths } from './register-backend.js';
import { startBackend } from './start-backend.js';
import { whyNotHere } from './why-not-here.js';

/** Which backends to try. */
export interface SelectBackendOptions {
  /** In this order; `['webgpu', 'webgl', 'wasm', 'cpu']` by default. */
  readonly prefer?: readonly BackendName[];
  /**
   * Where the binaries of the wasm backend are, as `setWasmPaths` of its package takes it: the address of a folder with
   * a slash at its end, or an address for each file name. Node finds them by itself; a page that a bundler built does not.
   */
  readonly wasmPaths?: WasmPaths;
}

/** A backend that was passed over. */
export interface TriedBackend {
  readonly name: BackendName;
  /** Why it does not run here, as the end of a sentence: "WebGPU finds no adapter ...". */
  readonly reason: string;
}

/** What runs now. */
export interface SelectedBackend {
  readonly backend: BackendName;
  /** Those tried before, in order. */
  readonly tried: readonly TriedBackend[];
}

/**
 * Makes TensorFlow.js compute on the first backend of a list that runs here, in a page, a Web Worker or Node, and says
 * why those before it do not.
 *
 * The packages `@tensorflow/tfjs-backend-webgpu`, `-webgl`, `-wasm` and `-cpu` are optional peers: install those you
 * want to have. One that is not installed is passed over; one that cannot run here is not even fetched; one that
 * your app has imported is used as it is. In Node, WebGPU comes from the package `webgpu`.
 *
 * @returns the backend that runs, and why those preferred to it do not
 * @throws DeconvnetError `backend-unavailable` where none runs, with all reasons (the backend that was current stays);
 * `invalid-option` for a name nobody knows, or an empty list.
 * @example
 * ```ts
 * import { selectBackend } from 'deconvnet/backends';
 *
 * const { backend, tried } = await selectBackend({ prefer: ['webgpu', 'webgl', 'cpu'] });
 * console.log(backend, tried); // webgl [{ name: 'webgpu', reason: 'WebGPU finds no adapter: ...' }]
 * ```
 */
export async function selectBackend(options: SelectBackendOptions = {}): Promise<SelectedBackend> {
  checkKeys('selectBackend', options, ['prefer', 'wasmPaths']);
  const { prefer = backendNames, wasmPaths } = options;
  const areNames = Array.isArray(prefer) && prefer.every((name) => typeof name === 'string');
  checkValue(areNames, "`prefer` is a list of backends, such as ['webgpu', 'wasm']", prefer);
  const arePaths = ['undefined', 'string'].includes(typeof wasmPaths) || isPlainObject(wasmPaths);
  checkValue(arePaths, 'wasmPaths is the address of a folder, or an object with an address for each file', wasmPaths);
  const unknown = prefer.find((name) => !backendNames.includes(name));
  if (unknown !== undefined || prefer.length === 0) {
    const what = unknown === undefined ? '`prefer` names no backend' : `There is no backend '${unknown}'`;
    throw new DeconvnetError('invalid-option', `${what}. The backends are: ${backendNames.join(', ')}.`);
  }
  const tried: TriedBackend[] = [];
  for (const name of prefer) {
    const reason =
      (await whyNotHere[name]()) ?? (await registerBackend(name, wasmPaths)) ?? (await startBackend(name))?.reason;
    if (reason === undefined) return { backend: name, tried };
    tried.push({ name, reason });
  }
  const reasons = tried.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  throw new DeconvnetError('backend-unavailable', `None of the backends runs here. ${reasons}.`);
}
