import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeFiles } from '../../support/temp-folder.js';
import { expectBothModels, expectOneModel, withModels, writeModels } from './model-page.js';
import { PAGE, PAGE_WITH_WASM, PAGE_WITH_WORKER, WORKER } from './pages.js';
import { DAWN, installDawn, tfjs, useProject } from './projects.js';
import { inBuild, inDevServer, outDir, type ViteName } from './vite-page.js';

/** Projects with none of the optional packages, and with one or two of them. */
const bare = useProject('bare', []);
const cpuOnly = useProject('cpu-only', tfjs('backend-cpu'));
const wasmOnly = useProject('wasm-only', [...tfjs('backend-wasm'), 'h5wasm']);

beforeAll(async () => {
  await installDawn(cpuOnly.folder);
  await writeFiles(bare.folder, { 'main.js': PAGE });
  const workers = { 'with-worker.js': PAGE_WITH_WORKER, 'worker.js': WORKER };
  await writeFiles(cpuOnly.folder, { 'main.js': withModels(PAGE), ...workers });
  await writeFiles(wasmOnly.folder, { 'main.js': withModels(PAGE_WITH_WASM), 'without-paths.js': PAGE });
  for (const { folder } of [cpuOnly, wasmOnly]) await writeModels(join(folder, 'public'));
});

const sample = { shape: [12, 12, 3], position: expect.any(Array), largest: expect.any(Number) };
const IN_SOFTWARE: unknown = expect.stringMatching(/^it computes in software here \(.*swiftshader/i);
const notThere = (name: string): unknown => ({
  name,
  reason: expect.stringMatching(
    new RegExp(`^its package is not installed.*: npm install @tensorflow/tfjs-backend-${name}$`),
  ),
});

/** The scripts of the page that was built last. */
async function scriptsOf(vite: ViteName, folder: string): Promise<string> {
  const assets = join(folder, outDir(vite), 'assets');
  const names = await readdir(assets);
  return (await Promise.all(names.map((name) => readFile(join(assets, name), 'utf8')))).join('\n');
}

describe.each(['Vite 7', 'Vite 8'] as const)('%s', (vite) => {
  describe.each(['dev server', 'build'] as const)('%s', (way) => {
    const resultOf = async ({ folder }: { readonly folder: string }, script: string): Promise<unknown> => {
      if (way === 'build') return inBuild(vite, folder, script);
      const { result, errors } = await inDevServer(vite, folder, script);
      expect(errors).toEqual([]);
      return result;
    };

    it('starts a page without any optional package, which says what to install', async () => {
      const result = await resultOf(bare, 'main.js');
      for (const name of ['webgpu', 'webgl', 'wasm', 'cpu']) {
        expect(result).toMatch(
          new RegExp(`${name}: its package is not installed.*npm install @tensorflow/tfjs-backend-${name}`),
        );
      }
    });

    it('runs a page on the one backend that is installed, and says why not on the others, and what files of Keras need', async () => {
      const result = await resultOf(cpuOnly, 'main.js');
      expect(result).toMatchObject({ ...sample, backend: 'cpu', tried: ['wasm', 'webgpu', 'webgl'].map(notThere) });
      expectOneModel(result);
      // The package `webgpu` is installed there too, for Node.
      if (way === 'build') expect((await scriptsOf(vite, cpuOnly.folder)).includes(DAWN)).toBe(false);
    });

    it('runs a Web Worker on it', async () => {
      expect(await resultOf(cpuOnly, 'with-worker.js')).toMatchObject({ ...sample, backend: 'cpu' });
    });

    it('runs a page on wasm, with the binaries where docs/browser.md has them, and opens a file of Keras', async () => {
      const tried = ['webgpu', 'webgl'].map((name) => ({ name, reason: IN_SOFTWARE }));
      const result = await resultOf(wasmOnly, 'main.js');
      expect(result).toMatchObject({ ...sample, backend: 'wasm', tried });
      await expectBothModels(result);
    });

    it.runIf(way === 'dev server')('says how to find these binaries where a page does not', async () => {
      // The package of the wasm backend brings the one of cpu along.
      const wasm = { name: 'wasm', reason: 'it does not start (give `wasmPaths`, the address of its binaries)' };
      const tried = [wasm, notThere('webgpu'), notThere('webgl')];
      expect(await resultOf(wasmOnly, 'without-paths.js')).toMatchObject({ ...sample, backend: 'cpu', tried });
    });
  });
});
