/** What WebGPU states about the hardware behind it. */
export interface AdapterInfo {
  readonly vendor?: string;
  readonly architecture?: string;
  readonly device?: string;
  readonly description?: string;
  readonly isFallbackAdapter?: boolean;
}

export interface Adapter {
  readonly info?: AdapterInfo;
  /** The place of this flag in browsers that do not have `info.isFallbackAdapter` yet. */
  readonly isFallbackAdapter?: boolean;
  /** The way to get `info` in browsers that do not have that property yet. */
  requestAdapterInfo?(): Promise<AdapterInfo>;
}

export interface WebglContext {
  readonly RENDERER: number;
  getParameter(name: number): unknown;
  getExtension(name: 'WEBGL_debug_renderer_info'): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
}

interface Canvas {
  getContext(kind: 'webgl2' | 'webgl', attributes?: ContextAttributes): WebglContext | null;
}

interface ContextAttributes {
  readonly failIfMajorPerformanceCaveat?: boolean;
}

/** The global names of a page, a worker or Node that lead to graphics. */
export interface World {
  readonly navigator?: { readonly gpu?: { requestAdapter(options?: object): Promise<Adapter | null> } };
  readonly isSecureContext?: boolean;
  readonly document?: { createElement(name: 'canvas'): Canvas };
  readonly OffscreenCanvas?: new (width: number, height: number) => Canvas;
  readonly WebAssembly?: unknown;
}

/** Requests the adapter that TensorFlow.js will request; null if there is none. */
export async function requestAdapter(): Promise<Adapter | null> {
  const { gpu } = (globalThis as World).navigator ?? {};
  return (await gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? null;
}

/** Whether there can be a canvas, in the page or off-screen. */
export function hasCanvas(): boolean {
  const { document, OffscreenCanvas } = globalThis as World;
  return document !== undefined || OffscreenCanvas !== undefined;
}

/** Opens a context of the kind that TensorFlow.js will open: WebGL 2, or WebGL 1 in a page; null if there is none. */
export function openWebgl(attributes: ContextAttributes = {}): WebglContext | null {
  const { document, OffscreenCanvas } = globalThis as World;
  const canvas = OffscreenCanvas ? new OffscreenCanvas(1, 1) : document?.createElement('canvas');
  const context = canvas?.getContext('webgl2', attributes);
  return context ?? document?.createElement('canvas').getContext('webgl', attributes) ?? null;
}
