import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';
import { beforeAll, expect, it } from 'vitest';
import { writeFiles } from '../../support/temp-folder.js';
import { succeed } from '../command.js';
import { resultOf } from './in-chromium.js';
import { expectBothModels, expectOneModel, withModels, writeModels } from './model-page.js';
import { IN_NODE, PAGE, REACT_APP, WEBPACK } from './pages.js';
import { DAWN, installDawn, tfjs, useProject } from './projects.js';
import { inBuild } from './vite-page.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A project with one optional backend, and with what bundles its pages. */
const made = useProject('webgl-only', [
  ...tfjs('backend-webgl'),
  ...['webpack@5', 'react@19', 'react-dom@19', '@types/react@19', '@types/react-dom@19'],
]);
let webglOnly: string;

/** The backends that it lacks. */
const BACKENDS = ['@tensorflow/tfjs-backend-webgpu', '@tensorflow/tfjs-backend-wasm'] as const;

beforeAll(async () => {
  webglOnly = made.folder;
  await installDawn(webglOnly);
  await writeFiles(webglOnly, { 'main.js': withModels(PAGE), 'webpack.mjs': WEBPACK });
  for (const page of ['esbuild-page', 'webpack-page']) {
    await writeFiles(join(webglOnly, page), { 'index.html': html });
    await writeModels(join(webglOnly, page));
  }
});

const sample = { shape: [12, 12, 3], position: expect.any(Array), largest: expect.any(Number) };
const html = '<!doctype html><body><script type="module" src="./main.js"></script>';

it('Node takes WebGPU from the package webgpu, in ESM and in CJS', async () => {
  await writeFiles(webglOnly, {
    'in-node.mjs': `import { selectBackend } from 'deconvnet/backends';\n${IN_NODE}`,
    'in-node.cjs': `const { selectBackend } = require('deconvnet/backends');\n${IN_NODE}`,
  });
  const noAdapter = { name: 'webgpu', reason: expect.stringMatching(/^WebGPU finds no adapter/) };
  for (const script of ['in-node.mjs', 'in-node.cjs']) {
    const [dawn, result] = (await succeed('node', [script], webglOnly)).trim().split('\n');
    expect(dawn).toBe(DAWN);
    expect(JSON.parse(result!)).toEqual({ backend: 'cpu', tried: [noAdapter] });
  }
});

/** Bundles the page with esbuild, which must have nothing to say, and gives what the page leaves. */
async function withEsbuild(splitting: boolean): Promise<unknown> {
  const { errors, warnings } = await esbuild({
    absWorkingDir: webglOnly,
    entryPoints: ['main.js'],
    outdir: 'esbuild-page',
    bundle: true,
    splitting,
    minify: true,
    format: 'esm',
    logLevel: 'silent',
  });
  expect([...errors, ...warnings]).toEqual([]);
  return resultOf(join(webglOnly, 'esbuild-page'));
}

/** Bundles the page with webpack, which must warn of these packages and no others. */
async function bundleWithWebpack(...missing: readonly string[]): Promise<void> {
  const { errors, warnings } = JSON.parse(await succeed('node', ['webpack.mjs'], webglOnly));
  expect(errors).toEqual([]);
  const expected = missing.map((name) => expect.stringContaining(`Can't resolve '${name}'`));
  expect(warnings).toHaveLength(expected.length);
  expect(warnings).toEqual(expect.arrayContaining(expected));
}

it('a page that esbuild bundles runs on the installed backend; esbuild says nothing of other packages', async () => {
  const result = await withEsbuild(false);
  expect((await readFile(join(webglOnly, 'esbuild-page/main.js'), 'utf8')).includes(DAWN)).toBe(false);
  expect(result).toMatchObject({ ...sample, backend: 'webgl' });
  expectOneModel(result);
});

it('so does a page that webpack bundles, which warns of the others', async () => {
  await bundleWithWebpack(...BACKENDS, 'h5wasm');
  const page = join(webglOnly, 'webpack-page');
  const scripts = (await readdir(page)).filter((name) => name.endsWith('.js'));
  for (const name of scripts) expect((await readFile(join(page, name), 'utf8')).includes(DAWN)).toBe(false);
  const result = await resultOf(page);
  expect(result).toMatchObject({ ...sample, backend: 'webgl' });
  expectOneModel(result);
});

it('both put h5wasm into a script of its own, once it is installed, and the page then opens files of Keras', async () => {
  await succeed('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', 'h5wasm'], webglOnly);
  await expectBothModels(await withEsbuild(true));
  await bundleWithWebpack(...BACKENDS);
  await expectBothModels(await resultOf(join(webglOnly, 'webpack-page')));
});

it('so does a plain script with an import map', async () => {
  // TensorFlow.js as a CDN has it: each package one module, with one tfjs-core between them.
  const gradients = '@tensorflow/tfjs-core/dist/register_all_gradients';
  const modules = {
    core: `export * from '@tensorflow/tfjs-core'; import '${gradients}';`,
    layers: `export * from '@tensorflow/tfjs-layers';`,
    webgl: `export * from '@tensorflow/tfjs-backend-webgl';`,
  };
  for (const [name, contents] of Object.entries(modules)) {
    await esbuild({
      absWorkingDir: webglOnly,
      stdin: { contents, resolveDir: webglOnly },
      outfile: `plain/${name}.js`,
      bundle: true,
      format: 'esm',
      external: name === 'core' ? [] : ['@tensorflow/tfjs-core'],
      logLevel: 'error',
    });
  }
  const dist = join(webglOnly, 'node_modules/deconvnet/dist');
  const library = (await readdir(dist)).filter((name) => name.endsWith('.js'));
  const copies = await Promise.all(
    library.map(async (name) => [`plain/deconvnet/${name}`, await readFile(join(dist, name))] as const),
  );
  const imports = {
    '@tensorflow/tfjs-core': './core.js',
    [gradients]: './core.js',
    '@tensorflow/tfjs-layers': './layers.js',
    '@tensorflow/tfjs-backend-webgl': './webgl.js',
    deconvnet: './deconvnet/index.js',
    'deconvnet/backends': './deconvnet/backends.js',
  };
  await writeFiles(webglOnly, {
    ...Object.fromEntries(copies),
    'plain/index.html': `<!doctype html><script type="importmap">${JSON.stringify({ imports })}</script><script type="module">${PAGE}</script>`,
  });
  expect(await resultOf(join(webglOnly, 'plain'))).toMatchObject({ ...sample, backend: 'webgl' });
});

it('the React component of the documentation draws, reports, and cleans up', async () => {
  const docs = await readFile(join(root, 'docs/browser.md'), 'utf8');
  const component = /```tsx\n([\s\S]*?)```/.exec(docs)![1]!;
  await writeFiles(webglOnly, { 'projection-view.tsx': component, 'app.tsx': REACT_APP });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--jsx', 'react-jsx', '--module', 'nodenext'];
  const target = ['--target', 'es2022', '--lib', 'es2022,esnext.disposable,dom', '--ignoreConfig'];
  await succeed('node', [tsc, ...flags, ...target, 'projection-view.tsx', 'app.tsx'], webglOnly);
  for (const vite of ['Vite 7', 'Vite 8'] as const) {
    expect(await inBuild(vite, webglOnly, 'app.tsx')).toEqual({
      backend: 'webgl',
      alert: expect.stringContaining("'conv9'"),
      left: 0,
      leaked: 0,
    });
  }
});
