import { readdirSync } from 'node:fs';
import { Deconvnet, type SourceItem } from 'deconvnet';
import { loadModel, readPicture, useBackend } from 'deconvnet/node';
import { type Ablation, ablation } from 'deconvnet/studies';
import { zipSync } from 'fflate';
import type { Page } from 'playwright';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { byColour, COLOURS } from '../support/models/by-colour.js';
import { filesOf, savedModel } from '../support/models/saved-model.js';
import { deepNetwork } from './deep-network.js';
import { chooseStudy, drop, untilProjected, untilText, useExplorer } from './explorer-page.js';
import { traceTasks } from './trace-tasks.js';

const openExplorer = useExplorer();

const FOLDER = 'examples/cifar10-zfnet/pictures';
/** What is counted in Node: the first pictures of each class, and feature maps spread evenly over conv3. */
const [PICTURES, MAPS, SEED] = [40, [0, 42, 85, 127], 5];

let expected: Ablation;
let pictures: Uint8Array;

beforeAll(async () => {
  await useBackend('wasm');
  const deconvnet = new Deconvnet(await loadModel('examples/cifar10-zfnet/model'));
  async function* items(): AsyncGenerator<SourceItem, void, undefined> {
    for (let rank = 0; rank < PICTURES / 10; rank++) {
      for (const label of readdirSync(FOLDER).sort()) {
        const id = `${label}/${readdirSync(`${FOLDER}/${label}`).sort()[rank]}`;
        yield { id, label, image: deconvnet.toInput(await readPicture(`${FOLDER}/${id}`)) };
      }
    }
  }
  const options = { layer: 'conv3', featureMaps: MAPS, shares: [0.5], draws: 5, seed: SEED };
  expected = await ablation(deconvnet, items(), options);
  const painted = async (background: { r: number; g: number; b: number }): Promise<Uint8Array> =>
    new Uint8Array(
      await sharp({ create: { width: 2, height: 2, channels: 3, background } })
        .png()
        .toBuffer(),
    );
  const [red, green, blue] = await Promise.all(
    [255, 0, 0].map((_, i) => painted({ r: i === 0 ? 255 : 0, g: i === 1 ? 255 : 0, b: i === 2 ? 255 : 0 })),
  );
  pictures = zipSync({
    ...{ 'red/1.png': red!, 'red/2.png': red!, 'green/1.png': green!, 'green/2.png': green! },
    ...{ 'blue/1.png': blue!, 'blue/2.png': blue!, 'other/1.png': blue!, 'blue/broken.png': new Uint8Array(9) },
  });
});

/** Opens the planted network, which says how it takes pictures, and perhaps the names of its classes. */
async function openByColour(page: Page, labels?: readonly string[]): Promise<void> {
  await untilProjected(page, 'conv3');
  const saved = await savedModel(byColour());
  saved.json.userDefinedMetadata = { preprocessing: 'unit', ...(labels && { labels }) };
  await drop(page, { ...filesOf(saved), 'pictures.zip': pictures });
  await untilProjected(page, 'colours');
  await openStudy(page);
}

async function openStudy(page: Page): Promise<void> {
  await chooseStudy(page, 'ablation');
}

async function run(page: Page): Promise<void> {
  await page.click('#ablation-form button.primary');
  await untilText(page, '#status', 'The study is finished.');
  await page.locator('#ablation-matrix svg').waitFor();
}

async function limit(page: Page, maps: number, count: number, seed = 0): Promise<void> {
  await page.fill('#ablation-maps', String(maps));
  await page.fill('#ablation-pictures', String(count));
  await page.fill('#ablation-seed', String(seed));
}

/** The cells of a table, of that of accuracies if none is named. */
const tableOf = (page: Page, table = '#ablation-table'): Promise<string[][]> =>
  page
    .locator(`${table} tr`)
    .evaluateAll((rows) => rows.map((row) => [...(row as HTMLTableRowElement).cells].map((cell) => cell.innerText)));

