/** What the npm package `webgpu`, WebGPU for Node, exports. */
interface Dawn {
  create(options: readonly string[]): unknown;
  readonly globals: object;
}

/**
 * Gives Node a `navigator.gpu` from the npm package `webgpu` (Dawn) if it has none, because TensorFlow.js looks for it
 * there.
 *
 * @returns a function that removes it again, for the case that it has no adapter
 * @throws what the import throws if the package is missing or does not load.
 */
export async function provideWebgpu(): Promise<() => void> {
  const world = globalThis as { navigator?: { gpu?: unknown } };
  if (world.navigator?.gpu) return () => {};
  // Only Node imports this package, and few users have installed it. A bundler that finds its name in an import would
  // put it into pages, or stop if it is not installed. Optimisers replace constants in imports by their values, so the
  // name is read from a set.
  const [name] = new Set(['webgpu']);
  const { create, globals } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name!)) as Dawn;
  Object.assign(globalThis, globals);
  const gpu = create([]);
  // Node 20 has no navigator. TensorFlow.js also reads `navigator.userAgent`.
  if (world.navigator === undefined) define(world, 'navigator', { userAgent: 'node' });
  const { navigator } = world as { navigator: object };
  define(navigator, 'gpu', gpu);
  return () => define(navigator, 'gpu', undefined);
}

function define(on: object, name: string, value: unknown): void {
  Object.defineProperty(on, name, { value, configurable: true, writable: true, enumerable: true });
}
