import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet } from 'deconvnet';
import { type WriteAblationOptions, writeAblation } from 'deconvnet/node';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../../support/backends.js';
import { filesIn } from '../../../support/files-in.js';
import { byColour, COLOURS } from '../../../support/models/by-colour.js';
import { tempFolder, writeFiles } from '../../../support/temp-folder.js';

/** A folder with plain pictures: two red ones, three green ones, one blue one, and one of another class. */
async function colours(
  labels = ['red', 'green', 'green', 'blue', 'red', 'green', 'pink'],
  sideOf = (_: number) => 2,
): Promise<string> {
  const folder = await tempFolder();
  for (const [i, label] of labels.entries()) {
    const channel = Math.max(0, COLOURS.indexOf(label));
    const [r, g, b] = [0, 1, 2].map((one) => (one === channel ? 255 : 25));
    const png = sharp({
      create: { width: sideOf(i), height: sideOf(i), channels: 3, background: { r: r!, g: g!, b: b! } },
    }).png();
    await writeFiles(folder, { [`${label}/${i}.png`]: await png.toBuffer() });
  }
  return folder;
}

describe('writeAblation', () => {
  beforeAll(() => use('wasm'));

  /** Writes a study of the network that knows colours, and checks that no tensor is left. */
  async function write(
    folder: string,
    {
      labels = COLOURS,
      side,
      ...options
    }: Partial<WriteAblationOptions> & { readonly labels?: string[] | null; readonly side?: null } = {},
  ): Promise<{ readonly out: string; readonly page: string; readonly summary: string }> {
    const { out = join(await tempFolder(), 'study') } = options;
    // The Deconvnet keeps the weights of the way down until it is disposed.
    const before = tf.memory().numTensors;
    const model = byColour(side);
    const deconvnet = new Deconvnet(model, { input: 'unit', ...(labels && { labels }) });
    try {
      const { index, summary } = await writeAblation(deconvnet, folder, {
        ...{ layers: ['colours'], shares: [0.25, 0.5], draws: 3, ...options, out },
      });
      expect(index).toBe(join(out, 'index.html'));
      return { out, summary, page: await readFile(index, 'utf8') };
    } finally {
      deconvnet.dispose();
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
  }

  it('reads pictures of different sizes, if the network takes any', async () => {
    const read = async (out: string) => JSON.parse(await readFile(join(out, 'ablation.json'), 'utf8'));
    const { out } = await write(await colours(undefined, (i) => 2 + i), { side: null });
    expect(await read(out)).toEqual(await read((await write(await colours())).out));
  });

  it('writes what each feature map and each layer takes away, the most telling ones first', async () => {
    const { out, summary } = await write(await colours());
    const lines = async (name: string) => (await readFile(join(out, `${name}.csv`), 'utf8')).trim().split('\n');
    expect(await lines('maps')).toEqual([
      'featureMap,all,class red,class green,class blue',
      // Each colour needs its feature map: two red pictures of six, three green ones, and a blue one.
      expect.stringMatching(/^0,-33\.3\d+,-100,0,0$/),
      '1,-50,0,-100,0',
      expect.stringMatching(/^2,-16\.6\d+,0,0,-100$/),
      '3,0,0,0,0',
    ]);
    expect((await lines('classes')).slice(1)).toEqual([
      ...['red,2,,2', 'red,2,colours,2', 'green,3,,3', 'green,3,colours,0', 'blue,1,,1', 'blue,1,colours,0'],
    ]);
    const [, whole, quarter, half, none] = (await lines('layers')).map((line) => line.split(','));
    expect(whole).toEqual(['colours', '4', '0', '1', '0']);
    expect([quarter![2], half![2]]).toEqual(['0.25', '0.5']);
    expect(Number(none![3])).toBeCloseTo(2 / 6, 12);
    expect(summary).toMatch(
      /^100 % of 6 pictures .* feature map of colours is 0: .* red falls by 100 percentage points/,
    );
    const { layers, maps } = JSON.parse(await readFile(join(out, 'ablation.json'), 'utf8'));
    expect([layers.length, maps.length, maps[0].ablations.length]).toEqual([1, 1, 5]);
  });

  it('writes a page that says that nothing is trained again, and all files that it names', async () => {
    const { out, page } = await write(await colours(), { seed: 7, command: 'deconvnet ablation', mapLayer: 'colours' });
    const { document } = parseHTML(page);
    const text = document.body.textContent ?? '';
    expect(text).toContain('Here it is not trained again.');
    expect(text).toMatch(/6 pictures of 3 classes; 1 without a class of the network left out/);
    expect(text).toMatch(/25 %, 50 %, each drawn 3 times\s*Seed of the draws\s*7/);
    expect(text).toContain('Map 0: red −100.');
    expect(document.querySelectorAll('svg').length).toBe(3);
    const files = await filesIn(out);
    const named = [...document.querySelectorAll('img, a')].map(
      (one) => one.getAttribute('src') ?? one.getAttribute('href'),
    );
    // Map 3 sees what the others do. Each of four maps has three patches, with their projections.
    expect(document.querySelectorAll('img').length).toBe(2 * 3 * 4);
    for (const name of named) expect(files.has(`/${name}`), name!).toBe(true);
    expect(files.has('/unfinished/run.json')).toBe(false);
  });

  it('says how little a feature map takes away, and how much is still told right without half of a layer', async () => {
    // Without red, the bias is enough for a picture that has red alone, but not for one that has some green and blue.
    const folder = await colours(['green', 'blue']);
    const red = sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } }).png();
    const [plain, mixed] = [await red.toBuffer(), await readFile(join(await colours(['red']), 'red/0.png'))];
    const reds = Array.from({ length: 250 }, (_, i) => [`red/${i}.png`, i === 0 ? mixed : plain]);
    await writeFiles(folder, Object.fromEntries(reds));
    const { page, summary } = await write(folder, {
      ...{ mapLayer: 'colours', featureMaps: [0], layers: ['colours', 'mean'], draws: 1, batchSize: 64 },
    });
    expect(summary).toMatch(
      /feature map of colours is 0: .* red falls by 0\.4 percentage points, which is 1 of 250 pictures\.$/,
    );
    expect(page).toContain('Map 0: red −0.4.');
    expect(summary).toMatch(
      /are set to zero, between 99\.\d % \(.*\) and 99\.\d % \(.*\) of the pictures are still told right\./,
    );
  });

  it('has a column for each class, also if two classes share a name', async () => {
    const folder = await colours(['red', 'green']);
    // A blue picture that is called red as well: the network answers with the second class of this name.
    await writeFiles(folder, { 'red/9.png': await readFile(join(await colours(['blue']), 'blue/0.png')) });
    const { out, page } = await write(folder, { labels: ['red', 'green', 'red'] });
    expect((await readFile(join(out, 'maps.csv'), 'utf8')).trim().split('\n')).toEqual([
      'featureMap,all,class red (0),class green,class red (2)',
      expect.stringMatching(/^1,-33\.3\d+,0,-100,$/),
      expect.stringMatching(/^0,-33\.3\d+,-50,0,$/),
      // Without blue, the bias answers the blue picture with the first class, which has the right name too.
      ...['2,0,0,0,', '3,0,0,0,'],
    ]);
    expect(page).toMatch(/100 % of 3 pictures are told right/);
  });

  it('leaves out single feature maps, or tries some of them only', async () => {
    const folder = await colours();
    expect((await write(folder, { featureMaps: [] })).page).not.toContain('at a time</h2>');
    const { out } = await write(folder, { featureMaps: [2] });
    expect((await readFile(join(out, 'maps.csv'), 'utf8')).trim().split('\n').length).toBe(2);
  });

  it('goes on after a stop, and writes the same bytes', async () => {
    const folder = await colours();
    const whole = await write(folder);
    const out = join(await tempFolder(), 'study');
    const stop = new AbortController();
    // The part of the layer has 8 ways up for each of 6 pictures.
    const halted = write(folder, {
      ...{ out, signal: stop.signal, batchSize: 2 },
      onProgress: ({ done }) => done > 48 && stop.abort(new Error('enough')),
    });
    await expect(halted).rejects.toThrow('enough');
    const costs: unknown[] = [];
    await write(folder, { out, onCost: (cost) => void costs.push(cost) });
    // Each of three patches of four feature maps goes up once more.
    expect(costs).toMatchObject([{ up: 6 * 8 + 6 * 6 + 6 + 4 * 3, down: 4 * 3, atMost: true, done: 48 }]);
    expect(await filesIn(out)).toEqual(await filesIn(whole.out));
  });

  it('refuses what cannot be counted, with the way out', async () => {
    const folder = await colours();
    await expect(write(folder, { labels: null })).rejects.toThrow(/3 classes of the network have no names.*labels/);
    await expect(write(await colours(['pink', 'grey']))).rejects.toThrow(
      /None of 2 pictures has a label.*red, green, blue.*name of its folder/,
    );
    await expect(write(folder, { layers: ['colour'] })).rejects.toMatchObject({ code: 'unknown-layer' });
    await expect(write(folder, { mapLayer: 'colour' })).rejects.toMatchObject({ code: 'unknown-layer' });
    await expect(write(folder, { featureMaps: [4] })).rejects.toMatchObject({ code: 'feature-map-out-of-range' });
    await expect(write(folder, { shares: [0, 1] })).rejects.toThrow(/between 0 and 1/);
    await expect(write(folder, { seed: 0.5 })).rejects.toThrow(/seed is a whole number/);
  });
});