/** What is written in the matrix: the names of rows and columns, and the changes. */
const wordsOf = (page: Page): Promise<(string | null)[]> =>
  page.locator('#ablation-matrix text').evaluateAll((all) => all.map(({ textContent }) => textContent));

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
const tensors = (page: Page): Promise<string | null> => page.getAttribute('#memory', 'data-tensors');
const whyNot = (page: Page): Promise<string | null> => page.textContent('#ablation-subject');

describe('ablation in the page', () => {
  it('counts what the library counts in Node', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await openStudy(page);
    expect(await whyNot(page)).toBe('Counts right answers. The page has 500 pictures of 10 classes.');
    await limit(page, MAPS.length, PICTURES, SEED);
    await run(page);
    const of = (what: string) => expected.ablations.filter((one) => one.what === what);
    const share = (right: number, all: number): string => ((100 * right) / all).toFixed(1);
    const mean = (i: number): number => sum(of('share').map(({ correct }) => correct[i]!)) / 5;
    const table = await tableOf(page);
    expect(table[0]).toEqual(['Class', 'Pictures', 'as it is', 'half off', 'all off']);
    const [, count, own, half, all] = table[1]!;
    expect([count, own, all]).toEqual([
      '40',
      share(sum(expected.correct), 40),
      share(sum(of('layer')[0]!.correct), 40),
    ]);
    expect(half!.split(' ')[0]).toBe(share(sum(expected.labels.map((_, i) => mean(i))), 40));
    for (const [i, label] of expected.labels.entries()) {
      const cells = [expected.correct[i]!, mean(i), of('layer')[0]!.correct[i]!].map((right) => share(right, 4));
      expect(table[2 + i]).toEqual([label, '4', ...cells]);
    }
    const words = await wordsOf(page);
    for (const map of MAPS) expect(words).toContain(`map ${map}`);
    // Each change of a class is one of a picture of four or more.
    const changes = of('map').flatMap(({ correct }) => correct.map((right, i) => 25 * (right - expected.correct[i]!)));
    for (const change of [...new Set(changes)].filter((one) => one !== 0)) {
      expect(words).toContain(`${change > 0 ? '+' : '−'}${Math.abs(change)}`);
    }
    expect(await page.textContent('#ablation-read')).toContain('The network is not trained again');
    expect(await page.textContent('#ablation-made')).toBe(
      '40 of 500 pictures with a class of the network were taken: one of each class in turn. Half of the feature maps was drawn 5 times, by the seed 5.',
    );
    expect(errors).toEqual([]);
  });

  it('finds which feature maps matter for which class where that is planted, with the keyboard', async () => {
    const { page, errors } = await openExplorer();
    await openByColour(page, COLOURS);
    expect(await whyNot(page)).toBe(
      'Counts right answers. The page has 7 pictures of 3 classes. 1 picture without a class of the network is left out.',
    );
    await page.focus('#ablation-form button.primary');
    await page.keyboard.press('Enter');
    await untilText(page, '#status', 'The study is finished.');
    expect((await tableOf(page)).slice(1).map(([name, count, own, , all]) => [name, count, own, all])).toEqual([
      ['all pictures', '6', '100.0', '33.3'],
      ['red', '2', '100.0', '100.0'],
      ['green', '2', '100.0', '0.0'],
      ['blue', '2', '100.0', '0.0'],
    ]);
    await page.locator('#ablation-matrix svg').waitFor();
    const words = await wordsOf(page);
    // Without its feature map, green is lost, and so is blue; red is what the network answers if it sees nothing.
    expect(words.filter((text) => text === '−100').length).toBe(2 + 1);
    expect(words.filter((text) => text === '−33').length).toBe(2);
    const rows = words.filter((text) => text?.startsWith('map '));
    expect(rows.slice(0, 2)).toEqual(['map 1', 'map 2']);
    // The same in a table, which can be read out.
    await page.locator('#ablation-result summary').click();
    expect((await tableOf(page, '#ablation-values')).slice(0, 2)).toEqual([
      ['set to zero', ...COLOURS, 'all pictures'],
      ['map 1', '0.0', '−100.0', '0.0', '−33.3'],
    ]);
    expect(await page.textContent('#ablation-read')).toContain(
      'All 4 feature maps were set to zero one by one. Of these, map 1 changes most: without it, 2 pictures of green are lost.',
    );
    expect(await page.textContent('#ablation-made')).toContain('1 picture could not be read.');
    expect(errors).toEqual([]);
  });

  it('sets half of every layer to zero, and has a row for each', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await openStudy(page);
    await limit(page, MAPS.length, PICTURES, SEED);
    await page.selectOption('#ablation-what', 'halves');
    expect(await page.isVisible('#ablation-maps')).toBe(false);
    await run(page);
    const table = await tableOf(page);
    expect(table.map(([layer]) => layer)).toEqual(['Layer', 'conv1', 'conv2', 'conv3', 'conv4', 'conv5']);
    const drawn = expected.ablations.filter(({ what }) => what === 'share');
    const mean = sum(drawn.map(({ correct }) => sum(correct))) / drawn.length;
    expect(table[3]!.slice(1, 3)).toEqual(['128', ((100 * sum(expected.correct)) / PICTURES).toFixed(1)]);
    expect(table[3]![3]).toContain(`${((100 * mean) / PICTURES).toFixed(1)} ± `);
    expect(await wordsOf(page)).toEqual(expect.arrayContaining(['conv1', 'conv5', 'airplane', 'all pictures']));
    expect(await page.textContent('#ablation-read')).toMatch(
      /it relies most on half of conv\d: without it, [\d.]+ % are left/,
    );
    expect(errors).toEqual([]);
  });

  it('can be stopped, and leaves no tensors; the result before stays', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await openStudy(page);
    await limit(page, 2, 40);
    await run(page);
    await page.waitForTimeout(300);
    const before = Number(await tensors(page));
    expect(before).toBeGreaterThan(10);
    await limit(page, 128, 500);
    await page.click('#ablation-form button.primary');
    await untilText(page, '#study-left', /\d+ %|runs/);
    await page.click('#stop-study');
    await untilText(page, '#status', 'The study was stopped.');
    expect(await page.isVisible('#study-run')).toBe(false);
    expect((await tableOf(page))[1]![1]).toBe('40');
    await page.waitForTimeout(300);
    expect(Number(await tensors(page))).toBe(before);
    expect(errors).toEqual([]);
  });

  it('says what is missing, and works when it is there', async () => {
    const { page, errors } = await openExplorer();
    await openByColour(page);
    expect(await page.isDisabled('#ablation-form button.primary')).toBe(true);
    expect(await whyNot(page)).toBe(
      'This network does not say the names of its 3 classes. Enter them below, one on each line.',
    );
    await page.fill('#ablation-labels', 'cat\ndog');
    expect(await whyNot(page)).toContain('You have entered 2.');
    await page.fill('#ablation-labels', 'cat\ndog\nship');
    expect(await whyNot(page)).toBe(
      'None of the pictures has a class of this network. Drop two or more folders of pictures on this page, together or one after the other, each named like one of the classes: ‘cat’, ‘dog’, ‘ship’.',
    );
    await page.fill('#ablation-labels', 'red\ngreen \nblue\n');
    await run(page);
    expect((await tableOf(page)).map(([name]) => name)).toEqual(['Class', 'all pictures', ...COLOURS]);
    await page.waitForTimeout(300);
    const before = await tensors(page);
    await run(page);
    await page.waitForTimeout(300);
    expect(await tensors(page)).toBe(before);

    await drop(page, filesOf(await deepNetwork(2, 4)));
    await untilProjected(page, 'conv2');
    expect(await page.isVisible('#ablation-result')).toBe(false);
    expect(await page.isVisible('#ablation-labels')).toBe(false);
    expect(await whyNot(page)).toContain('This network has no output with one score for each class');
    expect(await page.isDisabled('#ablation-form button.primary')).toBe(true);
    expect(errors).toEqual([]);
  });

  it('does not make the page wait, and fits a narrow window', async () => {
    const { page, errors } = await openExplorer('wasm', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await untilProjected(page, 'conv3');
    await openStudy(page);
    await limit(page, 30, 40);
    const tasks = await traceTasks(page, () => run(page));
    expect(tasks.filter(({ cpu }) => cpu > 100)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(errors).toEqual([]);
  });
});
