import type { BackendName } from './backend-name.js';
import { hasCanvas, openWebgl, requestAdapter, type World } from './graphics.js';
import { provideWebgpu } from './node-webgpu.js';
import { runsInNode } from './runs-in-node.js';

/**
 * Why a backend cannot run on this machine, or undefined where nothing speaks against it. Asked before its package is
 * imported: a page then does not fetch what it cannot run.
 */
export const whyNotHere: Readonly<Record<BackendName, () => Promise<string | undefined>>> = {
  webgpu: async () => {
    let takeBack: (() => void) | undefined;
    if (runsInNode()) {
      try {
        takeBack = await provideWebgpu();
      } catch (error) {
        return `Node has WebGPU with the package 'webgpu', which ${isMissing(error) ? 'is not installed: npm install webgpu' : `does not load (${firstLine(error)})`}`;
      }
    }
    const { navigator, isSecureContext } = globalThis as World;
    if (!navigator?.gpu) {
      return isSecureContext === false
        ? 'pages have WebGPU only on https and on localhost'
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

/** Whether an import failed since the package is not there, as Node tells it. */
export function isMissing(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

/** What an error says, in one line. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n')[0]!;
}
