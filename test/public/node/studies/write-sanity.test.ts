import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../../support/backends.js';
import { filesIn } from '../../../support/files-in.js';
import { judgedIn, noisePictures, scaled, twins, writeAndRead } from '../../../support/studies/written-sanity.js';
import { tempFolder } from '../../../support/temp-folder.js';

const equal = (number: number): unknown => expect.closeTo(number, 5);

describe('writeSanity', () => {
  beforeAll(() => use('cpu'));

  it('finds that one dense layer depends on nothing but its weights, and that equal classes are alike', async () => {
    const { out, summary } = await writeAndRead(twins(), await noisePictures(), { classes: [0, 1] });
    const judged = await judgedIn(out);
    expect(judged.map(({ rule }: { rule: string }) => rule)).toEqual(['deconvnet', 'guided', 'gradient']);
    for (const one of judged) {
      expect(one).toMatchObject({
        allRandom: { verdict: 'unlike' },
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
    const { out, summary, page } = await writeAndRead(scaled(), await noisePictures());
    for (const one of await judgedIn(out)) {
      expect(one.upperHalf).toMatchObject({ verdict: 'alike', absolute: equal(1) });
    }
    expect(summary).toBe(
      'When the upper 1 of 2 layers gets random weights, projections by deconvnet, guided and gradient hardly change, so they show little of what was learned there.',
    );
    expect(page).toContain('The network has no max pooling below high, and therefore no switches.');
    const [head, ...rows] = (await readFile(join(out, 'numbers/random-layers.csv'), 'utf8')).trim().split('\n');
    expect(head).toMatch(/^rule,random_layers,down_to,count,empty,rank_correlation_signed,rank_correlation_absolute,/);
    expect(rows.map((row) => row.split(',').slice(0, 4).join(','))).toEqual(
      ['deconvnet', 'guided', 'gradient'].flatMap((rule) => [`${rule},0,,2`, `${rule},1,high,2`, `${rule},2,low,2`]),
    );
  });

  it('writes the four sections, all files that they name, and how everything was measured', async () => {
    const { out, document, cover } = await writeAndRead(twins(), await noisePictures(), { seed: 7, title: 'Twins' });
    const files = new Set([...(await filesIn(out)).keys()].map((name) => name.slice(1)));
    const named = [...document.querySelectorAll('img, main a')].map(
      (element) => element.getAttribute('src') ?? element.getAttribute('href')!,
    );
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((name) => !files.has(name))).toEqual([]);
    // By three rules, the real projection and the one of the first step.
    expect(cover.map(({ caption }) => caption)).toEqual(
      ['deconvnet', 'guided', 'gradient'].flatMap((rule) => [`${rule}: the real network`, `${rule}: 1 layer random`]),
    );
    expect(cover.filter(({ file }) => !files.has(file))).toEqual([]);
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
    const { out, page } = await writeAndRead(scaled(), await noisePictures());
    expect(page).toMatch(/no logit of its own for each of several classes, so this section is left out/);
    expect([...(await filesIn(out)).keys()].filter((name) => name.includes('class'))).toEqual([]);
    expect(page).not.toContain('another class');
  });

  it('goes on after a stop, and writes the same bytes', async () => {
    const folder = await noisePictures();
    const [whole, out] = [await writeAndRead(twins(), folder), join(await tempFolder(), 'stopped')];
    const stop = new AbortController();
    const halted = writeAndRead(twins(), folder, {
      ...{ out, signal: stop.signal },
      onProgress: ({ done }) => done > 60 && stop.abort(new Error('enough')),
    });
    await expect(halted).rejects.toThrow('enough');
    const costs: unknown[] = [];
    const told: number[] = [];
    await writeAndRead(twins(), folder, {
      ...{ out, onCost: (cost) => void costs.push(cost) },
      onProgress: ({ done, total }) => void told.push(done / total),
    });
    // For each of two pictures: edges and control, classes and control, four kinds of switches, and two networks.
    // The network has three classes, and one position in its layer.
    const [maps, classes] = [2, 3];
    const [up, down] = [7 + 7 + 7 + 7, 3 * (2 * maps + 2 * classes + 4 * maps + 2 * maps)];
    // The edges and the classes of the first picture were finished.
    const finished = { up: 7 + 7, down: 3 * (2 * maps + 2 * classes) };
    const left = { up: 2 * up - finished.up, down: 2 * down - finished.down, comparisons: expect.any(Number) };
    const done = finished.up + finished.down;
    expect(costs).toEqual([{ up: 2 * up, down: 2 * down, atMost: true, done, left }]);
    expect(told.at(-1)).toBe(1);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(await filesIn(out)).toEqual(await filesIn(whole.out));
  });

  it('gives other random weights for another seed', async () => {
    const folder = await noisePictures();
    const figures = async (seed: number) =>
      readFile(join((await writeAndRead(twins(), folder, { seed })).out, 'numbers/random-layers.csv'), 'utf8');
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
    await expect(writeAndRead(twins(), await noisePictures(), options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(says),
    });
  });
});
