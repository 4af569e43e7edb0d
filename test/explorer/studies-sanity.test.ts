import { Deconvnet } from 'deconvnet';
import { loadModel, readPicture, useBackend } from 'deconvnet/node';
import {
  type ClassSensitivity,
  classSensitivity,
  type EdgeLikeness,
  edgeLikeness,
  type RandomizationStep,
  randomization,
  type SwitchDependence,
  summarizeLikeness,
  switchDependence,
} from 'deconvnet/studies';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesOf, savedModel } from '../support/models/saved-model.js';
import { deepNetwork } from './deep-network.js';
import { differenceFrom, drop, untilProjected, untilText, useExplorer } from './explorer-page.js';
import { check, emptyWhenRandom, expectFigures, numberOf, openCheck, tablesOf } from './sanity-tables.js';
import { traceTasks } from './trace-tasks.js';

const openExplorer = useExplorer();

/** The picture, the layer and the feature map that are chosen at first. */
const [ID, LAYER, MAP, SEED] = ['airplane/00003.png', 'conv3', 2, 3];
const RULES = ['deconvnet', 'guided', 'gradient'];

const steps: RandomizationStep[] = [];
let edges: EdgeLikeness;
let classes: ClassSensitivity;
let switches: SwitchDependence;

beforeAll(async () => {
  await useBackend('wasm');
  const deconvnet = new Deconvnet(await loadModel('examples/cifar10-zfnet/model'));
  const item = { id: ID, image: deconvnet.toInput(await readPicture(`examples/cifar10-zfnet/pictures/${ID}`)) };
  const chosen = { layer: LAYER, maps: [MAP] };
  for await (const step of randomization(deconvnet, item, { ...chosen, seed: SEED })) steps.push(step);
  edges = await edgeLikeness(deconvnet, item, chosen);
  classes = await classSensitivity(deconvnet, item);
  switches = await switchDependence(deconvnet, item, { ...chosen, seed: SEED + 1 });
});

const by = <One extends { readonly rule: string }>(all: readonly One[], rule: string): One =>
  all.find((one) => one.rule === rule)!;
const randomly = (part: string) => switches.projections.filter(({ random }) => random === part);

const tensors = (page: Page): Promise<string | null> => page.getAttribute('#memory', 'data-tensors');

