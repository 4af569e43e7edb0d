import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/temp-folder.js';

const run = promisify(execFile);
const inRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

it.each([0, 1])('a setup module is imported by the build for require, with %d workers', async (workers) => {
  const setup = join(await tempFolder(), 'setup.mjs');
  await writeFile(
    setup,
    "export const setup = ({ tf, tfl }) => console.log('set up', typeof tf.add, typeof tfl.model);",
  );
  const shipped = inRoot('examples/cifar10-zfnet');
  const options = {
    model: `${shipped}/model`,
    images: `${shipped}/pictures`,
    layers: ['conv1'],
    limit: 4,
    workers,
    setup,
  };
  const code = `
    const { mineImages, useBackend } = require(${JSON.stringify(inRoot('dist/node.cjs'))});
    useBackend('wasm')
      .then(() => mineImages(${JSON.stringify(options)}))
      .then(({ report }) => console.log(report.images));`;
  const { stdout } = await run(process.execPath, ['--input-type=commonjs', '-e', code]);
  const lines = stdout.trim().split('\n');
  expect(lines.at(-1)).toBe('4');
  // Once in the main thread, and once in each worker.
  expect(lines.slice(0, -1)).toEqual(Array.from({ length: 1 + workers }, () => 'set up function function'));
});
