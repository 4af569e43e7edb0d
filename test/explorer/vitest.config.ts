import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The explorer's static build in headless Chromium, held against the library in Node. Build it first. */
const config: ViteUserConfig = defineConfig({
  root: file('../..'),
  resolve: {
    alias: {
      'deconvnet/node': file('../../src/node/index.ts'),
      'deconvnet/studies': file('../../src/studies/index.ts'),
      deconvnet: file('../../src/index.ts'),
    },
  },
  test: {
    include: ['test/explorer/**/*.test.ts'],
    setupFiles: ['test/support/fixed-random.ts'],
    pool: 'forks',
    // Each file has a browser of its own, with threads of its own.
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 45_000 } },
  },
});

export default config;
