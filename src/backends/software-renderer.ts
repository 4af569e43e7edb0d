import type { BackendName } from './backend-name.js';
import { openWebgl, requestAdapter } from './graphics.js';

/** The names of drivers that compute on the processor, from Chromium, Mesa, Windows and macOS. */
const SOFTWARE =
  /swiftshader|llvmpipe|lavapipe|softpipe|swrast|\bswr\b|software (?:rasterizer|renderer|adapter)|basic render|\bwarp\b|gdi generic/i;

/**
 * Whether a renderer is a program instead of a graphics card, judged by the name that WebGL or WebGPU gives it. An
 * unknown name counts as a graphics card.
 */
export function isSoftwareRenderer(name: string): boolean {
  return SOFTWARE.test(name);
}

/**
 * Returns the name of the renderer if a backend computes in software; undefined if it computes on a graphics card, or
 * does not reveal its renderer. The backend must be one that runs here.
 */
export async function softwareRenderer(backend: BackendName): Promise<string | undefined> {
  try {
    if (backend === 'webgpu') return await softwareAdapter();
    if (backend === 'webgl') return softwareContext();
  } catch {
    // A browser that protects its users from fingerprinting may refuse to answer.
  }
  return undefined;
}

async function softwareAdapter(): Promise<string | undefined> {
  const adapter = await requestAdapter();
  const info = adapter?.info ?? (await adapter?.requestAdapterInfo?.()) ?? {};
  const { vendor, architecture, device, description } = info;
  const name = [vendor, architecture, device, description].filter(Boolean).join(' ');
  const isFallback = info.isFallbackAdapter ?? adapter?.isFallbackAdapter ?? false;
  return isFallback || isSoftwareRenderer(name) ? name || 'a fallback adapter' : undefined;
}

function softwareContext(): string | undefined {
  // Not every browser that computes in software reports this caveat. Chromium does not.
  const fast = openWebgl({ failIfMajorPerformanceCaveat: true });
  const context = fast ?? openWebgl();
  if (!context) return undefined;
  const masked = String(context.getParameter(context.RENDERER));
  // Firefox gives the true name without the extension, and warns about the use of the extension.
  const unmasked = masked.startsWith('WebKit') ? context.getExtension('WEBGL_debug_renderer_info') : null;
  const name = unmasked ? String(context.getParameter(unmasked.UNMASKED_RENDERER_WEBGL)) : masked;
  return !fast || isSoftwareRenderer(name) ? name : undefined;
}
