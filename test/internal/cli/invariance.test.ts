import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const cats = here('../../../examples/cifar10-zfnet/pictures/cat');
const few = [
  '--limit',
  '3',
  '--pictures',
  '2',
  '--translation',
  '-4:4:2',
  '--scale',
  '1,1.3',
  '--rotation',
  '0:270:90',
];

describe('deconvnet invariance', () => {
  it('tells the cost first, writes the page, and prints its path last', async () => {
    const out = join(await tempFolder(), 'study');
    const { code, out: said, err } = await deconvnet(['invariance', model, cats, '--out', out, ...few]);
    expect({ code, said }).toEqual({ code: 0, said: `${join(out, 'index.html')}\n` });
    // Two pictures with 5, 2 and 4 steps, each time with the picture as it is, and once to compare them with each other.
    expect(err).toMatch(/^30 images up through the network\.\nEstimate: about \d+ s\.\nMoving pictures/);
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page).toContain(`deconvnet invariance ${model} ${cats} ${few.join(' ')}`);
    const { pictures, fill } = JSON.parse(await readFile(join(out, 'invariance.json'), 'utf8'));
    expect(fill).toBe('grey');
    const steps = pictures[0].movements.map((one: { readonly steps: readonly number[] }) => one.steps);
    expect(steps).toEqual([
      [-4, -2, 0, 2, 4],
      [1, 1.3],
      [0, 90, 180, 270],
    ]);
  });

  it('takes layers, transformations, a fill and a title', async () => {
    const out = join(await tempFolder(), 'study');
    const chosen = ['--layers', 'conv2,pool5', '--transformations', 'scale', '--fill', 'mean', '--title', 'Cats'];
    const ranges = ['--scale', '1:1.3:0.1', '--batch-size', '2', '--pictures', '1'];
    const { code } = await deconvnet(['invariance', model, cats, '--out', out, ...chosen, ...ranges]);
    expect(code).toBe(0);
    const { pictures, fill } = JSON.parse(await readFile(join(out, 'invariance.json'), 'utf8'));
    expect(fill).toBe('mean');
    const [{ movements }] = pictures;
    expect(movements).toHaveLength(1);
    expect(movements[0].steps).toEqual([1, 1.1, 1.2, 1.3]);
    expect(movements[0].layers.map((one: { readonly layer: string }) => one.layer)).toEqual(['conv2', 'pool5']);
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('<h1>Cats</h1>');
  });

  it('says how to go on if it is interrupted, and goes on', async () => {
    const out = join(await tempFolder(), 'study');
    const stop = new AbortController();
    const args = ['invariance', model, cats, '--out', out, ...few];
    const reason = Object.assign(new Error('Interrupted.'), { exitCode: 130 });
    const halted = await deconvnet(args, stop.signal, (text) => text.startsWith('Moving') && stop.abort(reason));
    expect(halted.code).toBe(130);
    expect(halted.err).toMatch(
      /No page was written\. The parts that were finished are kept in \S+\. Go on with:\n\n {2}deconvnet invariance/,
    );
    expect((await deconvnet(args)).code).toBe(0);
  });

  it.each([
    ['steps that are no numbers', ['--rotation', 'many'], 2, /first:last:distance, such as 0:350:10/],
    ['a range with two ends alone', ['--rotation', '0:90'], 2, /first:last:distance/],
    ['a range that goes nowhere', ['--rotation', '0:90:0'], 2, /distance must be above 0/],
    ['a factor of 0', ['--scale', '0,1'], 2, /factor above 0/],
    ['a transformation that is none', ['--transformations', 'shear'], 2, /translation, scale, rotation/],
    ['a fill that is none', ['--fill', 'gray'], 2, /grey, mean, or numbers/],
    ['a layer that is none', ['--layers', 'conv9'], 2, /conv9/],
    ['a folder among the pictures', ['--out', join(cats, 'study')], 2, /is inside the folder of pictures/],
    ['how projections are drawn', ['--gamma', '2'], 2, /unknown option '--gamma'/],
  ])('refuses %s', async (_, options, code, says) => {
    const out = join(await tempFolder(), 'study');
    const found = await deconvnet(['invariance', model, cats, '--out', out, ...few, ...options]);
    expect(found).toMatchObject({ code, out: '', err: expect.stringMatching(says) });
  });
});
