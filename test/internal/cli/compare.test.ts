import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/cli/exit-code.js';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const pictures = here('../../../examples/cifar10-zfnet/pictures');

describe('deconvnet gallery --compare', () => {
  it('shows the same network under another rule', async () => {
    const folder = await tempFolder();
    const [state, out] = [join(folder, 'a.state'), join(folder, 'gallery')];
    const search = ['--limit', '30', '--layers', 'conv2', '--maps', '2'];
    await deconvnet(['mine', model, pictures, ...search, '--out', state]);
    const compare = ['--compare', state, '--compare-rule', 'guided'];
    const said = await deconvnet(['gallery', model, '--from', state, '--out', out, '--layers', 'conv2', ...compare]);
    expect(said).toMatchObject({ code: 0 });
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('"comparedWith":"the rule guided"');
    const own = (await readdir(join(out, 'sprites'))).filter((name) => name.startsWith('0-conv2'));
    expect(own.map((name) => name.split('.')[0]).sort()).toEqual([
      '0-conv2-0',
      '0-conv2-compared-0',
      '0-conv2-telling',
    ]);
    // The same patches, but other projections.
    const bytes = await Promise.all(own.map((name) => readFile(join(out, 'sprites', name))));
    expect(bytes[0]!.equals(bytes[1]!)).toBe(false);
    const idle = await deconvnet(['gallery', model, '--from', state, '--out', out, '--compare-rule', 'guided']);
    expect(idle.code).toBe(EXIT.usage);
    expect(idle.err).toMatch(/--compare-rule says how to compare, but nothing is compared/);
  });
});
