import { useBackend } from 'deconvnet/node';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesOf } from '../support/models/saved-model.js';
import { deepNetwork } from './deep-network.js';
import { drop, untilProjected, untilText, useExplorer } from './explorer-page.js';
import { traceTasks } from './trace-tasks.js';

const openExplorer = useExplorer();

beforeAll(() => useBackend('wasm'));

async function openDeep(page: Page): Promise<void> {
  await untilProjected(page, 'conv3');
  await drop(page, filesOf(await deepNetwork(300, 192)));
  await untilText(page, '#network-name', 'deep');
  await untilProjected(page, 'conv2');
}

const namesIn = (page: Page): Promise<string[]> =>
  page.locator('#layers li:visible .name').evaluateAll((all) => all.map((one) => one.textContent ?? ''));

describe('a network of hundreds of layers', () => {
  it('is searched for layers by name and class, with the keyboard', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    expect(await page.isVisible('#layer-search')).toBe(false);
    await openDeep(page);
    const search = page.getByRole('searchbox', { name: 'Search the layers' });
    expect(await search.getAttribute('placeholder')).toBe('Search 304 layers');
    // The chosen layer is in view, far down in the list.
    await expect
      .poll(() =>
        page.locator('[aria-current]').evaluate((button) => {
          const list = document.getElementById('layers')!.getBoundingClientRect();
          const { top, bottom } = button.getBoundingClientRect();
          return top >= list.top - 1 && bottom <= list.bottom + 1;
        }),
      )
      .toBe(true);

    await search.fill('RELU block_29');
    await untilText(page, '#layers-found', '11 layers of 304');
    expect((await namesIn(page)).slice(0, 2)).toEqual(['block_29/relu', 'block_290/relu']);
    await search.fill('conv2d');
    expect(await namesIn(page)).toEqual(['conv1', 'conv2']);
    await search.press('Enter');
    await untilProjected(page, 'conv1');
    await search.press('ArrowDown');
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.layer)).toBe('conv1');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await untilProjected(page, 'conv2');

    await search.fill('nothing like it');
    await untilText(page, '#layers-found', 'No layer has this name or class.');
    expect(await namesIn(page)).toEqual([]);
    await search.press('Escape');
    expect(await search.inputValue()).toBe('');
    expect(await page.isVisible('#layers-found')).toBe(false);
    expect(await page.locator('#layers [tabindex="0"]').count()).toBe(1);
    expect(errors).toEqual([]);
  });

  it('has a placeholder where a result is computed', async () => {
    const { page, errors } = await openExplorer();
    await openDeep(page);
    // Every change of a placeholder, while another layer and then another picture is chosen.
    await page.evaluate(() => {
      const seen = new Set<string>();
      Object.assign(globalThis, { seen });
      const parts = { maps: '.sheet', projection: '#projection .frame:has(#projection-canvas)' };
      for (const [name, selector] of Object.entries(parts)) {
        const part = document.querySelector(selector)!;
        new MutationObserver(() => seen.add(`${name} ${part.classList.contains('computing')}`)).observe(part, {
          attributeFilter: ['class'],
        });
      }
    });
    const all = ['maps false', 'maps true', 'projection false', 'projection true'];
    const seen = (): Promise<string[]> =>
      page.evaluate(() => [...(globalThis as never as { seen: Set<string> }).seen].sort());
    await page.click('[data-layer="conv1"]');
    await untilProjected(page, 'conv1');
    await expect.poll(seen).toEqual(all);
    await page.evaluate(() => (globalThis as never as { seen: Set<string> }).seen.clear());
    await page.click('#picture-strip button >> nth=3');
    await expect.poll(seen).toEqual(all);
    expect(await page.locator('.computing').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  it('keeps the chosen map in view while one scrolls through its maps', async () => {
    const { page } = await openExplorer('wasm', { viewport: { width: 1440, height: 800 } });
    await openDeep(page);
    const heads = ['#network-name', '#pictures-name', '#detail-name'];
    const tops = await Promise.all(heads.map(async (head) => (await page.locator(head).boundingBox())!.y));
    expect(Math.max(...tops) - Math.min(...tops)).toBeLessThan(1);

    await page.click('[data-layer="conv1"]');
    await untilProjected(page, 'conv1');
    expect(await page.locator('[role=option]').count()).toBe(192);
    await page.locator('[role=option]').last().scrollIntoViewIfNeeded();
    expect(await page.evaluate(() => scrollY)).toBeGreaterThan(300);
    const { y, height } = (await page.locator('#projection-canvas').boundingBox())!;
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y + height).toBeLessThanOrEqual(800);
  });

  it('leaves the page’s own thread free', async () => {
    const { page } = await openExplorer();
    const tasks = await traceTasks(page, async () => {
      await openDeep(page);
      for (const layer of ['conv1', 'block_7/relu', 'block_299/relu']) {
        await page.click(`[data-layer="${layer}"]`);
        await untilProjected(page, layer);
      }
      await page.getByRole('radio', { name: 'by number' }).check();
      await page.getByRole('radio', { name: 'gradient' }).check();
      await untilText(page, '#detail-facts', 'gradient');
      await page.fill('#layer-search', '29');
      await page.setViewportSize({ width: 1000, height: 800 });
      await page.click('#picture-strip button >> nth=2');
      await untilText(page, '#status', 'is ready');
    });
    const longest = (kind: 'wall' | 'cpu'): number => Math.round(Math.max(...tasks.map((task) => task[kind])));
    console.log(
      `304 layers: ${tasks.length} tasks, the longest ${longest('wall')} ms, ${longest('cpu')} ms of them its own`,
    );
    expect(tasks.length).toBeGreaterThan(100);
    expect(tasks.filter(({ cpu }) => cpu > 100)).toEqual([]);
  });
});
