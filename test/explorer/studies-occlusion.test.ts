import { Deconvnet, type Picture, renderProjection } from 'deconvnet';
import { loadModel, readPicture, useBackend } from 'deconvnet/node';
import { type Occlusion, occlusion } from 'deconvnet/studies';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesOf } from '../support/models/saved-model.js';
import { deepNetwork } from './deep-network.js';
import { differenceFrom, drop, untilProjected, untilText, useExplorer } from './explorer-page.js';
import { traceTasks } from './trace-tasks.js';

const openExplorer = useExplorer();

/** The picture and the feature map that are chosen at first. */
const ID = 'airplane/00003.png';
const WATCHED = { layer: 'conv3', size: 6, stride: 4, fill: 'mean' } as const;

let expected: Occlusion;
let projected: Picture;

beforeAll(async () => {
  await useBackend('wasm');
  const deconvnet = new Deconvnet(await loadModel('examples/cifar10-zfnet/model'));
  const image = deconvnet.toInput(await readPicture(`examples/cifar10-zfnet/pictures/${ID}`));
  expected = await occlusion(deconvnet, { id: ID, image, label: 'airplane' }, WATCHED);
  const { layer, featureMap } = expected;
  projected = await renderProjection(await deconvnet.project(image, { layer, featureMap, position: 'strongest' }));
});

/** Covers the picture as `expected` was made. */
async function cover(page: Page): Promise<void> {
  await page.fill('#occlusion-size', String(WATCHED.size));
  await page.fill('#occlusion-stride', String(WATCHED.stride));
  await page.selectOption('#occlusion-fill', WATCHED.fill);
  await page.click('#occlusion-form button.primary');
  await untilText(page, '#status', 'The study is finished.');
  await page.locator('#activity-map svg').waitFor();
}

/** What the page says of a cell: the values of all maps there. */
async function readCell(page: Page): Promise<{ activity: number; probability: number; best: string; top: number }> {
  const said = (await page.textContent('#square-facts'))!;
  const found = /^Rows (\d+) to .* activity ([\d.e-]+), probability of airplane ([\d.]+), most probable (\w+)\.$/.exec(
    said,
  );
  expect(found, said).not.toBeNull();
  const [, top, activity, probability, best] = found!;
  return { top: Number(top), activity: Number(activity), probability: Number(probability), best: best! };
}

async function expectCell(page: Page, cell: number): Promise<void> {
  const found = await readCell(page);
  const { activity, classes, squares } = expected;
  expect(Math.abs(found.activity - activity[cell]!)).toBeLessThan(0.01 * expected.cleanActivity);
  expect(found.probability).toBeCloseTo(classes!.probability[cell]!, 2);
  expect(found.best).toBe(classes!.labels![classes!.best[cell]!]);
  expect(found.top).toBe(squares[cell]!.top);
}

const tensors = (page: Page): Promise<string | null> => page.getAttribute('#memory', 'data-tensors');

