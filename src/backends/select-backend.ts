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
   * In this order. By default `['webgpu', 'webgl', 'wasm', 'cpu']`, but WebGPU and WebGL come after wasm where they
   * compute in software (SwiftShader, llvmpipe, Microsoft Basic Render Driver), since wasm is many times faster.
   */
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
  /** Why it does not run here, or not before others, as the end of a sentence: "WebGPU finds no adapter ...". */
  readonly reason: string;
}

/** What runs now. */
export interface SelectedBackend {
  readonly backend: BackendName;
  /** Those passed over, in order. */
  readonly tried: readonly TriedBackend[];
}

/**
 * Makes TensorFlow.js compute on the first backend of a list that runs here, in a page, a Web Worker or Node, and says
 * why it passed over those before it.
 *
 * The packages `@tensorflow/tfjs-backend-webgpu`, `-webgl`, `-wasm` and `-cpu` are optional peers: install those you
 * want to have. One that is not installed is passed over; one that cannot run here is not even fetched; one that
 * your app has imported is used as it is. In Node, WebGPU comes from the package `webgpu`. Where WebGPU or WebGL would
 * compute in software, wasm comes before them, unless you give an order yourself.
 *
 * @returns the backend that runs, and why those before it were passed over
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
        // It has its turn after wasm.
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

/** A copy of the list that an app prefers. */
function checked(prefer: readonly BackendName[]): BackendName[] {
  const areNames = Array.isArray(prefer) && prefer.every((name) => typeof name === 'string');
  checkValue(areNames, "`prefer` is a list of backends, such as ['webgpu', 'wasm']", prefer);
  const unknown = prefer.find((name) => !backendNames.includes(name));
  if (unknown !== undefined || prefer.length === 0) {
    const what = unknown === undefined ? '`prefer` names no backend' : `There is no backend '${unknown}'`;
    throw new DeconvnetError('invalid-option', `${what}. The backends are: ${backendNames.join(', ')}.`);
  }
  return [...prefer];
}
