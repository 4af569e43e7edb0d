import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Tests import the package by its public name: `src` by default, the build with `--mode dist`. */
export default defineConfig(({ mode }) => ({
  resolve: {
    alias:
      mode === 'dist'
        ? {
            'deconvnet/testing': file('./dist/testing.js'),
            'deconvnet/node': file('./dist/node.js'),
            deconvnet: file('./dist/index.js'),
          }
        : {
            'deconvnet/testing': file('./src/testing/index.ts'),
            'deconvnet/node': file('./src/node/index.ts'),
            deconvnet: file('./src/index.ts'),
          },
  },
  test: {
    // Worker threads and the bin are files of the build: what starts them is tested there alone.
    include: [`test/{public,${mode === 'dist' ? 'build' : 'internal'}}/**/*.test.ts`],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}));