describe('occlusion in the page', () => {
  it('is what the library computes in Node, and says so in captions', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3', expected.featureMap);
    await cover(page);
    expect(await page.textContent('#occlusion-title')).toBe(`${ID}, feature map ${expected.featureMap} of conv3`);
    expect(await page.textContent('#occlusion-read')).toContain(
      'A square of 6 × 6 pixels, in the mean colour of the picture, was put at 64 places, in steps of 4 pixels.',
    );
    const clean = Number(/which is ([\d.]+) if/.exec((await page.textContent('#activity-caption'))!)![1]);
    expect(Math.abs(clean - expected.cleanActivity)).toBeLessThan(0.01 * clean);
    expect(await page.textContent('#probability-caption')).toContain(
      'The probability of airplane, the class of the picture',
    );
    expect(await page.textContent('#occlusion-check')).toContain('Checked: no activation');
    expect(await differenceFrom(page, '#covered-projection', projected)).toBeLessThanOrEqual(2);
    // The cell where the activity is lowest comes first.
    await expectCell(page, expected.activity.indexOf(Math.min(...expected.activity)));
    expect(errors).toEqual([]);
  });

  it('shows the square and the values of the cell that the mouse is over, and that the arrow keys move to', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await cover(page);
    await page.locator('#probability-map').scrollIntoViewIfNeeded();
    const side = (await page.locator('#probability-map').boundingBox())!.width / 8;
    // Row 2, column 5 of 8.
    await page.hover('#probability-map', { position: { x: 5.5 * side, y: 2.5 * side } });
    await expectCell(page, 21);
    const { top, left } = expected.squares[21]!;
    const placed = await page
      .locator('#square')
      .evaluate((square: HTMLElement) => [square.style.top, square.style.left]);
    expect(placed).toEqual([`${(100 * top) / 32}%`, `${(100 * left) / 32}%`]);

    await page.focus('#class-map');
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowUp'])
      await page.keyboard.press(key);
    // The last column has nothing to its right.
    await expectCell(page, 23);
    expect(await page.getAttribute('#class-map', 'aria-valuetext')).toBe(await page.textContent('#square-facts'));
    await page.keyboard.press('Home');
    await expectCell(page, 0);
    const outline = page.locator('#activity-map svg .cell');
    expect([await outline.getAttribute('x'), await outline.getAttribute('y')].map(Number)).toEqual([0, 0]);
    expect(errors).toEqual([]);
  });

  it('can be stopped, lets other work go on, and leaves no tensors after its end, a stop or an error', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await expect.poll(() => tensors(page)).toMatch(/\d+/);
    await cover(page);
    await page.waitForTimeout(300);
    const before = Number(await tensors(page));
    expect(before).toBeGreaterThan(10);
    await cover(page);
    await page.waitForTimeout(300);
    expect(Number(await tensors(page))).toBe(before);

    await page.fill('#occlusion-stride', '1');
    await page.focus('#occlusion-form button.primary');
    await page.keyboard.press('Enter');
    await untilText(page, '#study-left', /\d+ %|runs/);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('stop-study');
    await page.locator('#maps-list [role=option]').nth(2).click();
    await untilText(page, '#status', /The projection of conv3/);
    expect(await page.isVisible('#study-run')).toBe(true);
    await page.click('#stop-study');
    await untilText(page, '#status', 'The study was stopped.');
    expect(await page.isVisible('#study-run')).toBe(false);
    await page.waitForTimeout(300);
    expect(Number(await tensors(page))).toBe(before);
    // The result before is still there.
    expect(await page.textContent('#occlusion-read')).toContain('64 places');

    await page.fill('#occlusion-stride', '');
    await page.locator('#occlusion-size').evaluate((field: HTMLInputElement) => {
      field.max = '';
      field.value = '33';
    });
    await page.click('#occlusion-form button.primary');
    expect(await untilText(page, '#alert-text', 'does not fit')).toContain('A square of 33 pixels does not fit');
    await page.waitForTimeout(300);
    expect(Number(await tensors(page))).toBe(before);
    expect(errors).toEqual([]);
  });

  it('leaves out the maps of classes where a network has none', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    // A study of another network ends with it.
    await page.click('#occlusion-form button.primary');
    await drop(page, filesOf(await deepNetwork(2, 4)));
    await untilProjected(page, 'conv2');
    expect(await page.isVisible('#study-run')).toBe(false);
    expect(await page.isVisible('#occlusion-result')).toBe(false);
    await page.click('#occlusion-form button.primary');
    await untilText(page, '#status', 'The study is finished.');
    expect(await untilText(page, '#occlusion-read', 'no classes')).toContain(
      'maps (d) and (e) of the paper are left out',
    );
    expect(await page.isVisible('#activity-map')).toBe(true);
    expect(await page.isVisible('#probability-map')).toBe(false);
    expect(await page.isVisible('#class-map')).toBe(false);
    expect(errors).toEqual([]);
  });

  it('does not make the page wait', async () => {
    const { page } = await openExplorer();
    await untilProjected(page, 'conv3');
    const tasks = await traceTasks(page, async () => {
      await page.fill('#occlusion-stride', '2');
      await page.click('#occlusion-form button.primary');
      await untilText(page, '#status', 'The study is finished.');
      await page.locator('#class-map svg').waitFor();
    });
    expect(tasks.filter(({ cpu }) => cpu > 100)).toEqual([]);
  });
});
