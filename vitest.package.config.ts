import { defineConfig } from 'vitest/config';

/** The packed tarball, installed and used as a stranger would: slow, needs the npm registry. */
export default defineConfig({
  test: { include: ['test/package/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
});
