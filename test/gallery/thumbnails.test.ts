import type { Locator } from 'playwright';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { fakeSource, greyOf, idOf, isUnreadable, K, pictureAt } from '../support/gallery/fake-source.js';
import { useGalleries } from './open-gallery.js';

const write = useGalleries();
const LAYERS = [{ name: 'conv', featureMaps: 20 }];
const ids = (map: number): string[] => Array.from({ length: K }, (_, rank) => idOf(pictureAt(map, rank)));

/** The pixels of an element on the screen, one grey each. */
async function greys(element: Locator): Promise<{ at(x: number, y: number): number }> {
  await element.evaluate(async (one) => {
    const sheet = new Image();
    sheet.src = getComputedStyle(one).backgroundImage.slice(5, -2);
    await sheet.decode();
  });
  const { data, info } = await sharp(await element.screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { at: (x, y) => data[3 * (y * info.width + x)]! };
}

describe.each(['same size', 'any size'] as const)('pictures of %s', (pictures) => {
  it('are shown whole under the box of the receptive field, or else as an outline', async () => {
    const gallery = await write(fakeSource(LAYERS, { pictures }));
    const { page, errors } = await gallery.open('#conv/3');
    const shown = page.locator('.pairs .boxes');
    await page
      .locator('.pairs li')
      .nth(K - 1)
      .waitFor();
    // Of a picture that cannot be read, the size is known only if all have the same.
    const boxed = ids(3).filter((id) => pictures === 'same size' || !isUnreadable(id));
    expect(ids(3).some(isUnreadable)).toBe(true);
    expect(await shown.count()).toBe(boxed.length);
    for (const [i, id] of boxed.entries()) {
      expect(await shown.nth(i).evaluate((one) => one.classList.contains('outline'))).toBe(isUnreadable(id));
      if (isUnreadable(id)) continue;
      expect(await shown.nth(i).evaluate((one) => one.getBoundingClientRect().width)).toBe(96);
      const { at } = await greys(shown.nth(i));
      expect(Math.abs(at(4, 90) - greyOf(id))).toBeLessThan(3);
    }
    // The receptive field of rank 3 covers rows 8 to 47 and columns 64 to 103 of 120.
    const rank = boxed.indexOf(ids(3)[3]!);
    const place = await shown.nth(rank).evaluate((one) => {
      const [whole, box] = [one.getBoundingClientRect(), one.querySelector('.field')!.getBoundingClientRect()];
      return [box.left - whole.left, box.top - whole.top, box.width, box.height];
    });
    expect(place.map((length) => Math.round((length * 120) / 96))).toEqual([64, 8, 40, 40]);
    await page.getByText('The small pictures are whole: the white box is the receptive field.').waitFor();
    expect(errors).toEqual([]);
  });
});

describe('the box of the receptive field', () => {
  it.each(['light', 'dark'] as const)('is seen on every picture, %s, on a phone too', async (colorScheme) => {
    const gallery = await write(fakeSource(LAYERS, { pictures: 'same size' }));
    const { page } = await gallery.open('#conv/3', { viewport: { width: 360, height: 740 }, colorScheme });
    await page
      .locator('.pairs li')
      .nth(K - 1)
      .waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const readable = page.locator('.pairs .boxes:not(.outline)');
    for (let i = 1; i < (await readable.count()); i++) {
      const { at } = await greys(readable.nth(i));
      const box = await readable.nth(i).evaluate((one) => {
        const [whole, field] = [one.getBoundingClientRect(), one.querySelector('.field')!.getBoundingClientRect()];
        return { left: Math.round(field.left - whole.left), middle: Math.round(field.top - whole.top + 10) };
      });
      const across = Array.from({ length: 8 }, (_, dx) => at(Math.max(0, box.left - 3) + dx, box.middle));
      expect(Math.max(...across) - Math.min(...across)).toBeGreaterThan(128);
    }
  });
});

describe('a comparison', () => {
  it('shows the pictures on both sides', async () => {
    const source = fakeSource(LAYERS, { pictures: 'same size' });
    const same = await write(source, { compared: { title: 'the same', source } });
    const other = fakeSource(LAYERS, { pictures: 'any size' });
    const different = await write(source, { compared: { title: 'another', source: other } });
    for (const gallery of [same, different]) {
      const { page, errors } = await gallery.open('#conv/3');
      const sides = page.locator('.sides section');
      await sides.nth(1).locator('.boxes').first().waitFor();
      const readable = ids(3).filter((id) => !isUnreadable(id)).length;
      for (const side of [0, 1]) expect(await sides.nth(side).locator('.boxes:not(.outline)').count()).toBe(readable);
      const { at } = await greys(sides.nth(1).locator('.boxes:not(.outline)').first());
      expect(Math.abs(at(4, 90) - greyOf(ids(3).find((id) => !isUnreadable(id))!))).toBeLessThan(3);
      expect(errors).toEqual([]);
    }
  });
});
