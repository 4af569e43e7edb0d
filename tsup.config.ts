import { readdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import entryPoints from './entry-points.json' with { type: 'json' };

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

/**
 * Gives classes the names that they have in the source. esbuild makes of a class that names itself `var X = class _X`, of
 * others `var X = class`, and tsup's way to CommonJS (sucrase) makes `_class = class` of these where they have fields: an
 * uncaught error was then told of as `_class [DeconvnetError]`.
 */
const namedClasses: NonNullable<Options['plugins']>[number] = {
  name: 'named-classes',
  renderChunk(code) {
    let named = code;
    for (const [, name, own] of code.matchAll(/^var (\w+) = class(?: (_\1\d*))?(?= extends | \{)/gm)) {
      named = own
        ? named.replaceAll(new RegExp(`\\b${own}\\b`, 'g'), name!)
        : named.replace(`var ${name} = class`, `var ${name} = class ${name}`);
    }
    return { code: named };
  },
};

/**
 * Keeps the import of h5wasm in CommonJS. tsup makes `require` of it after all plugins, and h5wasm is an ES module, which
 * Node 20 can only import.
 */
async function keepImport(): Promise<void> {
  const required = /Promise\.resolve\(\)\.then\(\(\) => _interopRequireWildcard\(require\("h5wasm"\)\)\)/g;
  for (const name of await readdir('dist')) {
    if (!name.endsWith('.cjs')) continue;
    const path = resolve('dist', name);
    const code = await readFile(path, 'utf8');
    if (required.test(code)) await writeFile(path, code.replace(required, "import('h5wasm')"));
  }
}

const shared = {
  target: 'es2022',
  splitting: true,
  sourcemap: false,
  esbuildPlugins: [raw],
  plugins: [namedClasses],
} satisfies Options;

export default defineConfig([
  {
    ...shared,
    entry: {
      ...entryPoints,
      // Worker threads run this file. It has to lie beside the code that starts them.
      'worker-thread': 'src/node/worker-thread.ts',
      // So does the process of a worker of a queue.
      'queue-process': 'src/node/queue-process.ts',
    },
    format: ['esm', 'cjs'],
    // `import.meta.url` in CommonJS.
    shims: true,
    dts: { entry: entryPoints },
    clean: true,
    onSuccess: keepImport,
  },
  {
    ...shared,
    entry: { cli: 'src/cli/main.ts' },
    format: ['esm'],
    // The bin is a thin shell over the package's own entry: one copy of the code.
    external: [/^deconvnet/],
  },
]);
