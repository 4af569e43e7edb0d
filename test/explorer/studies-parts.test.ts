import { readFileSync } from 'node:fs';
import { Deconvnet } from 'deconvnet';
import { loadModel, readPicture, useBackend } from 'deconvnet/node';
import { type Box, correspondence, type Invariance, invariance } from 'deconvnet/studies';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseStudy, untilProjected, untilText, useExplorer } from './explorer-page.js';

const openExplorer = useExplorer();

const IDS = ['airplane/00003.png', 'automobile/00006.png'] as const;
const HEAD: Box = { left: 4, top: 8, right: 12, bottom: 20 };
const TAIL: Box = { left: 20, top: 10, right: 28, bottom: 24 };

let deconvnet: Deconvnet;

beforeAll(async () => {
  await useBackend('wasm');
  deconvnet = new Deconvnet(await loadModel('examples/cifar10-zfnet/model'));
});

const imageOf = async (id: string) => deconvnet.toInput(await readPicture(`examples/cifar10-zfnet/pictures/${id}`));

/** Shows the settings of a study. */
const choose = (page: Page, study: string): Promise<void> => chooseStudy(page, study);

/** The heights of a curve over the axis, as shares of its highest point. */
function heightsOf(page: Page, plot: number, curve: number): Promise<number[]> {
  return page
    .locator('#invariance-plots .plot')
    .nth(plot)
    .locator('g[aria-label="line"] path')
    .nth(curve)
    .evaluate((path) => {
      const ys = [...path.getAttribute('d')!.matchAll(/[\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));
      const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
      return ys.map((y) => (bottom - y) / (bottom - top));
    });
}

/** Draws a box on the last picture with the mouse. */
async function draw(page: Page, part: string, { left, top, right, bottom }: Box): Promise<void> {
  await page.fill('#part-name', part);
  const frame = page.locator('#marked > li:last-child .frame');
  await frame.scrollIntoViewIfNeeded();
  const { x, y, width } = (await frame.boundingBox())!;
  const at = (pixel: number): number => (pixel * width) / 32;
  await page.mouse.move(x + at(left), y + at(top));
  await page.mouse.down();
  await page.mouse.move(x + at(20), y + at(20), { steps: 3 });
  await page.mouse.move(x + at(right), y + at(bottom), { steps: 3 });
  await page.mouse.up();
}

async function markPicture(page: Page, id: string): Promise<void> {
  await page.click(`#picture-strip [data-id="${id}"]`);
  await expect.poll(() => page.getAttribute(`[data-id="${id}"]`, 'aria-pressed')).toBe('true');
  await page.click('#mark-picture');
  await page.locator(`#marked [data-id="${id}"] img`).evaluate((image: HTMLImageElement) => image.decode());
}

describe('invariance in the page', () => {
  it('has a curve for each layer and way to move, as the library computes them in Node', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await choose(page, 'invariance');
    await page.click('#invariance-form button.primary');
    await untilText(page, '#status', 'The study is finished.');
    await expect.poll(() => page.locator('#invariance-plots svg').count()).toBe(6);
    expect(await page.textContent('#invariance-title')).toBe(IDS[0]);
    expect(await page.textContent('#invariance-read')).toContain(
      'the probability of airplane, the class of the picture',
    );

    const image = await imageOf(IDS[0]);
    for (const [i, transformation] of (['translation', 'scale', 'rotation'] as const).entries()) {
      const found: Invariance = await invariance(
        deconvnet,
        { id: IDS[0], image, label: 'airplane' },
        { transformation },
      );
      for (const [curve, { layer, distances }] of found.layers.entries()) {
        const heights = await heightsOf(page, 2 * i, curve);
        const highest = Math.max(...distances);
        const furthest = Math.max(...distances.map((distance, at) => Math.abs(distance / highest - heights[at]!)));
        expect(furthest, `${transformation}, ${layer}`).toBeLessThan(0.01);
      }
    }
    expect(errors).toEqual([]);
  });
});

