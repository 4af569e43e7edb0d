import type { KnipConfig } from 'knip';
import entryPoints from './entry-points.json' with { type: 'json' };

const config: KnipConfig = {
  entry: [
    ...Object.values(entryPoints),
    'test/**/*.test.ts',
    'examples/*.mjs',
    'examples/explorer/src/main.ts',
    'examples/explorer/src/worker/main.ts',
    'examples/explorer/vite.config.ts',
    'bench/*.mjs',
    'bench/page/main.mjs',
    'assembly/*.mjs',
    'docs/pictures/*.mjs',
  ],
  project: [
    'src/**/*.ts',
    'test/**/*.ts',
    'examples/**/*.{mjs,ts}',
    'bench/**/*.mjs',
    'assembly/*.mjs',
    'docs/pictures/*.mjs',
  ],
  ignoreDependencies: ['webgpu'],
  ignoreExportsUsedInFile: true,
};

export default config;
