import type { BackendName } from './backend-name.js';
import { hasCanvas, openWebgl, requestAdapter, type World } from './graphics.js';
import { provideWebgpu } from './node-webgpu.js';
import { runsInNode } from './runs-in-node.js';

/**
 * For each backend, a function that returns why it cannot run on this machine; undefined if nothing is known that
 * prevents it. It is called before the package is imported, so that a page does not fetch a package that it cannot run.
 */
export const whyNotHere: Readonly<Record<BackendName, () => Promise<string | undefined>>> = {
  webgpu: async () => {
    let takeBack: (() => void) | undefined;
    if (runsInNode()) {
      try {
        takeBack = await provideWebgpu();
      } catch (error) {
        return `in Node, WebGPU needs the package 'webgpu', which ${isMissing(error) ? 'is not installed: npm install webgpu' : `does not load (${firstLine(error)})`}`;
      }
    }
    const { navigator, isSecureContext } = globalThis as World;
    if (!navigator?.gpu) {
      return isSecureContext === false
        ? 'a page has WebGPU only on https and on localhost'
        : 'there is no navigator.gpu: this browser has no WebGPU';
    }
    try {
      if (await requestAdapter()) return undefined;
    } catch (error) {
      takeBack?.();
      return `WebGPU does not start (${firstLine(error)})`;
    }
    takeBack?.();
    return 'WebGPU finds no adapter: no graphics driver that it can use';
  },

  webgl: async () => {
    if (!hasCanvas()) return runsInNode() ? 'Node has no WebGL' : 'there is no canvas here';
    return openWebgl() ? undefined : 'this browser gives no WebGL context';
  },

  wasm: async () => ((globalThis as World).WebAssembly ? undefined : 'there is no WebAssembly here'),

  cpu: async () => undefined,
};

/** Whether Node reports that an import failed because the package is not installed. */
export function isMissing(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

/** The first line of the message of an error. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n')[0]!;
}
