import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import entryPoints from './entry-points.json' with { type: 'json' };
import type { BackendName } from './src/backends/backend-name.js';

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

/** Mathematics that bundling cannot change, checked against slow oracles. */
const ORACLES = [
  'test/public/mine/miner-parts.test.ts',
  'test/public/mirrors/{filter-oracle,layer-oracles}.test.ts',
  'test/public/network/tight-fields.test.ts',
  'test/public/project/network-oracle.test.ts',
];

/** Tests that need redis-server. */
const QUEUE = 'test/build/queue/**';

/** What the tests of a mode are. */
interface Mode {
  /** Whether the public names are those of the build, and not of the source. */
  readonly build?: boolean;
  /** Folders of `test/` of which all tests run. */
  readonly folders: readonly string[];
  /** Tests in them that do not run. */
  readonly without?: readonly string[];
  readonly backends: readonly BackendName[];
  /** The share of generated cases that is drawn. */
  readonly share: number;
  /** Whether there are many more kills, damages and simulated runs than `npm test` has the time for. */
  readonly long?: boolean;
}

/** What is tested, by `--mode`. Worker threads and the bin are files of the build, so `test/build` needs the build. */
const MODES: Readonly<Record<string, Mode>> = {
  test: { folders: ['public', 'internal'], backends: ['cpu', 'wasm'], share: 1 / 3 },
  // The build has to show only that it is made of the same code.
  dist: { build: true, folders: ['public', 'build'], without: [...ORACLES, QUEUE], backends: ['wasm'], share: 0.1 },
  // Needs a Redis server, which these tests start.
  queue: { build: true, folders: ['build/queue'], backends: ['wasm'], share: 0.1 },
  // The source with all generated cases.
  whole: { folders: ['public', 'internal'], backends: ['cpu', 'wasm'], share: 1, long: true },
  long: { build: true, folders: ['build'], backends: ['cpu', 'wasm'], share: 1, long: true },
};

export default defineConfig(({ mode }) => {
  // Tools that only read this file, such as knip, have a mode of their own.
  const { build = false, folders, without = [], backends, share, long = false } = MODES[mode] ?? MODES.test!;
  return {
    resolve: { alias: build ? distAlias : sourceAlias },
    test: {
      // Tests of queues wait for most of their time.
      maxWorkers: mode === 'queue' ? 3 : 2,
      pool: 'forks',
      setupFiles: [fixedRandom],
      include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
      exclude: [...without],
      // The long tests find what hangs by themselves. How long they take depends on the machine.
      testTimeout: long ? 14_400_000 : 60_000,
      hookTimeout: 60_000,
      provide: { backends: [...backends], share, long },
    },
  };
});
