import { readFile, writeFile } from 'node:fs/promises';
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

/** Stands for `import` where sucrase must not find it. */
const IMPORT = '__importModule';

/**
 * Leaves `import` as it is in CommonJS for modules of the user, which are given by URL, and for h5wasm and Observable
 * Plot, which are ES modules. sucrase makes `require` of it, which loads no URL, and in Node 20 no ES module. Other
 * packages are still required.
 */
const keptImports: NonNullable<Options['plugins']>[number] = {
  name: 'kept-imports',
  renderChunk(code) {
    if (this.format === 'cjs')
      return { code: code.replace(/\bimport\((?!\s*["'`](?!h5wasm|@observablehq))/g, `${IMPORT}(`) };
  },
  async buildEnd({ writtenFiles }) {
    for (const { name } of writtenFiles.filter((file) => file.name.endsWith('.cjs'))) {
      const code = await readFile(name, 'utf8');
      if (code.includes(IMPORT)) await writeFile(name, code.replaceAll(IMPORT, 'import'));
    }
  },
};

const shared = {
  target: 'es2022',
  splitting: true,
  sourcemap: false,
  esbuildPlugins: [raw],
  plugins: [namedClasses, keptImports],
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
  },
  {
    ...shared,
    entry: { cli: 'src/cli/main.ts' },
    format: ['esm'],
    // The bin is a thin shell over the package's own entry: one copy of the code.
    external: [/^deconvnet/],
  },
]);
