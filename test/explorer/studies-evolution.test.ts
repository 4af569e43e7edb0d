import { readdirSync } from 'node:fs';
import { Deconvnet, renderProjection } from 'deconvnet';
import { loadModel, readPicture, useBackend } from 'deconvnet/node';
import { type Checkpoint, type EvolutionStep, evolution } from 'deconvnet/studies';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesOf } from '../support/models/saved-model.js';
import { deepNetwork } from './deep-network.js';
import { addShipped, addZips, focused, NETWORK, namesOf, openStudy, PICTURES, tensors } from './evolution-study.js';
import {
  chooseStudy,
  differenceFrom,
  drop,
  pixelsOf,
  untilProjected,
  untilText,
  useExplorer,
} from './explorer-page.js';
import { traceTasks } from './trace-tasks.js';

const openExplorer = useExplorer();

const EPOCHS = ['checkpoints/epoch-02', 'checkpoints/epoch-15', 'model'] as const;
const NAMES = ['epoch-02', 'epoch-15', 'open network'] as const;
let expected: EvolutionStep[];
/** The projection of the first frame of conv1 whose receptive field lies inside of the picture. */
let drawn: { readonly frame: number; readonly picture: Awaited<ReturnType<typeof renderProjection>> };

const isInside = ({ start, size }: { readonly start: readonly number[]; readonly size: readonly number[] }): boolean =>
  start.every((from, axis) => from >= 0 && from + size[axis]! <= 32);

beforeAll(async () => {
  await useBackend('wasm');
  const opened: Checkpoint[] = [];
  for (const [i, name] of NAMES.entries())
    opened.push({ name, deconvnet: new Deconvnet(await loadModel(`${NETWORK}/${EPOCHS[i]}`)) });
  const { deconvnet } = opened.at(-1)!;
  const imageOf = async (path: string) => deconvnet.toInput(await readPicture(path));
  const source = async function* () {
    for (const [id, path] of PICTURES) yield { id, image: await imageOf(path) };
  };
  expected = [];
  for await (const step of evolution(opened, source, { maps: 3, seed: 4 })) expected.push(step);
  const { frames } = expected.at(-1)!;
  const frame = frames.findIndex(({ strongest }) => strongest && isInside(strongest.box));
  const { layer, featureMap, strongest } = frames[frame]!;
  const image = await imageOf(PICTURES.find(([id]) => id === strongest!.id)![1]);
  const { position } = strongest!;
  drawn = {
    frame,
    picture: await renderProjection(await deconvnet.project(image, { layer, featureMap, position, crop: true })),
  };
});

async function follow(page: Page): Promise<void> {
  await page.fill('#evolution-maps', '3');
  await page.fill('#evolution-seed', '4');
  await page.click('#evolution-form button.primary');
  await untilText(page, '#status', 'The study is finished.');
}

/** What the tiles with projections say to those who do not see them: for each checkpoint, its frames. */
async function saidOf(page: Page, columns: number): Promise<{ words: string; jumped: boolean; number: string }[][]> {
  const all = await page.locator('#evolution-layers .frames:first-child .tile').evaluateAll((tiles) =>
    tiles.map((tile) => ({
      words: tile.querySelector('[role=img]')?.ariaLabel ?? '',
      jumped: tile.classList.contains('jumped'),
      number: tile.querySelector('figcaption')!.textContent,
    })),
  );
  return Array.from({ length: columns }, (_, column) => all.filter((_, i) => i % columns === column));
}

