import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const cats = here('../../../examples/cifar10-zfnet/pictures/cat');
const other = here('../../reference/vgg-mini');
const few = ['--limit', '3', '--pictures', '1', '--layers', 'conv1,conv3', '--maps', '2', '--workers', '0'];

describe('deconvnet study', () => {
  it('says which rule it takes and what the work costs, writes the report, and prints its path last', async () => {
    const out = join(await tempFolder(), 'report');
    const args = ['study', model, cats, '--out', out, ...few, '--studies', 'gallery'];
    const { code, out: said, err } = await deconvnet(args);
    expect({ code, said }).toEqual({ code: 0, said: `${join(out, 'index.html')}\n` });
    expect(err).toMatch(/The rule is deconvnet\.[\s\S]*At most 15 images up through the network, 12 projections down/);
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page).toContain('href="gallery/index.html"');
    expect(page).toContain(`deconvnet study ${model} ${cats} ${few.slice(0, -2).join(' ')} --studies gallery`);
  });

  it.each([
    ['a study that is none', ['--studies', 'galery'], 2, /There is no study 'galery'\. The studies are gallery, /],
    ['a layer that is none', ['--layers', 'conv9'], 2, /conv9/],
    ['a seed that is none', ['--seed', '1.5'], 2, /whole number/],
    [
      'checkpoints of another network',
      ['--checkpoints', other, '--input', 'unit'],
      2,
      /'model' is of another network than/,
    ],
    ['a folder among the pictures', ['--out', join(cats, 'report')], 2, /is inside the folder of pictures/],
  ])('refuses %s', async (_, options, code, says) => {
    const out = join(await tempFolder(), 'report');
    const found = await deconvnet(['study', model, cats, '--out', out, ...few, ...options]);
    expect(found).toMatchObject({ code, out: '', err: expect.stringMatching(says) });
  });
});
