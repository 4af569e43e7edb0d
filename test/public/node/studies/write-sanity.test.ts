import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { type WriteSanityOptions, writeSanity } from 'deconvnet/node';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../../support/backends.js';
import { filesIn } from '../../../support/files-in.js';
import { noise } from '../../../support/project/networks.js';
import { tempFolder, writeFiles } from '../../../support/temp-folder.js';

const SIDE = 6;

/** A folder with pictures of noise. */
async function pictures(count = 2): Promise<string> {
  const folder = await tempFolder();
  const files: Record<string, Uint8Array> = {};
  for (let i = 0; i < count; i++) {
    const data = Uint8Array.from(noise(SIDE * SIDE, 5 + i), (value) => 128 + 100 * value);
    files[`${i}.png`] = await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 1 } })
      .png()
      .toBuffer();
  }
  await writeFiles(folder, files);
  return folder;
}

/** Three classes that are one dense layer. The first two look for the same. */
function twins(): tfl.LayersModel {
  const model = tfl.sequential({
    name: 'twins',
    layers: [
      tfl.layers.flatten({ inputShape: [SIDE, SIDE, 1], name: 'flatten' }),
      tfl.layers.dense({ units: 3, activation: 'softmax', useBias: false, name: 'answer' }),
    ],
  });
  const [same, other] = [noise(SIDE * SIDE, 1), noise(SIDE * SIDE, 2)];
  const kernel = tf.tensor([...same].map((value, i) => [value, value, other[i]!]));
  model.setWeights([kernel]);
  kernel.dispose();
  return model;
}

/** Two layers without pooling. The upper one has one weight, so that other weights only scale what the lower one does. */
function scaled(): tfl.LayersModel {
  const conv = { filters: 1, activation: 'linear', useBias: false } as const;
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({ ...conv, inputShape: [SIDE, SIDE, 1], kernelSize: 3, name: 'low' }),
      tfl.layers.conv2d({ ...conv, kernelSize: 1, name: 'high' }),
    ],
  });
  const kernels = [tf.tensor(noise(9, 3).map(Math.abs), [3, 3, 1, 1]), tf.ones([1, 1, 1, 1])];
  model.setWeights(kernels);
  tf.dispose(kernels);
  return model;
}

interface Written {
  readonly out: string;
  readonly page: string;
  readonly document: Document;
  readonly summary: string;
  readonly cover: readonly string[];
}

/** Writes a sanity check of a network, and checks that no tensor is left. */
async function write(
  model: tfl.LayersModel,
  folder: string,
  options: Partial<WriteSanityOptions> = {},
): Promise<Written> {
  const { out = join(await tempFolder(), 'study') } = options;
  const deconvnet = new Deconvnet(model, { input: 'unit' });
  const before = tf.memory().numTensors;
  try {
    const { index, summary, cover } = await writeSanity(deconvnet, folder, { ...options, out });
    const page = await readFile(index, 'utf8');
    return { out, page, document: parseHTML(page).document, summary, cover };
  } finally {
    expect(tf.memory().numTensors).toBe(before);
    deconvnet.dispose();
    model.dispose();
  }
}

const judgedIn = async (out: string) => JSON.parse(await readFile(join(out, 'sanity.json'), 'utf8')).judged;
const equal = (number: number): unknown => expect.closeTo(number, 5);

