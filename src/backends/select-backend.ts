import { checkKeys, checkValue, isPlainObject } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { type BackendName, backendNames } from './backend-name.js';
import { registerBackend, type WasmPaths } from './register-backend.js';
import { softwareRenderer } from './software-renderer.js';
import { startBackend } from './start-backend.js';
import { whyNotHere } from './why-not-here.js';

/** Which backends to try. */
export interface SelectBackendOptions {
  /**
   * The backends in the order in which they are tried. Default: `['webgpu', 'webgl', 'wasm', 'cpu']`, but WebGPU and
   * WebGL are tried after wasm if they compute in software (SwiftShader, llvmpipe, Microsoft Basic Render Driver),
   * because wasm is many times faster.
   */
  readonly prefer?: readonly BackendName[];
  /**
   * Where the binaries of the wasm backend are, as `setWasmPaths` of its package expects it: the address of a folder,
   * with a slash at its end, or an address for each file name. In Node they are found without it; in a page that a
   * bundler built they are not.
   */
  readonly wasmPaths?: WasmPaths;
}

/** A backend that was tried and not selected. */
export interface TriedBackend {
  readonly name: BackendName;
  /** Why it does not run here, or why others come before it, without a full stop: "WebGPU finds no adapter: ...". */
  readonly reason: string;
}

/** The result of `selectBackend`. */
export interface SelectedBackend {
  /** The backend that TensorFlow.js uses now. */
  readonly backend: BackendName;
  /** The backends that were tried before it, in that order. */
  readonly tried: readonly TriedBackend[];
}

/**
 * Makes TensorFlow.js compute on the first backend of a list that runs here. It works in pages, in Web Workers and in
 * Node, and reports why the backends before it were not selected.
 *
 * The packages `@tensorflow/tfjs-backend-webgpu`, `-webgl`, `-wasm` and `-cpu` are optional peers: install those that
 * you want to use. A backend whose package is not installed is skipped. The package of a backend that cannot run here is
 * not even fetched. A backend that your app has imported is used as it is. In Node, WebGPU comes from the package
 * `webgpu`. If WebGPU or WebGL would compute in software, wasm comes before them, unless you give an order yourself.
 *
 * @returns the backend that runs, and why those before it were not selected
 * @throws DeconvnetError `backend-unavailable` if none runs; the message has all reasons, and the backend that was
 * current before stays current. `invalid-option` if a name is unknown, the list is empty, or TensorFlow.js rejects
 * `wasmPaths`.
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
  const { prefer, wasmPaths } = options;
  const order = checked(prefer ?? backendNames);
  const arePaths = ['undefined', 'string'].includes(typeof wasmPaths) || isPlainObject(wasmPaths);
  checkValue(arePaths, 'wasmPaths is the address of a folder, or an object with an address for each file', wasmPaths);
  const tried = new Map<BackendName, string>();
  for (const name of order) {
    const isPutOff = tried.delete(name);
    let reason = await whyNotHere[name]();
    if (reason === undefined && prefer === undefined && !isPutOff) {
      const renderer = await softwareRenderer(name);
      if (renderer !== undefined) {
        reason = `it computes in software here (${renderer}), which is slow`;
        // It is tried again after wasm, that is before cpu.
        order.splice(order.indexOf('cpu'), 0, name);
      }
    }
    reason ??= (await registerBackend(name, wasmPaths)) ?? (await startBackend(name))?.reason;
    if (reason === undefined) {
      return { backend: name, tried: Array.from(tried, ([other, why]) => ({ name: other, reason: why })) };
    }
    tried.set(name, reason);
  }
  const reasons = Array.from(tried, ([name, reason]) => `${name}: ${reason}`).join('; ');
  throw new DeconvnetError('backend-unavailable', `None of the backends runs here. ${reasons}.`);
}

/** Checks the list that an app prefers, and copies it. */
function checked(prefer: readonly BackendName[]): BackendName[] {
  const areNames = Array.isArray(prefer) && prefer.every((name) => typeof name === 'string');
  checkValue(areNames, "`prefer` is a list of backends, such as ['webgpu', 'wasm']", prefer);
  const unknown = prefer.find((name) => !backendNames.includes(name));
  if (unknown !== undefined || prefer.length === 0) {
    const what = unknown === undefined ? '`prefer` names no backend' : `There is no backend '${unknown}'`;
    throw new DeconvnetError('invalid-option', `${what}. Options: ${backendNames.join(', ')}.`);
  }
  return [...prefer];
}
