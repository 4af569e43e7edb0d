import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineConfig, type Options } from 'tsup';

/** `import text from './file.css?raw'`: the file as a string, as Vite has it. */
const raw: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'raw',
  setup(build) {
    // The suffix stays in the path: tsup has a loader of its own for what ends in .css.
    build.onResolve({ filter: /\?raw$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path),
      namespace: 'raw',
    }));
    build.onLoad({ filter: /.*/, namespace: 'raw' }, async ({ path }) => ({
      contents: await readFile(path.replace(/\?raw$/, ''), 'utf8'),
      loader: 'text',
    }));
  },
};

const shared = {
  target: 'es2022',
  splitting: true,
  sourcemap: false,
  esbuildPlugins: [raw],
} satisfies Options;

export default defineConfig([
  {
    ...shared,
    // Named here as well as below, since knip reads them here.
    entry: {
      index: 'src/index.ts',
      node: 'src/node/index.ts',
      backends: 'src/backends/index.ts',
      models: 'src/models/index.ts',
      testing: 'src/testing/index.ts',
      // What worker threads run, found beside the code that starts them.
      'mine-worker': 'src/node/mine/mine-worker.ts',
    },
    format: ['esm', 'cjs'],
    // `import.meta.url` in CommonJS.
    shims: true,
    dts: {
      entry: {
        index: 'src/index.ts',
        node: 'src/node/index.ts',
        backends: 'src/backends/index.ts',
        models: 'src/models/index.ts',
        testing: 'src/testing/index.ts',
      },
    },
    clean: true,
  },
  {
    ...shared,
    entry: { cli: 'src/cli/main.ts' },
    format: ['esm'],
    // The bin is a thin shell over the package's own entry: one copy of the code.
    external: [/^deconvnet/],
  },
]);
