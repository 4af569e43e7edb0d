import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { traceTasks } from '../explorer/trace-tasks.js';
import { fakeSource } from '../support/gallery/fake-source.js';
import { cardsOf, nodesOf, useGalleries, type WrittenGallery } from './open-gallery.js';

/** What pages for them are like does not depend on their number, and drawing all of them takes minutes. */
const FEATURE_MAPS = inject('long') ? 20_000 : 4000;
const LAYERS = 160;
const MOST_NODES = 3000;
const MOST_BYTES = 300_000;
const LABELS = Array.from({ length: 1000 }, (_, i) => `class number ${i}`);

const write = useGalleries();
const sizeOf = async (gallery: WrittenGallery): Promise<number> => (await stat(join(gallery.out, 'index.html'))).size;

/** Scrolls to the end of the page and back, as a person does, and tells the most nodes that there were. */
async function mostNodes(page: Page): Promise<number> {
  let most = await nodesOf(page);
  for (let i = 0; i < 12; i++) {
    await page.mouse.wheel(0, i < 8 ? 2500 : -4000);
    await page.waitForTimeout(60);
    most = Math.max(most, await nodesOf(page));
  }
  await vi.waitFor(
    async () => {
      await page.keyboard.press('End');
      expect(await isAtEnd(page)).toBe(true);
    },
    { timeout: 10_000, interval: 100 },
  );
  return Math.max(most, await nodesOf(page));
}

/** Whether the last line of the page is in sight: scrolling goes on for a while after a key or a turn of the wheel. */
function isAtEnd(page: Page): Promise<boolean> {
  return page.evaluate(() => scrollY + innerHeight >= document.documentElement.scrollHeight - 1);
}

/** Prints what a person waits for. It is not asserted, because it depends on the machine. */
async function report(page: Page, what: string, work: () => Promise<void>): Promise<void> {
  const started = performance.now();
  const tasks = await traceTasks(page, work);
  const longest = Math.max(0, ...tasks.map(({ wall }) => wall));
  console.log(`${what}: ${Math.round(performance.now() - started)} ms, longest task ${Math.round(longest)} ms`);
}

describe(`${FEATURE_MAPS} feature maps in ${LAYERS} layers`, () => {
  let gallery: WrittenGallery;
  beforeAll(async () => {
    const layers = Array.from({ length: LAYERS }, (_, i) => ({
      name: `model/stage${1 + Math.floor(i / 40)}/block_${i}/expanded_conv/Relu6`,
      featureMaps: FEATURE_MAPS / LAYERS,
    }));
    gallery = await write(fakeSource(layers, { labels: LABELS, side: 4 }));
  }, 300_000);

  it('are a page of under 300 KB, with under 3,000 nodes wherever one is', async () => {
    expect(await sizeOf(gallery)).toBeLessThan(MOST_BYTES);
    const { page, errors } = await gallery.open('', { viewport: { width: 1920, height: 1200 } });
    await report(page, 'Loading the overview', async () => {
      await page.reload();
      await page.locator('.telling a').first().waitFor();
    });
    expect(await mostNodes(page)).toBeLessThan(MOST_NODES);
    await report(page, 'Opening a layer', async () => {
      await page.locator('.layers h3 a').first().click();
      await page.locator('.maps a').first().waitFor();
    });
    expect(await mostNodes(page)).toBeLessThan(MOST_NODES);
    await page.getByRole('combobox', { name: 'Class', exact: true }).focus();
    expect(await nodesOf(page)).toBeLessThan(MOST_NODES);
    await report(page, 'The first search', async () => {
      await page.getByRole('searchbox').fill('class number 7');
      await page.locator('#results h2', { hasText: 'class number 7' }).first().waitFor();
    });
    expect(await nodesOf(page)).toBeLessThan(MOST_NODES);
    await page.locator('#results a').first().click();
    await page.locator('.pairs').waitFor();
    expect(await nodesOf(page)).toBeLessThan(MOST_NODES);
    expect(errors).toEqual([]);
    const data = await readdir(join(gallery.out, 'data'));
    expect(data).toHaveLength(LAYERS + 1);
  });
});

describe(`${FEATURE_MAPS} feature maps in one layer`, () => {
  let gallery: WrittenGallery;
  beforeAll(async () => {
    gallery = await write(fakeSource([{ name: 'dense', featureMaps: FEATURE_MAPS }], { labels: LABELS, side: 4 }));
  }, 300_000);

  it('are drawn where one looks', async () => {
    expect(await sizeOf(gallery)).toBeLessThan(MOST_BYTES);
    const { page, errors } = await gallery.open('', { viewport: { width: 1920, height: 1200 } });
    await report(page, `Opening a layer of ${FEATURE_MAPS} feature maps`, async () => {
      await page.locator('.layers h3 a').first().click();
      await page.locator('.maps a').first().waitFor();
    });
    expect(await mostNodes(page)).toBeLessThan(MOST_NODES);
    await expect.poll(async () => Math.max(...(await cardsOf(page))), { timeout: 10_000 }).toBe(FEATURE_MAPS - 1);
    await report(page, `Sorting ${FEATURE_MAPS} feature maps`, async () => {
      await page.getByLabel('Sort by').selectOption('strength');
    });
    await page.evaluate(() => scrollTo(0, 0));
    await page.locator('.maps a').first().focus();
    await page.keyboard.press('End');
    expect(await nodesOf(page)).toBeLessThan(MOST_NODES);
    await page.keyboard.press('Enter');
    await page.locator('.pairs, .map .facts').first().waitFor();
    await page.goBack();
    await page.locator('.maps a:focus').waitFor();
    expect(errors).toEqual([]);
  });
});
