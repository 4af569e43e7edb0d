import { Deconvnet, type Projection, projectionBounds, renderProjection, type Selection } from 'deconvnet';
import { loadModel, readPicture, useBackend } from 'deconvnet/node';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesOf } from '../support/models/saved-model.js';
import { deepNetwork } from './deep-network.js';
import { differenceFrom, drop, pixelsOf, untilProjected, untilText, useExplorer } from './explorer-page.js';

const openExplorer = useExplorer();

const SELECTION = { layer: 'conv2', featureMap: 5, position: 'strongest' } satisfies Selection;

let projection: Projection;

beforeAll(async () => {
  await useBackend('wasm');
  const deconvnet = new Deconvnet(await loadModel('examples/cifar10-zfnet/model'));
  const image = deconvnet.toInput(await readPicture('examples/cifar10-zfnet/pictures/airplane/00003.png'));
  projection = await deconvnet.project(image, SELECTION);
});

async function openMap(page: Page): Promise<void> {
  await untilProjected(page, 'conv3');
  await page.click('[data-layer="conv2"]');
  await untilProjected(page, 'conv2');
  await page.click('[role=option][data-map="5"]');
  await untilProjected(page, 'conv2', 5);
}

describe('the drawing of a projection', () => {
  it('has the contrast that is chosen, and says its scale and what is clipped', async () => {
    const { page, errors } = await openExplorer();
    await openMap(page);
    const clipped = await renderProjection(projection);
    const whole = await renderProjection(projection, { contrast: 'max' });
    expect(clipped.scale).toBeLessThan(whole.scale);
    expect(await differenceFrom(page, '#projection-canvas', clipped)).toBeLessThanOrEqual(2);
    const facts = await untilText(page, '#drawing-facts', 'Grey is zero');
    expect(facts).toContain(`white is ${Number(clipped.scale.toPrecision(3))}.`);
    expect(facts).toContain(`${(100 * clipped.clipped).toFixed(1)} % of the values are larger`);

    await page.getByRole('radio', { name: 'full range' }).check();
    await untilText(page, '#drawing-facts', 'No value is larger');
    expect(await differenceFrom(page, '#projection-canvas', whole)).toBeLessThanOrEqual(2);

    await page.getByLabel('Brighten weak values').fill('0.5');
    const bright = await renderProjection(projection, { contrast: 'max', gamma: 0.5 });
    await expect.poll(() => differenceFrom(page, '#projection-canvas', bright)).toBeLessThanOrEqual(4);
    expect(await differenceFrom(page, '#projection-canvas', whole)).toBeGreaterThan(20);
    expect(errors).toEqual([]);
  });

  it('clips at the percentile that a person enters', async () => {
    const { page, errors } = await openExplorer();
    await openMap(page);
    const field = page.getByRole('spinbutton', { name: 'Percentile that is white' });
    expect(await field.inputValue()).toBe('99.5');
    await field.fill('90');
    const clipped = await renderProjection(projection, { contrast: 90 });
    expect(clipped.clipped).toBeGreaterThan(0.09);
    await untilText(page, '#drawing-facts', `${(100 * clipped.clipped).toFixed(1)} % of the values are larger`);
    expect(await differenceFrom(page, '#projection-canvas', clipped)).toBeLessThanOrEqual(2);
    expect(await page.locator('#contrast :checked').count()).toBe(0);

    await field.press('ArrowUp');
    expect(await field.inputValue()).toBe('90.1');
    // What makes no sense changes nothing, and does not stay.
    await field.fill('20');
    await field.press('Tab');
    expect(await field.inputValue()).toBe('90.1');
    await field.fill('100');
    await untilText(page, '#drawing-facts', 'No value is larger');
    expect(await page.isChecked('#contrast [value=full]')).toBe(true);
    await page.getByRole('radio', { name: 'high' }).check();
    expect(await field.inputValue()).toBe('99.5');
    expect(errors).toEqual([]);
  });

  it('is enlarged where the projection is, or all that is seen', async () => {
    const { page, errors } = await openExplorer();
    await openMap(page);
    const { size } = await projectionBounds(projection);
    const side = Math.ceil(Math.max(...size) * 1.1);
    expect(side).toBeLessThan(17);
    expect(await pixelsOf(page, '#patch-projection-canvas')).toMatchObject({ width: side, height: side });
    // The energy of the projection is in what is shown.
    const energy = ({ data }: { data: number[] }): number =>
      data.reduce((sum, value, i) => sum + (i % 4 === 3 ? 0 : (value - 128) ** 2), 0);
    const shown = energy(await pixelsOf(page, '#patch-projection-canvas'));
    expect(shown).toBeGreaterThan(0.9 * energy(await pixelsOf(page, '#projection-canvas')));
    expect(await page.isVisible('#box')).toBe(true);
    expect(await page.isVisible('#focus-box')).toBe(true);

    await page.getByRole('radio', { name: 'all that is seen' }).check();
    await expect.poll(async () => (await pixelsOf(page, '#patch-projection-canvas')).width).toBe(17);
    expect(errors).toEqual([]);
  });
});

describe('the rule', () => {
  it('is chosen by how much projections depend on the picture, unless a person chooses it', async () => {
    const { page, errors } = await openExplorer();
    await untilText(page, '#rule-facts', /Under the rule deconvnet, .* have a similarity of -?0\.[01]\d/);
    expect(await page.isChecked('#rule [value=deconvnet]')).toBe(true);
    expect(await page.isVisible('#rule-reason')).toBe(false);

    const files = filesOf(await deepNetwork(3, 8));
    await drop(page, files);
    await untilText(page, '#network-name', 'deep');
    await untilText(page, '#rule-reason', 'The page has chosen the rule guided');
    expect(await page.isChecked('#rule [value=guided]')).toBe(true);
    await untilText(page, '#detail-facts', 'The rule guided took');
    await untilText(page, '#rule-facts', /Under the rule guided, .* have a similarity of/);

    await page.getByRole('radio', { name: 'deconvnet' }).check();
    await untilText(page, '#rule-facts', 'they show only the weights of the network');
    await untilText(page, '#detail-facts', 'The rule deconvnet took');
    expect(await page.isVisible('#rule-reason')).toBe(false);
    // What a person chose holds for the next network, too.
    await drop(page, files);
    await untilText(page, '#status', 'is ready');
    await untilText(page, '#rule-facts', 'they show only the weights of the network');
    expect(await page.isChecked('#rule [value=deconvnet]')).toBe(true);
    expect(errors).toEqual([]);
  });
});
