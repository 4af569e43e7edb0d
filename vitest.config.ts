import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The package's public names, as the source. */
export const sourceAlias: Record<string, string> = {
  'deconvnet/testing': file('./src/testing/index.ts'),
  'deconvnet/node': file('./src/node/index.ts'),
  'deconvnet/backends': file('./src/backends/index.ts'),
  'deconvnet/models': file('./src/models/index.ts'),
  deconvnet: file('./src/index.ts'),
};

/** Makes unseeded weights the same in every run. */
export const fixedRandom: string = file('./test/support/fixed-random.ts');

/** And as the build. */
const distAlias: Record<string, string> = {
  'deconvnet/testing': file('./dist/testing.js'),
  'deconvnet/node': file('./dist/node.js'),
  'deconvnet/backends': file('./dist/backends.js'),
  'deconvnet/models': file('./dist/models.js'),
  deconvnet: file('./dist/index.js'),
};

/**
 * Tests import the package by its public name: `src` by default, the build with `--mode dist`. With `--mode long`
 * the build is tested with many more kills, damages and simulated runs than `npm test` has the time for.
 */
export default defineConfig(({ mode }) => ({
  resolve: { alias: mode === 'test' ? sourceAlias : distAlias },
  test: {
    // Worker threads and the bin are files of the build: what starts them is tested there alone.
    include:
      {
        test: ['test/{public,internal}/**/*.test.ts'],
        dist: ['test/{public,build}/**/*.test.ts'],
        long: [
          'test/build/**/*.test.ts',
          'test/public/mine/miner-{damage,parts}.test.ts',
          'test/internal/node/{gallery-layout,worklist}.test.ts',
        ],
      }[mode] ?? [],
    setupFiles: [fixedRandom],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: mode === 'long' ? 1_800_000 : 60_000,
    hookTimeout: 60_000,
    provide: { backends: ['cpu', 'wasm'], share: 1, long: mode === 'long' },
  },
}));
