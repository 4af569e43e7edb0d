import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const pictures = here('../../../examples/cifar10-zfnet/pictures');
const few = ['--limit', '20', '--layers', 'conv4,conv5', '--shares', '0.5', '--draws', '2', '--maps', '3,41'];

describe('deconvnet ablation', () => {
  it('tells the cost first, writes the page, and prints its path last', async () => {
    const out = join(await tempFolder(), 'study');
    const { code, out: said, err } = await deconvnet(['ablation', model, pictures, '--out', out, ...few]);
    expect({ code, said }).toEqual({ code: 0, said: `${join(out, 'index.html')}\n` });
    // Each of two layers: as it is, without it, and two draws. Two feature maps: as it is, without the layer, without each,
    // and once for their patches, each of which goes up once more.
    expect(err).toMatch(
      /\nThe rule is deconvnet\. Under it the projections of 0 of 1 layer [^\n]*\nAt most 266 images up through the network, 6 projections down to the pixels\.\nEstimate: about \d+ s\./,
    );
    const { layers, maps } = JSON.parse(await readFile(join(out, 'ablation.json'), 'utf8'));
    expect(layers.map(({ layer }: { layer: string }) => layer)).toEqual(['conv4', 'conv5']);
    expect(maps[0]).toMatchObject({ layer: 'conv5', pictures: Array(10).fill(2) });
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page).toContain(`deconvnet ablation ${model} ${pictures} ${few.join(' ')}`);
  });

  it('says how to go on if it is interrupted, and goes on', async () => {
    const out = join(await tempFolder(), 'study');
    const stop = new AbortController();
    const args = ['ablation', model, pictures, '--out', out, ...few, '--map-layer', 'conv1', '--seed', '2'];
    const reason = Object.assign(new Error('Interrupted.'), { exitCode: 130 });
    const halted = await deconvnet(args, stop.signal, (text) => text.startsWith('Setting') && stop.abort(reason));
    expect(halted.code).toBe(130);
    expect(halted.err).toMatch(
      /No page was written\. The parts that were finished are kept in \S+\. Go on with:\n\n {2}deconvnet ablation/,
    );
    expect((await deconvnet(args)).code).toBe(0);
  });

  it.each([
    ['a share that is none', ['--shares', '50'], /numbers between 0 and 1/],
    ['a feature map that is none', ['--maps', '128'], /128/],
    ['a layer that is none', ['--map-layer', 'conv9'], /conv9/],
    ['other classes', ['--labels', '0,1,2,3,4,5,6,7,8,9'], /None of 500 pictures has a label.*name of its folder/],
  ])('refuses %s', async (_, options, says) => {
    const out = join(await tempFolder(), 'study');
    const given = options[0] === '--labels' ? ['--out', out, ...options] : ['--out', out, ...few, ...options];
    const found = await deconvnet(['ablation', model, pictures, ...given]);
    expect(found).toMatchObject({ code: 2, out: '', err: expect.stringMatching(says) });
  });
});
