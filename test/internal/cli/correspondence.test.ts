import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const pictures = here('../../../examples/cifar10-zfnet/pictures');

const box = { left: 4, top: 5, right: 12, bottom: 13 };
const BOXES = { 'cat/00008.png': { face: box }, 'cat/00046.png': { face: box } };

async function files(boxes: object = BOXES): Promise<{ readonly out: string; readonly boxes: string }> {
  const folder = await tempFolder();
  await writeFiles(folder, { 'boxes.json': boxes });
  return { out: join(folder, 'study'), boxes: join(folder, 'boxes.json') };
}

describe('deconvnet correspondence', () => {
  it('tells the cost first, writes the page of two layers, and prints its path last', async () => {
    const { out, boxes } = await files();
    const args = ['correspondence', model, pictures, '--boxes', boxes, '--out', out, '--random', '4', '--seed', '3'];
    const { code, out: said, err } = await deconvnet(args);
    expect({ code, said }).toEqual({ code: 0, said: `${join(out, 'index.html')}\n` });
    expect(err).toMatch(/^12 images up through the network\.\nEstimate: about \d+ s\./);
    const { layers, seed, randomBoxes } = JSON.parse(await readFile(join(out, 'correspondence.json'), 'utf8'));
    expect(layers.map(({ layer }: { layer: string }) => layer)).toEqual(['conv5', 'dense6']);
    expect([seed, randomBoxes[0].length]).toEqual([3, 4]);
  });

  it('takes layers, a fill and a title', async () => {
    const { out, boxes } = await files();
    const args = ['correspondence', model, pictures, '--boxes', boxes, '--out', out, '--layers', 'conv2'];
    expect((await deconvnet([...args, '--fill', 'mean', '--title', 'Cats'])).code).toBe(0);
    const { layers, fill } = JSON.parse(await readFile(join(out, 'correspondence.json'), 'utf8'));
    expect([layers.length, layers[0].layer, fill]).toEqual([1, 'conv2', 'mean']);
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('<h1>Cats</h1>');
  });

  it.each([
    ['a box outside of the picture', { ...BOXES, 'cat/00008.png': { face: { ...box, right: 33 } } }, /32 pixels wide/],
    ['an unknown picture', { ...BOXES, 'cat/9999.png': { face: box } }, /'cat\/9999\.png', which does not exist/],
    ['a single picture', { 'cat/00008.png': { face: box } }, /two or more pictures/],
    ['boxes that are none', [], /In .*boxes\.json: Boxes are an object/],
  ])('refuses %s', async (_, given, says) => {
    const { out, boxes } = await files(given);
    const found = await deconvnet(['correspondence', model, pictures, '--boxes', boxes, '--out', out]);
    expect(found).toMatchObject({ code: 2, out: '', err: expect.stringMatching(says) });
  });
});
