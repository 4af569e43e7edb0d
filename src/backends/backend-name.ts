/** A backend of TensorFlow.js. */
export type BackendName = 'webgpu' | 'webgl' | 'wasm' | 'cpu';

/** All backends, the fastest first. */
export const backendNames: readonly BackendName[] = ['webgpu', 'webgl', 'wasm', 'cpu'];

/** The package that registers a backend. */
export function backendPackage(name: BackendName): string {
  return `@tensorflow/tfjs-backend-${name}`;
}
