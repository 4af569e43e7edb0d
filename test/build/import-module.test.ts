import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useBackend } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { CUSTOM_LAYER, CUSTOM_SETUP, customModel } from '../support/custom-layer.js';
import { dataSet } from '../support/mining/mining.js';
import { writeFiles } from '../support/temp-folder.js';
import { BIN, type Ended, start } from './child.js';

beforeAll(() => useBackend('cpu'));

const run = (...args: string[]): Promise<Ended> => start([BIN, ...args]).ended;

// The folder lies outside of this project: what the module imports is not found from there.
async function withModules(): Promise<{
  folder: string;
  model: string;
  images: string;
  module: string;
  setup: string;
}> {
  const set = await dataSet(6);
  await writeFiles(set.model, await customModel());
  await writeFiles(set.folder, { 'my-layers.mjs': CUSTOM_LAYER, 'my-setup.mjs': CUSTOM_SETUP });
  return { ...set, module: join(set.folder, 'my-layers.mjs'), setup: join(set.folder, 'my-setup.mjs') };
}

describe('a module of the user, given with --import', { timeout: 180_000 }, () => {
  it('is there for every command, and in workers', async () => {
    const { folder, model, images, module } = await withModules();
    const own = ['--import', module];
    const out = (name: string): string[] => ['--out', join(folder, name)];
    const listed = await run('layers', model, ...own);
    expect(listed).toMatchObject({ code: 0, err: 'imported in main\n' });
    expect(listed.out).toMatch(/^swish +Swish2 +2x2x2 +2 +6x6 every 2x2 +custom$/m);

    const input = ['--input', 'unit'];
    const place = ['--layer', 'swish', '--map', '1'];
    expect(await run('filters', model, ...own, ...out('filters.png'))).toMatchObject({ code: 0 });
    const picture = join(images, 'dog/000.png');
    const projected = await run('project', model, picture, ...input, ...place, ...own, ...out('projection.png'));
    expect(projected).toMatchObject({ code: 0, out: expect.stringContaining('swish, feature map 1') });
    expect(await run('check', model, images, ...input, ...own)).toMatchObject({ code: 0 });

    const mine = ['mine', model, images, ...input, '--layers', 'swish', ...own];
    expect(await run(...mine, ...out('alone.state'))).toMatchObject({ code: 0 });
    const mined = await run(...mine, '--workers', '2', ...out('pool.state'));
    expect(mined).toMatchObject({ code: 0 });
    expect(mined.err.match(/imported in main/g)).toHaveLength(1);
    expect(mined.err.match(/imported in a worker/g)).toHaveLength(2);
    expect(await readFile(join(folder, 'pool.state'))).toEqual(await readFile(join(folder, 'alone.state')));

    const state = join(folder, 'pool.state');
    expect(await run('merge', model, state, ...input, ...own, ...out('merged.state'))).toMatchObject({ code: 0 });
    const gallery = await run('gallery', model, '--from', state, ...input, ...own, ...out('gallery'));
    expect(gallery).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'gallery/index.html'), 'utf8')).toContain('>swish</a></h3>');
  });

  it('may use weights, so layers reads them', async () => {
    const { folder, model, module } = await withModules();
    await copyFile(join(model, 'model.json'), join(folder, 'model.json'));
    expect(await run('layers', folder, '--import', module)).toMatchObject({
      code: 3,
      err: expect.stringContaining('does not exist. Copy it beside the model file'),
    });
  });

  it('gets TensorFlow.js in its function setup', async () => {
    const { folder, model, images, setup } = await withModules();
    const args = ['--input', 'unit', '--layers', 'swish', '--workers', '1', '--import', setup];
    expect(await run('mine', model, images, ...args, '--out', join(folder, 'x.state'))).toMatchObject({
      code: 0,
      err: '6 pictures, 1 layer, 2 feature maps, at most 12 patches.\nMining pictures: 6\n',
    });
  });

  it('is what the command advises if a class or a mirror is missing', async () => {
    const { folder, model } = await withModules();
    const missing = await run('layers', model);
    expect(missing).toMatchObject({ code: 3, err: expect.stringMatching(/class Swish2.*--import MODULE/) });
    const bare = CUSTOM_LAYER.replace(/export const mirrors.*\n/, '');
    await writeFiles(folder, { 'bare.mjs': bare, 'broken.mjs': 'export const setup = 3;', 'noisy.mjs': 'boom(' });
    const listed = await run('layers', model, '--import', join(folder, 'bare.mjs'));
    expect(listed.out).toMatch(/^swish .* none: see --import, --fallback$/m);
    const args = ['project', model, join(folder, 'images/dog/000.png'), '--input', 'unit', '--layer', 'swish'];
    const blocked = await run(
      ...args,
      '--map',
      '0',
      '--out',
      join(folder, 'x.png'),
      '--import',
      join(folder, 'bare.mjs'),
    );
    expect(blocked).toMatchObject({ code: 3, err: expect.stringMatching(/--import MODULE.*--fallback gradient\.\n$/) });
    for (const [name, words] of [
      ['broken.mjs', /export setup .* must be a function/],
      ['noisy.mjs', /cannot be imported/],
      ['none.mjs', /cannot be imported/],
    ] as const) {
      const said = await run('layers', model, '--import', join(folder, name));
      expect(said).toMatchObject({ code: 2, err: expect.stringMatching(words) });
    }
  });
});