describe('the sanity check in the page', () => {
  it('has the pictures and the figures that the library computes in Node, in four parts', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, LAYER, MAP);
    await openCheck(page);
    await check(page, SEED);
    expect(await page.textContent('#sanity-title')).toBe(`${ID}, feature map ${MAP} of ${LAYER}`);

    const [pictures, figures] = await tablesOf(page, 0);
    expect(pictures![0]).toEqual([
      '',
      'untouched',
      '1 of 3 random, down to conv3',
      '2 of 3 random, down to conv2',
      '3 of 3 random, down to conv1',
      'control',
    ]);
    await page.locator('#sanity-parts > section >> nth=0').locator('summary').click();
    for (const [i, rule] of RULES.entries()) {
      const [name, own, ...found] = pictures![1 + i]!;
      expect([name, own!.trim()]).toEqual([rule, 'itself']);
      const expected = [...steps.slice(1).map(({ projections }) => by(projections, rule)), by(randomly('both'), rule)];
      for (const [step, { likeness }] of expected.entries()) {
        expect(Math.abs(numberOf(found[step]) - likeness!.signed.rankCorrelation)).toBeLessThan(0.011);
      }
    }
    const [, shown] = await tablesOf(page, 0);
    expect(figures!.length).toBe(shown!.length);
    for (const [i, rule] of RULES.entries()) {
      for (const step of [1, 2, 3]) expectFigures(shown![4 * i + step]!, by(steps[step]!.projections, rule).likeness);
      expectFigures(shown![4 * i + 4]!, by(randomly('both'), rule).likeness);
    }
    expect(await page.locator('#sanity-parts .curves svg').count()).toBe(4);

    const [, besideEdges] = await tablesOf(page, 1);
    for (const [i, rule] of RULES.entries()) {
      expectFigures(besideEdges![1 + 2 * i]!, by(edges.projections, rule).likeness);
    }

    const [ofClasses, pairs] = await tablesOf(page, 2);
    const { label, probability } = classes.classes[0]!;
    expect(ofClasses![0]![1]).toBe(`${label}, ${(100 * probability).toFixed(1)} %`);
    for (const [i, { likeness }] of summarizeLikeness(classes.pairs).entries())
      expectFigures(pairs![1 + 2 * i]!, likeness);

    const [, mixed] = await tablesOf(page, 3);
    for (const [i, rule] of RULES.entries()) {
      for (const [row, part] of ['weights', 'switches', 'both'].entries()) {
        expectFigures(mixed![1 + 3 * i + row]!, by(randomly(part), rule).likeness);
      }
    }
    expect(await page.textContent('#sanity-made')).toContain('The seed is 3 in (a), and 4 for the control');
    expect(errors).toEqual([]);
  });

  it('draws each projection with the contrast and the gamma of the page, and grey for zero', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, LAYER, MAP);
    await page.fill('#percentile', '95');
    await page.fill('#weak', '0.5');
    // Nothing moves on the page any more.
    await untilText(page, '#drawing-facts', 'are clipped');
    await openCheck(page);
    await check(page, SEED);
    const canvases = '#sanity-parts > section:first-child canvas';
    // Three rows of an untouched projection, three steps and the control.
    expect(await page.locator(canvases).count()).toBe(15);
    for (const [place, projection] of [
      [5, by(steps[0]!.projections, 'guided')],
      [8, by(steps[3]!.projections, 'guided')],
    ] as const) {
      const { values, shape } = projection.pixels;
      const sizes = [...values]
        .map(Math.abs)
        .filter((size) => size > 0)
        .sort((a, b) => a - b);
      const scale = sizes[Math.ceil(0.95 * sizes.length) - 1]!;
      const data = new Uint8ClampedArray(shape[0] * shape[1] * 4).fill(255);
      for (const [i, value] of values.entries()) {
        const share = Math.sqrt(Math.min(Math.abs(value) / scale, 1));
        data[4 * Math.floor(i / 3) + (i % 3)] = 128 + 127 * Math.sign(value) * share;
      }
      const drawn = { height: shape[0], width: shape[1], data };
      expect(await differenceFrom(page, `${canvases} >> nth=${place}`, drawn)).toBeLessThanOrEqual(2);
    }
    expect(await page.locator(`${canvases} >> nth=7`).getAttribute('aria-label')).toMatch(
      /^Projection by guided, 2 of 3 layers random: rank correlation [−\d.]+$/,
    );
    expect(errors).toEqual([]);
  });

  it('takes the rules and steps that are chosen, with the keyboard, and asks for a rule if there is none', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, LAYER);
    await openCheck(page);
    for (const rule of RULES) {
      await page.focus(`#sanity-rules input[value=${rule}]`);
      await page.keyboard.press('Space');
    }
    expect(await page.textContent('#sanity-subject')).toBe('First choose a rule.');
    expect(await page.isDisabled('#sanity-form button.primary')).toBe(true);
    await page.keyboard.press('Space');
    expect(await page.textContent('#sanity-subject')).toContain(`Checks the projection of feature map ${MAP} of conv3`);
    await page.fill('#sanity-steps', '1');
    await page.keyboard.press('Enter');
    await untilText(page, '#status', 'The study is finished.');
    const [pictures] = await tablesOf(page, 0);
    expect(pictures![0]).toEqual(['', 'untouched', '3 of 3 random, down to conv1', 'control']);
    expect(pictures!.slice(1).map(([rule]) => rule)).toEqual(['gradient']);
    expect(await page.textContent('#sanity-parts')).toContain('1 of 3 steps, spread evenly');
    expect(errors).toEqual([]);
  });

  it('can be stopped, keeps what is finished and says so, and leaves no tensors', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, LAYER);
    await openCheck(page);
    await check(page);
    await page.waitForTimeout(300);
    const before = Number(await tensors(page));
    expect(before).toBeGreaterThan(10);
    await page.focus('#sanity-form button.primary');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('stop-study');
    // A result before the last one.
    await untilText(page, '#sanity-made', 'More results are on their way.');
    await page.click('#stop-study');
    await untilText(page, '#status', 'The study was stopped.');
    expect(await page.textContent('#sanity-made')).toContain('This check ended early');
    expect(await page.locator('#sanity-parts > section').count()).toBeLessThan(4);
    expect(await page.evaluate(() => document.activeElement?.closest('form')?.id)).toBe('sanity-form');
    await page.waitForTimeout(300);
    expect(Number(await tensors(page))).toBe(before);
    await check(page);
    expect(await page.locator('#sanity-parts > section').count()).toBe(4);
    await page.waitForTimeout(300);
    expect(Number(await tensors(page))).toBe(before);
    expect(errors).toEqual([]);
  });

  it('leaves out classes and switches where a network has none, and is cleared by another network', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, LAYER);
    await openCheck(page);
    await check(page);
    await drop(page, filesOf(await deepNetwork(2, 4)));
    await untilProjected(page, 'conv2');
    expect(await page.isVisible('#sanity-result')).toBe(false);
    await check(page);
    const parts = page.locator('#sanity-parts > section');
    expect(await parts.nth(2).textContent()).toContain('does not have a logit of its own for each of several classes');
    expect(await parts.nth(3).textContent()).toContain('No layer below conv2 has max pooling');
    expect(await parts.nth(3).locator('table').count()).toBe(0);
    expect(await parts.nth(0).locator('canvas').count()).toBe(12);
    expect(errors).toEqual([]);
  });

  it('says that a projection is empty, and why a feature map cannot be checked', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, LAYER);
    await drop(page, filesOf(await savedModel(emptyWhenRandom())));
    await untilProjected(page, 'seen');
    await openCheck(page);
    await check(page);
    const [pictures] = await tablesOf(page, 0);
    for (const row of pictures!.slice(1)) expect(row[2]!.replace(/\s+/g, ' ').trim()).toBe('empty zero everywhere');
    expect(await page.locator('#sanity-parts > section').first().textContent()).toContain(
      'are empty by deconvnet, guided and gradient.',
    );
    await page.locator('#maps-list [data-map="1"]').click();
    await untilText(page, '#detail-name', 'feature map 1');
    await page.click('#sanity-form button.primary');
    await untilText(page, '#alert-text', 'None of the chosen feature maps');
    await page.locator('#layers [data-layer="pixels"]').click();
    await untilProjected(page, 'pixels');
    await page.click('#sanity-form button.primary');
    await untilText(page, '#alert-text', 'Neither pixels nor a layer below it has learned weights');
    expect(await page.textContent('#sanity-title')).toContain('of seen');
    expect(errors).toEqual([]);
  });

  it('does not make the page wait', async () => {
    const { page } = await openExplorer();
    await untilProjected(page, LAYER);
    await openCheck(page);
    const tasks = await traceTasks(page, () => check(page));
    expect(tasks.filter(({ cpu }) => cpu > 100)).toEqual([]);
  });

  it.each([
    [360, 'light'],
    [900, 'dark'],
  ] as const)('fits a window %i pixels wide, %s', async (width, colorScheme) => {
    const { page, errors } = await openExplorer('wasm', { viewport: { width, height: 740 }, colorScheme });
    await untilProjected(page, LAYER);
    await openCheck(page);
    await check(page);
    for (const summary of await page.locator('#sanity-parts summary').all()) {
      if (!(await summary.evaluate((one) => (one.parentElement as HTMLDetailsElement).open))) await summary.click();
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(errors).toEqual([]);
  });
});