describe('correspondence in the page', () => {
  it('compares boxes that were drawn or entered, as the library does in Node, and saves and loads them', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await choose(page, 'correspondence');
    expect(await page.textContent('#correspondence-subject')).toContain('First mark the same part in two pictures');
    await markPicture(page, IDS[0]);
    await draw(page, 'head', HEAD);
    await draw(page, 'tail', TAIL);
    await markPicture(page, IDS[1]);
    await draw(page, 'head', HEAD);
    expect(await untilText(page, '#correspondence-subject', 'tail')).toContain(
      'The part ‘tail’ is marked in one picture alone',
    );
    expect(await page.isDisabled('#correspondence-form button.primary')).toBe(true);

    // The other box without a mouse.
    const card = page.locator('#marked > li:last-child');
    await page.fill('#part-name', 'tail');
    await card.getByRole('button', { name: 'Add a box' }).press('Enter');
    const fields = card.locator('[data-part=tail] input[type=number]');
    for (const [i, side] of (['left', 'top', 'right', 'bottom'] as const).entries()) {
      await fields.nth(i).fill(String(side === 'left' || side === 'top' ? 0 : 32));
      await page.keyboard.press('Tab');
    }
    for (const [i, side] of (['left', 'top', 'right', 'bottom'] as const).entries()) {
      await fields.nth(i).fill(String(TAIL[side]));
      await page.keyboard.press('Tab');
    }
    await untilText(page, '#correspondence-subject', 'Compares ‘head’, ‘tail’ in 2 pictures.');
    // A new name leaves the focus in its box.
    await card.locator('[data-part=head] input[type=text]').fill('nose');
    await page.keyboard.press('Tab');
    await untilText(page, '#correspondence-subject', 'The part ‘head’ is marked in one picture alone');
    expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toBe('Remove the box nose');
    await card.locator('[data-part=nose] input[type=text]').fill('head');
    await page.keyboard.press('Tab');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save-boxes')]);
    const boxes = Object.fromEntries(IDS.map((id) => [id, { head: HEAD, tail: TAIL }]));
    const saved = readFileSync(await download.path(), 'utf8');
    expect(JSON.parse(saved)).toEqual(boxes);

    await page.fill('#seed', '3');
    await page.click('#correspondence-form button.primary');
    await untilText(page, '#status', 'The study is finished.');
    const pictures = await Promise.all(IDS.map(async (id) => ({ id, image: await imageOf(id), boxes: boxes[id]! })));
    const { layers } = await correspondence(deconvnet, pictures, { seed: 3 });
    const rows = await page
      .locator('#correspondence-table tr')
      .evaluateAll((all) => all.map((row) => [...row.children].map(({ textContent }) => textContent)));
    expect(rows[0]).toEqual([
      'Covered',
      ...layers.flatMap(({ layer }) => [`Δ in ${layer}`, 'random, same size']),
      'Pairs',
    ]);
    expect(rows.map(([name]) => name)).toEqual(['Covered', 'head', 'tail', 'random boxes']);
    for (const [i, { parts, random, randomLike }] of layers.entries()) {
      const expected = [[parts.head!, randomLike.head!], [parts.tail!, randomLike.tail!], [random!]];
      for (const [row, found] of expected.entries()) {
        const shown = rows[row + 1]!.slice(2 * i + 1).map((cell) => Number.parseFloat(cell!));
        for (const [cell, { mean }] of found.entries()) expect(shown[cell]).toBeCloseTo(mean, 2);
      }
    }
    expect(await page.textContent('#correspondence-made')).toContain(
      'The seed of the places of the random boxes is 3.',
    );

    for (const id of IDS) await page.click(`#marked [data-id="${id}"] .title button`);
    expect(await page.locator('#marked > li').count()).toBe(0);
    await page.setInputFiles('#boxes-file', {
      name: 'b.json',
      mimeType: 'application/json',
      buffer: Buffer.from(saved),
    });
    await untilText(page, '#correspondence-subject', 'Compares ‘head’, ‘tail’ in 2 pictures.');
    expect(errors).toEqual([]);
  });

  it('says what is wrong with a file of boxes, and with a box that is not in its picture', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await choose(page, 'correspondence');
    const load = async (boxes: object): Promise<void> => {
      await page.click('#alert-close', { force: true, timeout: 500 }).catch(() => {});
      await page.setInputFiles('#boxes-file', {
        ...{ name: 'boxes.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(boxes)) },
      });
    };
    await load({ [IDS[0]]: { head: { ...HEAD, right: 2 } } });
    await untilText(page, '#alert-text', /The box 'head' of the picture 'airplane\/00003\.png' has no pixels/);
    await load({ 'rex.jpg': { head: HEAD } });
    await untilText(page, '#alert-text', 'This file names pictures that the page does not have: ‘rex.jpg’.');
    // The folder of a file may be another one.
    await load({ [`photos/${IDS[0]}`]: { head: HEAD }, '00006.png': { head: { ...HEAD, right: 33 } } });
    await untilText(page, '#correspondence-subject', 'Compares ‘head’ in 2 pictures.');
    const before = await page.getAttribute('#memory', 'data-tensors');
    await page.click('#correspondence-form button.primary');
    await untilText(page, '#alert-text', /‘head’ of ‘automobile\/00006\.png’ must lie inside of the picture/);
    await page.waitForTimeout(300);
    expect(await page.getAttribute('#memory', 'data-tensors')).toBe(before);
    expect(errors).toEqual([]);
  });
});

describe('the studies of the page', () => {
  it.each([
    [360, 'light'],
    [900, 'dark'],
  ] as const)('fit a window %i pixels wide, %s', async (width, colorScheme) => {
    const { page, errors } = await openExplorer('wasm', { viewport: { width, height: 740 }, colorScheme });
    await untilProjected(page, 'conv3');
    await page.fill('#occlusion-stride', '4');
    for (const study of ['occlusion', 'invariance']) {
      await choose(page, study);
      await page.click(`#${study}-form button.primary`);
      await page.locator(`#${study}-result svg >> nth=0`).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    await choose(page, 'correspondence');
    for (const id of IDS) {
      await markPicture(page, id);
      await draw(page, 'a part with a long name', HEAD);
    }
    await page.click('#correspondence-form button.primary');
    await page.locator('#correspondence-table td >> nth=0').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(errors).toEqual([]);
  });
});
