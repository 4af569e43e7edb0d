import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const common: ViteUserConfig = {
  root: file('../..'),
  resolve: {
    alias: {
      'deconvnet/node': file('../../src/node/index.ts'),
      'deconvnet/studies': file('../../src/studies/index.ts'),
      deconvnet: file('../../src/index.ts'),
    },
  },
};

const test: ViteUserConfig['test'] = {
  setupFiles: ['test/support/fixed-random.ts'],
  pool: 'forks',
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 45_000 } },
};

/** They count what the page's own thread computes, which takes longer if other browsers share the caches of the cores. */
const ALONE = ['test/explorer/large-network.test.ts'];

/** The explorer's static build in headless Chromium, compared with the library in Node. Build it first. */
const config: ViteUserConfig = defineConfig({
  ...common,
  test: {
    projects: [
      {
        ...common,
        // Each file has a browser of its own, which mostly waits for one thread.
        test: {
          ...{ ...test, name: 'explorer', maxWorkers: 2, sequence: { groupOrder: 0 } },
          ...{ include: ['test/explorer/**/*.test.ts'], exclude: ALONE },
        },
      },
      {
        ...common,
        test: { ...test, name: 'alone', maxWorkers: 1, sequence: { groupOrder: 1 }, include: ALONE },
      },
    ],
  },
});

export default config;