describe('evolution in the page', () => {
  it('is what the library computes in Node from the same files, with words for each frame, and frees everything', async () => {
    const { page, errors } = await openExplorer();
    await openStudy(page);
    expect(await page.textContent('#evolution-subject')).toContain('There is only one checkpoint, the open network.');
    expect(await page.isDisabled('#evolution-form button.primary')).toBe(true);
    await addZips(page, { 'epoch-02': EPOCHS[0] });
    // The parts of a model.json are chosen together.
    const folder = `${NETWORK}/${EPOCHS[1]}`;
    await page.setInputFiles(
      '#checkpoint-files',
      readdirSync(folder).map((name) => `${folder}/${name}`),
    );
    await untilText(page, '#evolution-subject', 'through 3 checkpoints, and searches all 20 pictures');
    expect(await namesOf(page)).toEqual(['epoch-02', 'model', 'open network']);
    await page.locator('#checkpoints input').nth(1).fill('epoch-15');
    await page.keyboard.press('Tab');
    await follow(page);
    const before = await tensors(page);

    expect(await page.textContent('#evolution-title')).toBe('From epoch-02 to open network');
    const said = await saidOf(page, 3);
    for (const [column, { checkpoint, frames }] of expected.entries()) {
      expect(said[column]).toHaveLength(frames.length);
      for (const [i, { layer, featureMap, strongest }] of frames.entries()) {
        const { words, jumped, number } = said[column]![i]!;
        expect(words).toContain(`Projection: feature map ${featureMap} of ${layer} at ${checkpoint}: ${strongest!.id}`);
        expect(words.includes('another picture than before')).toBe(strongest!.jumped);
        expect(jumped).toBe(strongest!.jumped);
        expect(Math.abs(Number(number) - strongest!.activation)).toBeLessThan(0.01 * strongest!.activation);
      }
    }
    expect(expected.flatMap(({ frames }) => frames).some(({ strongest }) => strongest?.jumped)).toBe(true);
    const canvas = `#evolution-layers section:first-child .frames:first-child tr:nth-child(${drawn.frame + 1}) td:last-child canvas`;
    expect(await differenceFrom(page, canvas, drawn.picture)).toBeLessThanOrEqual(2);
    expect(await page.textContent('#evolution-made')).toContain('with the seed 4');

    await page.selectOption('#evolution-what', 'map');
    await page.click('#evolution-form button.primary');
    await untilText(page, '#evolution-made', 'A person chose the feature map.');
    await untilText(page, '#status', 'The study is finished.');
    expect(await page.locator('#evolution-layers .tile').count()).toBe(2 * 3);
    expect(await tensors(page)).toBe(before);
    expect(errors).toEqual([]);
  });

  it('shows one frame repeated, without a mark, where the checkpoints are equal, also while the rule changes', async () => {
    const { page, errors } = await openExplorer();
    await openStudy(page);
    await addZips(page, { first: 'model', second: 'model' });
    await follow(page);
    const [first, ...others] = await saidOf(page, 3);
    for (const other of others) {
      for (const [i, { words, jumped, number }] of other.entries()) {
        expect(words.replace(/ at [\w ]+:/, '')).toBe(first![i]!.words.replace(/ at [\w ]+:/, ''));
        expect([jumped, number]).toEqual([false, first![i]!.number]);
      }
    }
    const facts = await page.locator('#evolution-layers .facts').allTextContents();
    expect(facts).toHaveLength(5);
    for (const text of facts) expect(text).toContain('The picture never changed.');

    // The worker has not heard of the second rule yet when it is asked to follow.
    await page.evaluate(() => {
      for (const rule of ['gradient', 'guided']) document.querySelector<HTMLElement>(`#rule [value=${rule}]`)!.click();
      document.querySelector<HTMLElement>('#evolution-form button.primary')!.click();
    });
    const rule = /The rule is (\w+)\./.exec(await untilText(page, '#evolution-made', /The rule is g/))![1];
    await untilText(page, '#evolution-title', /^From first to open network$/);
    expect(rule).toBe('gradient');
    const tiles = '#evolution-layers section:first-child .frames:first-child tbody tr:first-child';
    const [of, other] = [2, 4].map((column) => pixelsOf(page, `${tiles} > :nth-child(${column}) canvas`));
    expect(await of).toEqual(await other);
    expect(errors).toEqual([]);
  });

  it('can be stopped, keeps and names what is there, and ends with its network', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await chooseStudy(page, 'evolution');
    await addShipped(page);
    await page.selectOption('#evolution-what', 'layer');
    await page.focus('#evolution-form button.primary');
    await page.keyboard.press('Enter');
    await untilText(page, '#evolution-title', /From epoch 1 to epoch 22: \d of 6 checkpoints so far/);
    expect(await focused(page)).toBe('stop-study');
    await page.keyboard.press('Enter');
    await untilText(page, '#status', 'The study was stopped.');
    expect(await untilText(page, '#evolution-title', 'because the study ended early')).toMatch(
      /[1-5] of 6 checkpoints/,
    );
    const tiles = page.locator('#evolution-layers .frames:first-child .tile');
    const empty = await tiles.evaluateAll((all) => all.filter((tile) => !tile.querySelector('[role=img]')).length);
    expect([await tiles.count(), empty > 0]).toEqual([36, true]);
    const stopped = await tensors(page);
    await page.locator('#maps-list [role=option]').nth(2).click();
    await untilText(page, '#status', /The projection of conv3/);
    expect(await tensors(page)).toBe(stopped);

    await drop(page, filesOf(await deepNetwork(2, 4)));
    await untilProjected(page, 'conv2');
    expect(await page.isVisible('#evolution-result')).toBe(false);
    expect(await namesOf(page)).toEqual(['open network']);
    expect(await page.isVisible('#shipped-checkpoints')).toBe(false);
    expect(await page.isDisabled('#evolution-form button.primary')).toBe(true);
    expect(errors).toEqual([]);
  });

  it('does not make the page wait', async () => {
    const { page } = await openExplorer();
    await openStudy(page);
    await addShipped(page);
    const tasks = await traceTasks(page, async () => {
      await page.click('#evolution-form button.primary');
      await untilText(page, '#status', 'The study is finished.');
    });
    expect(await page.locator('#evolution-layers canvas').count()).toBeGreaterThan(300);
    expect(tasks.filter(({ cpu }) => cpu > 100)).toEqual([]);
  });

  it.each([
    [360, 'light'],
    [900, 'dark'],
  ] as const)(
    'fits a window %i pixels wide, %s, where the keyboard scrolls what is wider',
    async (width, colorScheme) => {
      const { page, errors } = await openExplorer('wasm', { viewport: { width, height: 740 }, colorScheme });
      await openStudy(page);
      await page.click('#shipped-checkpoints');
      await untilText(page, '#status', '5 checkpoints were added.');
      await addZips(page, Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((i) => [`a long name ${i}`, 'model'])));
      await page.selectOption('#evolution-what', 'layer');
      await follow(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const box = page.locator('#evolution-layers .frames').first();
      await expect.poll(() => box.getAttribute('tabindex')).toBe('0');
      expect(await box.getAttribute('aria-label')).toBe('Projections and activations of conv3');
      await box.focus();
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => box.evaluate(({ scrollLeft }) => scrollLeft)).toBeGreaterThan(0);
      expect(errors).toEqual([]);
    },
  );
});
