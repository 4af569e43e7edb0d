import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-cpu';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CUSTOM_LAYER, customModel } from '../support/custom-layer.js';
import { writeFiles } from '../support/temp-folder.js';
import { command, project, succeed } from './command.js';
import { BROWSER, CJS_SAMPLE, ESM_SAMPLE, TYPED_SAMPLE, UMBRELLA_SAMPLE } from './sample.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const model = join(root, 'examples/cifar10-zfnet/model');
const pictures = join(root, 'examples/cifar10-zfnet/pictures');
const tfjs = ['core', 'layers', 'backend-cpu', 'backend-wasm'].map((name) => `@tensorflow/tfjs-${name}@4.22.0`);

/** The files of the package beside its build, and what the build is made from. */
const PAPERS = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
const SOURCES = ['src', 'tsconfig.json', 'tsup.config.ts', 'entry-points.json', ...PAPERS];

let folder: string;
let tarball: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deconvnet-package-'));
  // A clone in which nothing was built: npm has to build it when it packs it, as it does for an install from git.
  const clone = join(folder, 'clone');
  for (const name of SOURCES) await cp(join(root, name), join(clone, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'));
  await succeed('npm', ['pack', '--pack-destination', folder], clone);
  tarball = join(folder, (await readdir(folder)).find((name) => name.endsWith('.tgz'))!);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  it('is built by the script that npm runs for an install from git', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: object };
    // Of a git dependency npm runs no prepack.
    expect(scripts).toMatchObject({ prepare: 'npm run build' });
    expect(scripts).not.toHaveProperty('prepack');
  });

  it('contains the build and the papers, and nothing else', async () => {
    const files = (await succeed('tar', ['-tzf', tarball], folder)).trim().split('\n').sort();
    const others = files.filter((file) => !file.startsWith('package/dist/'));
    expect(others).toEqual(PAPERS.map((name) => `package/${name}`));
    expect(files.filter((file) => !/\.(c?js|d\.c?ts)$/.test(file))).toEqual(
      others.filter((file) => !/\.(c?js|d\.c?ts)$/.test(file)),
    );
  });

  it('has every file that package.json names, and bundles no TensorFlow.js', async () => {
    await succeed('tar', ['-xzf', tarball], folder);
    const read = (path: string): Promise<string> => readFile(join(folder, 'package', path), 'utf8');
    const json = JSON.parse(await read('package.json')) as Record<'bin' | 'exports' | 'main' | 'types', unknown>;
    const named = JSON.stringify([json.bin, json.exports, json.main, json.types]).match(/\.\/[^"]+\.\w+(?=")/g)!;
    expect(new Set(named).size).toBeGreaterThanOrEqual(10);
    for (const path of named) expect(await read(path)).not.toBe('');
    const scripts = (await readdir(join(folder, 'package/dist'))).filter((name) => /\.c?js$/.test(name));
    expect(scripts).toEqual(expect.arrayContaining(['index.js', 'index.cjs', 'node.js', 'node.cjs', 'cli.js']));
    for (const name of scripts) {
      const path = `dist/${name}`;
      const text = await read(path);
      // Kernel names and licence headers of tfjs come along when it is bundled, and more than 500 kB.
      expect(text).not.toMatch(/Copyright \d{4} Google|FusedDepthwiseConv2D.*FusedMatMul/s);
      expect(text.length).toBeLessThan(340_000);
    }
    expect(await read('dist/cli.js')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});

describe('installed', () => {
  const results: unknown[] = [];
  let esm: string;

  beforeAll(async () => {
    esm = await project(folder, 'esm', 'module', [tarball, ...tfjs, 'sharp']);
  });

  it('projects in an ESM project, with one copy of TensorFlow.js', async () => {
    await writeFiles(esm, { 'main.js': ESM_SAMPLE });
    const result = JSON.parse(await succeed('node', ['main.js'], esm));
    expect(result).toMatchObject({ shape: [12, 12, 3], position: expect.any(Array) });
    expect(result.largest).toBeGreaterThan(0);
    results.push(result);
    const copies = await succeed('find', ['.', '-path', '*/@tensorflow/tfjs-core/package.json'], esm);
    expect(copies.trim().split('\n')).toHaveLength(1);
  });

  it('projects in a CJS project, through deconvnet/node too', async () => {
    const cjs = await project(folder, 'cjs', 'commonjs', [tarball, ...tfjs, 'sharp']);
    await writeFiles(cjs, {
      'main.js': CJS_SAMPLE,
      'node.js': `const { loadModel, useBackend, readPicture, encodePng } = require('deconvnet/node');
        (async () => {
          await useBackend('wasm');
          const model = await loadModel(${JSON.stringify(model)});
          const picture = await readPicture(${JSON.stringify(join(pictures, 'cat/00000.png'))});
          console.log(model.layers.length, picture.width, (await encodePng(picture)).length > 100);
        })();`,
    });
    results.push(JSON.parse(await succeed('node', ['main.js'], cjs)));
    expect(await succeed('node', ['node.js'], cjs)).toBe('12 32 true\n');
  });

  it('projects where the peer is @tensorflow/tfjs, with one copy of its parts', async () => {
    const umbrella = await project(folder, 'umbrella', 'module', [tarball, '@tensorflow/tfjs@4.22.0']);
    await writeFiles(umbrella, { 'main.js': UMBRELLA_SAMPLE });
    // Its package greets who runs it in Node.
    const said = (await succeed('node', ['main.js'], umbrella)).trim().split('\n').at(-1)!;
    results.push(JSON.parse(said));
    for (const part of ['core', 'layers']) {
      const copies = await succeed('find', ['.', '-path', `*/@tensorflow/tfjs-${part}/package.json`], umbrella);
      expect(copies.trim().split('\n')).toHaveLength(1);
    }
  });

  it('mines with workers in ESM and CJS projects', async () => {
    const options = { model, images: pictures, limit: 24, layers: ['conv1'], workers: 2, chunk: 4 };
    const mine = `mineImages(${JSON.stringify(options)}).then(({ miner, report }) => {
      const { id, activation } = miner.top('conv1', 5)[0];
      console.log(JSON.stringify({ report, id, activation }));
    });`;
    await writeFiles(esm, { 'mine.js': `import { mineImages } from 'deconvnet/node';\n${mine}` });
    await writeFiles(join(folder, 'cjs'), { 'mine.js': `const { mineImages } = require('deconvnet/node');\n${mine}` });
    const [one, other] = [
      await succeed('node', ['mine.js'], esm),
      await succeed('node', ['mine.js'], join(folder, 'cjs')),
    ];
    expect(JSON.parse(one)).toMatchObject({ report: { images: 24, skipped: [], setAside: [] } });
    expect(other).toBe(one);
  });

  it('projects in a page that Vite builds', async () => {
    await writeFiles(esm, {
      'index.html': '<!doctype html><script type="module" src="./main.js"></script>',
      'main.js': ESM_SAMPLE,
      'browser.mjs': BROWSER,
    });
    await build({
      root: esm,
      configFile: false,
      logLevel: 'error',
      build: { outDir: 'page', target: 'esnext', modulePreload: { polyfill: false } },
    });
    const [script, ...more] = (await readdir(join(esm, 'page/assets'))).filter((name) => name.endsWith('.js'));
    expect(more).toEqual([]);
    const text = await readFile(join(esm, 'page/assets', script!), 'utf8');
    expect(text).not.toMatch(/node:fs|from"sharp"|tfjs-backend-wasm/);
    const page = ['--import', './browser.mjs', join('page/assets', script!)];
    results.push(JSON.parse(await succeed('node', page, esm)));
  });

  it('gives the same everywhere', () => {
    expect(results).toHaveLength(4);
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('has types for ESM and CJS', async () => {
    await writeFiles(esm, { 'typed.mts': TYPED_SAMPLE, 'typed.cts': TYPED_SAMPLE });
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022'];
    const check = [tsc, ...flags, '--lib', 'es2022,esnext.disposable,dom', 'typed.mts', 'typed.cts'];
    await succeed('node', [...check, '--skipLibCheck'], esm);
    // What README says of skipLibCheck: it is for the types of TensorFlow.js.
    const { code, out } = await command('node', check, esm);
    const files = out.split('\n').flatMap((line) => /^(\S+)\(\d+,\d+\): error/.exec(line)?.[1] ?? []);
    expect(code).not.toBe(0);
    expect(files.some((file) => file.startsWith('node_modules/@tensorflow/'))).toBe(true);
    expect(files.filter((file) => file.includes('deconvnet/') || file.startsWith('typed'))).toEqual([]);
  });

  it('has a bin that works', async () => {
    const out = await succeed('npx', ['--no-install', 'deconvnet', 'layers', model], esm);
    expect(out).toMatch(/conv5 +Conv2D/);
  });

  it.each([
    ['beside no copy of TensorFlow.js', 'elsewhere'],
    ['beside another copy of TensorFlow.js', 'cjs'],
  ])('takes a module of layers that lies %s', async (_, place) => {
    const own = join(folder, `custom-${place}`);
    await writeFiles(own, await customModel());
    await writeFiles(join(folder, place), { 'my-layers.mjs': CUSTOM_LAYER });
    const flags = ['--import', join(folder, place, 'my-layers.mjs'), '--input', 'unit'];
    const bin = (name: string, ...args: string[]): Promise<string> =>
      succeed('npx', ['--no-install', 'deconvnet', name, own, ...args], esm);
    expect(await bin('layers', ...flags.slice(0, 2))).toMatch(/^swish +Swish2 .* custom$/m);
    const out = join(own, 'projection.png');
    const picture = join(pictures, 'cat/00000.png');
    const projected = await bin('project', picture, ...flags, '--layer', 'swish', '--map', '0', '--out', out);
    expect(projected).toContain('swish, feature map 0');
    const some = [pictures, ...flags, '--limit', '8', '--layers', 'swish'];
    const mined = await bin('mine', ...some, '--workers', '2', '--out', join(own, 'x.state'));
    expect(mined).toContain('8 pictures, 2 feature maps of swish');
    await bin('gallery', ...some, '--out', join(own, 'gallery'));
    expect(await readFile(join(own, 'gallery/index.html'), 'utf8')).toContain('swish');
  });
});

describe('without optional peers', () => {
  const gallery = (out: string): string[] => ['gallery', model, pictures, '--limit', '20', '--maps', '1', '--out', out];

  it('says what to install, and both ways out work', async () => {
    const bare = await project(folder, 'bare', 'module', [tarball]);
    const { code, out, err } = await command('npx', ['--no-install', 'deconvnet', ...gallery('out dir')], bare);
    expect([code, out]).toEqual([4, '']);
    expect(err).not.toMatch(/\n\s+at /);

    const line = err.split('\n').find((text) => text.trim().startsWith('npx '))!;
    const empty = join(folder, 'empty');
    await writeFiles(empty, { 'package.json': { name: 'empty', private: true } });
    // The printed line names the published package; here it is the tarball.
    const local = line.replace('-p deconvnet ', `-p ${tarball} `);
    expect(local).not.toBe(line);
    await succeed('sh', ['-c', local], empty);
    expect(await readFile(join(empty, 'out dir/index.html'), 'utf8')).toContain('conv5');

    const elsewhere = await command(
      'node',
      [join(bare, 'node_modules/deconvnet/dist/cli.js'), 'layers', model],
      folder,
    );
    expect(elsewhere).toMatchObject({ code: 4, err: expect.stringContaining('npm install deconvnet @tensorflow/') });

    const install = err.split('\n').find((text) => text.trim().startsWith('npm install '))!;
    expect(install.trim()).toBe('npm install @tensorflow/tfjs-backend-wasm@4.22.0 sharp');
    await succeed('sh', ['-c', `${install} --no-audit --no-fund`], bare);
    const page = await succeed('npx', ['--no-install', 'deconvnet', ...gallery('out')], bare);
    expect(page.trim()).toMatch(/out\/index\.html$/);
  });

  it('names even the peers that npm usually installs', async () => {
    const none = await project(folder, 'none', 'module', [tarball], ['--legacy-peer-deps']);
    const { code, err } = await command('npx', ['--no-install', 'deconvnet', 'layers', 'model.keras'], none);
    expect([code, err]).toEqual([4, expect.stringMatching(/ -p h5wasm deconvnet layers model\.keras$/m)]);
    expect(err).toContain(
      `npm install ${['core', 'layers', 'backend-wasm'].map((name) => `@tensorflow/tfjs-${name}@4.22.0`).join(' ')} h5wasm\n`,
    );
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('says so where sharp is there and does not load', async () => {
    const broken = await project(folder, 'broken', 'module', [tarball]);
    await writeFiles(broken, {
      'node_modules/sharp/package.json': { name: 'sharp', version: '1.0.0' },
      'node_modules/sharp/index.js': 'throw new Error("Could not load the module\\nlong advice")',
      'main.mjs': `import { readPicture } from 'deconvnet/node';
        await readPicture('x.png').catch(({ code, message }) => console.log(code, message));`,
    });
    const out = await succeed('node', ['main.mjs'], broken);
    expect(out).toMatch(/^missing-peer sharp .* does not load \(Could not load the module\).*npm install sharp\n$/);
  });

  it('throws missing-peer from the library, in ESM and CJS', async () => {
    const bare = await project(folder, 'library', 'module', [tarball]);
    await writeFiles(bare, {
      'main.mjs': `import { encodePng, useBackend } from 'deconvnet/node';
        const picture = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
        for (const call of [() => useBackend(), () => useBackend('cpu'), () => encodePng(picture)]) {
          await call().catch(({ code, message }) => console.log(code, /npm install (\\S+)/.exec(message)[1], /npx -p deconvnet/.test(message)));
        }`,
      'main.cjs': `require('deconvnet/node').useBackend().catch(({ code }) => console.log(code));`,
    });
    expect((await succeed('node', ['main.mjs'], bare)).trim().split('\n')).toEqual([
      'missing-peer @tensorflow/tfjs-backend-wasm@4.22.0 true',
      'missing-peer @tensorflow/tfjs-backend-cpu@4.22.0 true',
      'missing-peer sharp true',
    ]);
    expect(await succeed('node', ['main.cjs'], bare)).toBe('missing-peer\n');
  });
});
