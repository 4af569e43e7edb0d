import type { BackendName } from './backend-name.js';
import { openWebgl, requestAdapter } from './graphics.js';

/** Drivers that compute on the processor: of Chromium, Mesa, Windows and macOS. */
const SOFTWARE =
  /swiftshader|llvmpipe|lavapipe|softpipe|swrast|\bswr\b|software (?:rasterizer|renderer|adapter)|basic render|\bwarp\b|gdi generic/i;

/**
 * Whether a renderer, by the name that WebGL or WebGPU gives it, is a program instead of a graphics card. A name that
 * nobody knows counts as a card.
 */
export function isSoftwareRenderer(name: string): boolean {
  return SOFTWARE.test(name);
}

/**
 * The name of the renderer where a backend would compute in software, or undefined where it computes on a graphics
 * card, or does not tell. Asked of a backend that runs here.
 */
export async function softwareRenderer(backend: BackendName): Promise<string | undefined> {
  try {
    if (backend === 'webgpu') return await softwareAdapter();
    if (backend === 'webgl') return softwareContext();
  } catch {
    // A browser that guards against fingerprints may refuse to tell.
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
  // Not every browser that computes in software admits this caveat: Chromium does not.
  const fast = openWebgl({ failIfMajorPerformanceCaveat: true });
  const context = fast ?? openWebgl();
  if (!context) return undefined;
  const masked = String(context.getParameter(context.RENDERER));
  // Firefox warns of the extension, and has the true name without it.
  const unmasked = masked.startsWith('WebKit') ? context.getExtension('WEBGL_debug_renderer_info') : null;
  const name = unmasked ? String(context.getParameter(unmasked.UNMASKED_RENDERER_WEBGL)) : masked;
  return !fast || isSoftwareRenderer(name) ? name : undefined;
}
