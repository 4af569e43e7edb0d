import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeFiles } from '../../support/temp-folder.js';
import { project, succeed } from '../command.js';
import { resultOf } from './in-chromium.js';
import { PAGE, PAGE_WITH_WORKER, REACT_APP, WORKER } from './pages.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const tfjs = (...names: string[]): string[] => names.map((name) => `@tensorflow/tfjs-${name}@4.22.0`);
const html = (script: string): string => `<!doctype html><body><script type="module" src="./${script}"></script>`;

let folder: string;
/** Projects with one optional backend installed. */
let cpuOnly: string;
let webglOnly: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deconvnet-consumers-'));
  await succeed('npm', ['pack', '--pack-destination', folder], root);
  const tarball = join(folder, (await readdir(folder))[0]!);
  cpuOnly = await project(folder, 'cpu-only', 'module', [tarball, ...tfjs('core', 'layers', 'backend-cpu')]);
  webglOnly = await project(folder, 'webgl-only', 'module', [
    tarball,
    ...tfjs('core', 'layers', 'backend-webgl'),
    ...['react@19', 'react-dom@19', '@types/react@19', '@types/react-dom@19'],
  ]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Builds a page with Vite, with what docs/browser.md says of workers, and what its plugin for React says of JSX. */
async function viteBuild(where: string, page: string, outDir: string): Promise<string> {
  await writeFiles(where, { 'index.html': html(page) });
  await vite({
    root: where,
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    esbuild: { jsx: 'automatic' },
    build: { outDir },
  });
  return join(where, outDir);
}

const sample = { shape: [12, 12, 3], position: expect.any(Array), largest: expect.any(Number) };
const notThere = expect.stringContaining('npm install @tensorflow/tfjs-backend-');

it('a Vite page with one backend installed runs on it, and says why not on the others', async () => {
  await writeFiles(cpuOnly, { 'main.js': PAGE });
  const page = await viteBuild(cpuOnly, 'main.js', 'page');
  const result = await resultOf(page);
  expect(result).toMatchObject({ ...sample, backend: 'cpu' });
  expect((result as { tried: unknown }).tried).toEqual(
    ['webgpu', 'webgl', 'wasm'].map((name) => ({ name, reason: notThere })),
  );
});

it('so does a Web Worker that Vite builds', async () => {
  await writeFiles(cpuOnly, { 'with-worker.js': PAGE_WITH_WORKER, 'worker.js': WORKER });
  const page = await viteBuild(cpuOnly, 'with-worker.js', 'worker-page');
  expect(await resultOf(page)).toMatchObject({ ...sample, backend: 'cpu' });
});

it('so does a page that esbuild bundles, which warns of the others', async () => {
  await writeFiles(webglOnly, { 'main.js': PAGE, 'esbuild-page/index.html': html('main.js') });
  const { errors, warnings } = await esbuild({
    absWorkingDir: webglOnly,
    entryPoints: ['main.js'],
    outdir: 'esbuild-page',
    bundle: true,
    format: 'esm',
    logLevel: 'silent',
  });
  expect(errors).toEqual([]);
  expect(warnings.filter(({ text }) => text.includes('tfjs-backend-webgl"'))).toEqual([]);
  expect(await resultOf(join(webglOnly, 'esbuild-page'))).toMatchObject({ ...sample, backend: 'webgl' });
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
  const page = await viteBuild(webglOnly, 'app.tsx', 'react-page');
  expect(await resultOf(page)).toEqual({
    backend: 'webgl',
    alert: expect.stringContaining("'conv9'"),
    left: 0,
    leaked: 0,
  });
});
