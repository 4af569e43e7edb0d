import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import entryPoints from './entry-points.json' with { type: 'json' };

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Maps the public name of each entry point to a file. Longer names come first, because an alias matches a prefix. */
const aliases = (fileOf: (name: string, source: string) => string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(entryPoints)
      .map(
        ([name, source]) => [name === 'index' ? 'deconvnet' : `deconvnet/${name}`, file(fileOf(name, source))] as const,
      )
      .sort(([a], [b]) => b.length - a.length),
  );

/** The public names of the package, as files of the source. */
export const sourceAlias: Record<string, string> = aliases((_, source) => `./${source}`);

/** The public names of the package, as files of the build. */
const distAlias = aliases((name) => `./dist/${name}.js`);

/** A setup file that makes unseeded weights the same in every run. */
export const fixedRandom: string = file('./test/support/fixed-random.ts');

/**
 * Tests import the package by its public name: `src` by default, the build with `--mode dist`. With `--mode long`
 * the build is tested with many more kills, damages and simulated runs than `npm test` has the time for.
 */
export default defineConfig(({ mode }) => ({
  resolve: { alias: mode === 'test' ? sourceAlias : distAlias },
  test: {
    // Worker threads and the bin are files of the build, so the tests that start them run on the build only.
    include:
      {
        test: ['test/{public,internal}/**/*.test.ts'],
        dist: ['test/{public,build}/**/*.test.ts'],
        long: [
          'test/build/**/*.test.ts',
          'test/public/mine/miner-{damage,parts}.test.ts',
          'test/public/{mirrors,network}/*.test.ts',
          'test/public/models/option-forms.test.ts',
          'test/public/project/{reference,network-oracle}.test.ts',
          'test/internal/node/{gallery-layout,worklist}.test.ts',
        ],
      }[mode] ?? [],
    setupFiles: [fixedRandom],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: mode === 'long' ? 1_800_000 : 60_000,
    hookTimeout: 60_000,
    // What is generated is drawn in full on the source: the build has to show only that it is made of the same code.
    provide: { backends: ['cpu', 'wasm'], share: mode === 'dist' ? 0.3 : 1, long: mode === 'long' },
  },
}));
