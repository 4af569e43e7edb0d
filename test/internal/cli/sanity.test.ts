import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const cats = here('../../../examples/cifar10-zfnet/pictures/cat');
const few = ['--limit', '2', '--pictures', '1', '--maps', '1', '--classes', '2', '--layer', 'conv2'];

describe('deconvnet sanity', () => {
  it('tells the cost first, writes the page, and prints its path last', async () => {
    const out = join(await tempFolder(), 'study');
    const { code, out: said, err } = await deconvnet(['sanity', model, cats, '--out', out, ...few]);
    expect({ code, said }).toEqual({ code: 0, said: `${join(out, 'index.html')}\n` });
    // Edges, classes, switches, and the real network and two random ones, by three rules.
    expect(err).toMatch(
      /^At most 31 images up through the network, 39 projections down to the pixels\.\nEstimate: about \d+ s\./,
    );
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page).toContain(`deconvnet sanity ${model} ${cats} ${few.join(' ')}`);
    expect(page).toMatch(/<dt>Seed<\/dt><dd>0<\/dd>/);
    expect(page).toMatch(/<dt>Versions<\/dt><dd>deconvnet [\d.]+, backend wasm, node /);
  });

  it('takes the seed, the feature maps and the classes by their numbers', async () => {
    const out = join(await tempFolder(), 'study');
    const chosen = ['--seed', '-3', '--maps', '0-40', '--classes', '3,5,7', '--title', 'Cats'];
    expect((await deconvnet(['sanity', model, cats, '--out', out, ...few, ...chosen])).code).toBe(0);
    const found = JSON.parse(await readFile(join(out, 'sanity.json'), 'utf8'));
    expect(found).toMatchObject({ seed: -3, layer: 'conv2' });
    expect(found.steps).toEqual([
      { randomLayers: 1, downTo: 'conv2' },
      { randomLayers: 2, downTo: 'conv1' },
    ]);
    const [{ classes, edges }] = found.pictures;
    expect(classes.classes.map(({ index }: { index: number }) => index)).toEqual([3, 5, 7]);
    const maps: number[] = edges.projections.map(({ featureMap }: { featureMap: number }) => featureMap);
    expect(new Set(maps).size).toBeGreaterThan(5);
    expect(maps.every((map) => map <= 40)).toBe(true);
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('<h1>Cats</h1>');
  });

  it('says how to go on if it is interrupted, and goes on', async () => {
    const out = join(await tempFolder(), 'study');
    const stop = new AbortController();
    const args = ['sanity', model, cats, '--out', out, ...few];
    const reason = Object.assign(new Error('Interrupted.'), { exitCode: 130 });
    const halted = await deconvnet(args, stop.signal, (text) => text.startsWith('Checking') && stop.abort(reason));
    expect(halted.code).toBe(130);
    expect(halted.err).toMatch(
      /No page was written\. The parts that were finished are kept in \S+\. Go on with:\n\n {2}deconvnet sanity/,
    );
    expect((await deconvnet(args)).code).toBe(0);
  });

  it.each([
    ['a layer that is none', ['--layer', 'conv9'], 2, /conv9/],
    ['no feature map', ['--maps', '0'], 2, /whole number of at least 1, or ranges/],
    ['words for feature maps', ['--maps', 'all'], 2, /whole number of at least 1, or ranges/],
    ['one class', ['--classes', '1'], 2, /whole number of at least 2, or indices/],
    ['a class that is none', ['--classes', '3,10'], 2, /no class 10/],
    ['a seed that is not whole', ['--seed', '1.5'], 2, /must be a whole number/],
    ['a rule, since all are compared', ['--rule', 'guided'], 2, /unknown option '--rule'/],
    ['a folder among the pictures', ['--out', join(cats, 'study')], 2, /is inside the folder of pictures/],
  ])('refuses %s', async (_, options, code, says) => {
    const out = join(await tempFolder(), 'study');
    const found = await deconvnet(['sanity', model, cats, '--out', out, ...few, ...options]);
    expect(found).toMatchObject({ code, out: '', err: expect.stringMatching(says) });
  });
});
