import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { untilProjected, useExplorer } from './explorer-page.js';

const openExplorer = useExplorer();

const focused = (page: Page, key: 'id' | 'layer' | 'map'): Promise<string | undefined> =>
  page.evaluate((key) => (document.activeElement as HTMLElement | null)?.dataset[key], key);

/** The places of elements on the page, from the first to the last. */
async function inOrder(page: Page, selectors: readonly string[]): Promise<string[]> {
  const tops = await Promise.all(
    selectors.map(async (selector) => [selector, (await page.locator(selector).boundingBox())!.y] as const),
  );
  return tops.sort(([, a], [, b]) => a - b).map(([selector]) => selector);
}

describe('lists of layers, pictures and feature maps', () => {
  it('are one stop of the Tab key each, and arrow keys, Home and End move in them', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    for (const list of ['#layers', '#picture-strip', '#maps-list']) {
      expect(await page.locator(`${list} [tabindex="0"]`).count(), list).toBe(1);
      expect(await page.locator(`${list} [tabindex="-1"]`).count(), list).toBeGreaterThan(10);
    }

    const pictures = await page
      .locator('#picture-strip [data-id]')
      .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.id));
    await page.focus('#picture-strip [tabindex="0"]');
    expect(await focused(page, 'id')).toBe(pictures[0]);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    expect(await focused(page, 'id')).toBe(pictures[1]);
    // Down is not a direction of a strip.
    await page.keyboard.press('ArrowDown');
    expect(await focused(page, 'id')).toBe(pictures[1]);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getAttribute(`[data-id="${pictures[1]}"]`, 'aria-pressed')).toBe('true');
    await page.keyboard.press('End');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Show 40 more');
    await page.keyboard.press('Enter');
    expect(await focused(page, 'id')).not.toBeUndefined();
    expect(await page.locator('#picture-strip [data-id]').count()).toBe(pictures.length + 40);
    await page.keyboard.press('Home');
    expect(await focused(page, 'id')).toBe(pictures[0]);
    // One press of the Tab key leaves the list, and one comes back to the same picture.
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Tab');
    expect(await focused(page, 'id')).toBeUndefined();
    await page.keyboard.press('Shift+Tab');
    expect(await focused(page, 'id')).toBe(pictures[1]);

    await page.focus('#layers [tabindex="0"]');
    expect(await focused(page, 'layer')).toBe('conv3');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await untilProjected(page, 'pool2');
    expect(errors).toEqual([]);
  });
});

describe('the sections of the page', () => {
  it('follow each other on a phone: the projection comes right after the picture', async () => {
    const { page, errors } = await openExplorer('wasm', { viewport: { width: 390, height: 844 } });
    await untilProjected(page, 'conv3');
    const order = ['#picture-strip', '#projection-canvas', '#maps-list', '#top'];
    expect(await inOrder(page, [...order].reverse())).toEqual(order);
    // Nothing but the name of the feature map and what is known of it stands between the picture and its projection.
    const strip = (await page.locator('#picture-strip').boundingBox())!;
    const projection = (await page.locator('#projection-canvas').boundingBox())!;
    expect(projection.y - strip.y - strip.height).toBeLessThan(150);

    // Who uses a screen reader meets them in the same order, and on a wide screen in that of its columns.
    const inDocument = (): Promise<string[]> =>
      page.locator('#pictures, #detail, #maps, #more').evaluateAll((all) => all.map(({ id }) => id));
    expect(await inDocument()).toEqual(['pictures', 'detail', 'maps', 'more']);
    await page.setViewportSize({ width: 1280, height: 900 });
    await expect.poll(inDocument).toEqual(['pictures', 'maps', 'detail', 'more']);
    expect(errors).toEqual([]);
  });
});
