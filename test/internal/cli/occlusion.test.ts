import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const cats = here('../../../examples/cifar10-zfnet/pictures/cat');
const few = ['--limit', '4', '--pictures', '2', '--stride', '8', '--batch-size', '8'];

describe('deconvnet occlusion', () => {
  it('tells the cost first, writes the page, and prints its path last', async () => {
    const out = join(await tempFolder(), 'study');
    const { code, out: said, err } = await deconvnet(['occlusion', model, cats, '--out', out, ...few]);
    expect({ code, said }).toEqual({ code: 0, said: `${join(out, 'index.html')}\n` });
    // 16 places and four more ways up for each picture. The four pictures once for two feature maps, and each patch once.
    expect(err).toMatch(
      /picture: 1 layer\nThe rule is deconvnet\.[^\n]*\nAt most 52 images up through the network, 10 projections down to the pixels\.\nEstimate: about \d+ s\.\nCovering pictures: 62 images and projections\n/,
    );
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page).toContain(`deconvnet occlusion ${model} ${cats} ${few.join(' ')}`);
    expect(page).toMatch(/<dt>Versions<\/dt><dd>deconvnet [\d.]+, backend wasm, node /);
  });

  it('takes the options of the square and of the feature map', async () => {
    const out = join(await tempFolder(), 'study');
    const square = ['--size', '5', '--fill', '0.5,-0.5,0', '--layer', 'conv3', '--map', '7', '--title', 'Cats'];
    expect((await deconvnet(['occlusion', model, cats, '--out', out, ...few, ...square])).code).toBe(0);
    const [first] = JSON.parse(await readFile(join(out, 'occlusion.json'), 'utf8'));
    expect(first).toMatchObject({ size: 5, stride: 8, fill: [0.5, -0.5, 0], layer: 'conv3', featureMap: 7 });
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('<h1>Cats</h1>');
  });

  it('says how to go on if it is interrupted, and goes on', async () => {
    const out = join(await tempFolder(), 'study');
    const stop = new AbortController();
    const args = ['occlusion', model, cats, '--out', out, ...few];
    const reason = Object.assign(new Error('Interrupted.'), { exitCode: 130 });
    const halted = await deconvnet(args, stop.signal, (text) => text.startsWith('Covering') && stop.abort(reason));
    expect(halted.code).toBe(130);
    expect(halted.err).toMatch(
      /No page was written\. The parts that were finished are kept in \S+\. Go on with:\n\n {2}deconvnet occlusion/,
    );
    const again = await deconvnet(args);
    expect(again.code).toBe(0);
  });

  it.each([
    ['a size that does not fit', ['--size', '40'], 2, /40 pixels does not fit into a picture of 32x32/],
    ['a fill that is none', ['--fill', 'gray'], 2, /grey, mean, or numbers/],
    ['a picture that is none', ['--pictures', 'a.png'], 2, /no picture 'a\.png'/],
    ['a layer that is none', ['--layer', 'conv9'], 2, /conv9/],
    ['a folder among the pictures', ['--out', join(cats, 'study')], 2, /is inside the folder of pictures/],
  ])('refuses %s', async (_, options, code, says) => {
    const out = join(await tempFolder(), 'study');
    const found = await deconvnet(['occlusion', model, cats, '--out', out, ...few, ...options]);
    expect(found).toMatchObject({ code, out: '', err: expect.stringMatching(says) });
  });
});
