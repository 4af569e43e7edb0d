import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { unpooledNetwork } from '../../support/models/unpooled-network.js';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const pooled = here('../../../examples/cifar10-zfnet/model');
const pictures = here('../../../examples/cifar10-zfnet/pictures');
const few = ['--maps', '2', '--limit', '4', '--top', '2'];

describe('the rule of a gallery', () => {
  beforeAll(() => use('wasm'));

  const draw = async (name: string, ...more: string[]): Promise<{ err: string; sprites: Buffer[]; page: string }> => {
    const out = join(await tempFolder(), name);
    const { code, err } = await deconvnet(['gallery', ...more, '--out', out]);
    expect(code, err).toBe(0);
    const files = (await readdir(join(out, 'sprites'))).filter((file) => /high/.test(file)).sort();
    const sprites = await Promise.all(files.map((file) => readFile(join(out, 'sprites', file))));
    return { err, sprites, page: await readFile(join(out, 'index.html'), 'utf8') };
  };

  it('is guided for a network without max pooling, unless a rule is named', async () => {
    const args = [await unpooledNetwork(), pictures, '--input', 'unit', '--layers', 'low,high', ...few];
    const chosen = await draw('chosen', ...args);
    expect(chosen.err).toMatch(/The rule is guided, because .* the projections of 2 of 2 layers depend little/);
    const guided = await draw('guided', ...args, '--rule', 'guided');
    const obeyed = await draw('obeyed', ...args, '--rule', 'deconvnet');
    for (const { err } of [guided, obeyed]) expect(err).not.toContain('The rule is');
    expect(chosen.sprites.length).toBeGreaterThan(0);
    expect(chosen.sprites).toEqual(guided.sprites);
    expect(chosen.sprites).not.toEqual(obeyed.sprites);
  });

  it('is deconvnet for a network with max pooling', async () => {
    const { err } = await draw('pooled', pooled, pictures, '--layers', 'conv2,conv3', ...few);
    expect(err).toMatch(/The rule is deconvnet\. Under it the projections of 0 of 2 layers depend little/);
  });

  it('is measured for a state if its pictures are given', async () => {
    const unpooled = await unpooledNetwork();
    const state = join(await tempFolder(), 'x.state');
    const model = [unpooled, '--input', 'unit'];
    const some = ['--layers', 'high', ...few];
    expect(await deconvnet(['mine', unpooled, pictures, '--input', 'unit', ...some, '--out', state])).toMatchObject({
      code: 0,
    });
    const without = await draw('without', ...model, '--from', state);
    expect(without.err).toMatch(/The rule is deconvnet\. .* was not measured, because that needs two pictures\./);
    const withPictures = await draw('with', unpooled, pictures, '--input', 'unit', '--from', state);
    expect(withPictures.err).toMatch(/The rule is guided, because .* the projections of 1 of 1 layer depend little/);
  });
});