describe('writeSanity', () => {
  beforeAll(() => use('cpu'));

  it('finds that one dense layer depends on nothing but its weights, and that equal classes are alike', async () => {
    const { out, summary } = await write(twins(), await pictures(), { classes: [0, 1] });
    const judged = await judgedIn(out);
    expect(judged.map(({ rule }: { rule: string }) => rule)).toEqual(['deconvnet', 'guided', 'gradient']);
    for (const one of judged) {
      // Without the picture in the projection, the random one and the unrelated one are equal.
      expect(one).toMatchObject({
        allRandom: { verdict: 'unlike', signed: equal(0), absolute: equal(0) },
        classes: { verdict: 'alike', signed: equal(1), absolute: equal(1) },
        weightsAlone: { verdict: 'alike', signed: equal(1), absolute: equal(1) },
      });
      expect(one).not.toHaveProperty('upperHalf');
    }
    expect(summary).toBe(
      'When the only layer gets random weights, projections by deconvnet, guided and gradient become different. Between classes, projections by deconvnet, guided and gradient hardly differ.',
    );
  });

  it('finds that nothing is owed to a layer whose weights only scale', async () => {
    const { out, summary, page } = await write(scaled(), await pictures());
    for (const one of await judgedIn(out)) {
      expect(one.upperHalf).toMatchObject({ verdict: 'alike', absolute: equal(1) });
    }
    expect(summary).toBe(
      'When the upper 1 of 2 layers gets random weights, projections by deconvnet, guided and gradient hardly change, so they show little of what was learned there.',
    );
    expect(page).toContain('There is no max pooling below high, so there are no switches');
    const [head, ...rows] = (await readFile(join(out, 'numbers/random-layers.csv'), 'utf8')).trim().split('\n');
    expect(head).toMatch(/^rule,random_layers,down_to,count,empty,rank_correlation_signed,rank_correlation_absolute,/);
    expect(rows.map((row) => row.split(',').slice(0, 4).join(','))).toEqual(
      ['deconvnet', 'guided', 'gradient'].flatMap((rule) => [`${rule},0,,2`, `${rule},1,high,2`, `${rule},2,low,2`]),
    );
  });

  it('writes the four sections, all files that they name, and how everything was measured', async () => {
    const { out, document, cover } = await write(twins(), await pictures(), { seed: 7, title: 'Twins' });
    const files = new Set([...(await filesIn(out)).keys()].map((name) => name.slice(1)));
    const named = [...document.querySelectorAll('img, main a')].map(
      (element) => element.getAttribute('src') ?? element.getAttribute('href')!,
    );
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((name) => !files.has(name))).toEqual([]);
    // By three rules, the real projection and the one of the first step.
    expect(cover).toHaveLength(6);
    expect(cover.filter((name) => !files.has(name))).toEqual([]);
    const headings = [...document.querySelectorAll('h2')].map((heading) => heading.textContent);
    expect(headings.map((text) => text?.slice(0, 3)).slice(1, 5)).toEqual(['(a)', '(b)', '(c)', '(d)']);
    expect(document.querySelectorAll('svg')).toHaveLength(4);
    // The second picture is folded away in (a), (c) and (d).
    expect(document.querySelectorAll('details')).toHaveLength(3);
    const text = document.querySelector('main')!.textContent;
    expect(text).toMatch(/alike if the greater number of a cell is 0\.7 or more, partly alike from 0\.3 on/);
    expect(text).toMatch(/windows are 11 × 11 pixels.*constants K are 0\.01 and 0\.03; its range is 2 with signs/);
    expect(text).toMatch(/seed 7\b/);
    expect(text).toMatch(/Adebayo.*2018[\s\S]*Nie.*2018[\s\S]*Mahendran.*2016/);
    expect(document.querySelector('footer')!.textContent).toMatch(/Seed\s*7/);
    expect([...files].filter((name) => name.startsWith('unfinished'))).toEqual([]);
  });

  it('leaves out the classes of a network that has none, and says so', async () => {
    const { out, page } = await write(scaled(), await pictures());
    expect(page).toMatch(/no logit of its own for each of several classes, so this section is left out/);
    expect([...(await filesIn(out)).keys()].filter((name) => name.includes('class'))).toEqual([]);
    expect(page).not.toContain('another class');
  });

  it('takes the picture turned by half as the control if there is no other one', async () => {
    const { page } = await write(scaled(), await pictures(1));
    expect(page).toMatch(/the same picture turned by half, since there is no other one of its size/);
    const { page: two } = await write(scaled(), await pictures(2), { pictures: ['1.png'] });
    expect(two).toMatch(/from another picture \(the next picture of the list\)/);
  });

  it('goes on after a stop, and writes the same bytes', async () => {
    const folder = await pictures();
    const [whole, out] = [await write(twins(), folder), join(await tempFolder(), 'stopped')];
    const stop = new AbortController();
    const halted = write(twins(), folder, {
      ...{ out, signal: stop.signal },
      onProgress: ({ done }) => done > 60 && stop.abort(new Error('enough')),
    });
    await expect(halted).rejects.toThrow('enough');
    const costs: unknown[] = [];
    const told: number[] = [];
    await write(twins(), folder, {
      ...{ out, onCost: (cost) => void costs.push(cost) },
      onProgress: ({ done, total }) => void told.push(done / total),
    });
    // For each of two pictures: edges and control, classes and control, four kinds of switches, and two networks.
    const [maps, classes] = [2, 4];
    const [up, down] = [7 + 7 + 7 + 7, 3 * (2 * maps + 2 * classes + 4 * maps + 2 * maps)];
    // The edges and the classes of the first picture were finished.
    expect(costs).toEqual([{ up: 2 * up, down: 2 * down, done: 14 + 3 * (2 * maps + 2 * classes) }]);
    expect(told.at(-1)).toBe(1);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(await filesIn(out)).toEqual(await filesIn(whole.out));
  });

  it('gives other random weights for another seed', async () => {
    const folder = await pictures();
    const figures = async (seed: number) =>
      readFile(join((await write(twins(), folder, { seed })).out, 'numbers/random-layers.csv'), 'utf8');
    expect(await figures(0)).toBe(await figures(0));
    expect(await figures(1)).not.toBe(await figures(0));
  });

  it.each([
    ['a layer that is none', { layer: 'top' }, 'unknown-layer', /top/],
    ['a layer without weights below it', { layer: 'flatten' }, 'invalid-option', /nothing to make random/],
    ['a feature map that is none', { maps: [3] }, 'feature-map-out-of-range', /3/],
    ['a class that is none', { classes: [0, 3] }, 'invalid-option', /no class 3.*numbered from 0 to 2/],
    ['one class', { classes: 1 }, 'invalid-option', /2 or more/],
    ['a seed that is not whole', { seed: 0.5 }, 'invalid-option', /seed is a whole number/],
    ['a picture that is none', { pictures: ['z.png'] }, 'invalid-option', /no picture 'z\.png'/],
  ])('refuses %s', async (_, options, code, says) => {
    await expect(write(twins(), await pictures(), options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(says),
    });
  });
});
