/** What WebGPU tells of the hardware behind it. */
export interface AdapterInfo {
  readonly vendor?: string;
  readonly architecture?: string;
  readonly device?: string;
  readonly description?: string;
  readonly isFallbackAdapter?: boolean;
}

export interface Adapter {
  readonly info?: AdapterInfo;
  /** Where browsers had it before `info.isFallbackAdapter`. */
  readonly isFallbackAdapter?: boolean;
  /** What browsers had before `info`. */
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

/** The adapter that TensorFlow.js will ask for. */
export async function requestAdapter(): Promise<Adapter | null> {
  const { gpu } = (globalThis as World).navigator ?? {};
  return (await gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? null;
}

/** Whether there is a canvas, in the page or off the screen. */
export function hasCanvas(): boolean {
  const { document, OffscreenCanvas } = globalThis as World;
  return document !== undefined || OffscreenCanvas !== undefined;
}

/** A context of the kind that TensorFlow.js will ask for: WebGL 2, or WebGL 1 in a page. */
export function openWebgl(attributes: ContextAttributes = {}): WebglContext | null {
  const { document, OffscreenCanvas } = globalThis as World;
  const canvas = OffscreenCanvas ? new OffscreenCanvas(1, 1) : document?.createElement('canvas');
  const context = canvas?.getContext('webgl2', attributes);
  return context ?? document?.createElement('canvas').getContext('webgl', attributes) ?? null;
}
