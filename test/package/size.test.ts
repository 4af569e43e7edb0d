import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const dist = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

/** Bytes of what a page fetches for these names of the core, minified and gzipped, without TensorFlow.js. */
async function fetched(names: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${names} } from ${JSON.stringify(dist)};`, resolveDir: '.' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['@tensorflow/*'],
    write: false,
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

// Limits to grow out of on purpose only. Every mirror weighs, since any model may need it.
it.each([
  ['Deconvnet', 41_000],
  ['Deconvnet, renderProjection', 42_700],
  ['Deconvnet, PatchMiner, renderFilters, renderPatches, renderProjections, montage', 60_700],
])('%s weighs less than %i bytes', async (names, limit) => {
  const bytes = await fetched(names);
  expect(bytes).toBeGreaterThan(limit / 2);
  expect(bytes).toBeLessThan(limit);
});
