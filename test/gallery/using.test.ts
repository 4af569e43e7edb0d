import { beforeAll, describe, expect, it } from 'vitest';
import { fakeSource, idOf, isDead, K, pictureAt, strengthOf } from '../support/gallery/fake-source.js';
import { focusedText, MAPS, ODD_LABELS, untilTitle, writeOdd } from './odd-gallery.js';
import { cardsOf, useGalleries, type WrittenGallery } from './open-gallery.js';

const write = useGalleries();
let gallery: WrittenGallery;
beforeAll(async () => {
  gallery = await writeOdd(write);
});

const all = Array.from({ length: MAPS }, (_, map) => map);
const falling =
  (value: (map: number) => number) =>
  (a: number, b: number): number =>
    value(b) - value(a) || a - b;

describe('a layer', () => {
  it('is sorted by number, strength, firing share and class selectivity', async () => {
    const { page } = await gallery.open('#conv');
    const sort = page.getByLabel('Sort by');
    expect((await cardsOf(page)).slice(0, 12)).toEqual(all.slice(0, 12));
    await sort.selectOption('strength');
    const alive = all.filter((map) => !isDead(map));
    expect((await cardsOf(page)).slice(0, 12)).toEqual([...alive].sort(falling(strengthOf)).slice(0, 12));
    await sort.selectOption('share');
    expect((await cardsOf(page)).slice(0, 12)).toEqual([...alive].sort(falling((map) => (map * 13) % 97)).slice(0, 12));
    await sort.selectOption('selectivity');
    const most = (map: number): number => {
      const counts = ODD_LABELS.map(
        (_, label) =>
          Array.from({ length: K }, (_, rank) => pictureAt(map, rank)).filter((p) => p % 4 === label).length,
      );
      return Math.max(...counts);
    };
    expect((await cardsOf(page)).slice(0, 12)).toEqual([...alive].sort(falling(most)).slice(0, 12));
  });

  it('is filtered by feature maps that never fired, and by class', async () => {
    const { page } = await gallery.open('#conv');
    await page.getByLabel('Show').selectOption('silent');
    expect(await cardsOf(page)).toEqual(all.filter(isDead));
    await page.getByText(`${all.filter(isDead).length} of 64 feature maps`, { exact: true }).waitFor();
    await page.locator('.maps a').first().click();
    await page.getByText('It never fired on these 1,000 pictures, so nothing is drawn.').waitFor();
    await page.goBack();
    await page.getByLabel('Show').selectOption('fired');
    await page.getByRole('combobox', { name: 'Class', exact: true }).fill('dog');
    const having = (map: number): number =>
      Array.from({ length: K }, (_, rank) => pictureAt(map, rank)).filter((p) => p % 4 === 1).length;
    const expected = all.filter((map) => !isDead(map) && having(map) > 0).sort(falling(having));
    expect((await cardsOf(page)).slice(0, 12)).toEqual(expected.slice(0, 12));
  });

  it('is one stop of the tabulator, in which the arrows move', async () => {
    const { page } = await gallery.open('#conv');
    await page.locator('.maps a').first().focus();
    expect(await page.locator('.maps a[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('ArrowRight');
    expect(await focusedText(page)).toContain('map 1');
    await page.keyboard.press('End');
    expect(await focusedText(page)).toContain('map 63');
    await page.keyboard.press('Home');
    expect(await focusedText(page)).toContain('map 0');
  });
});

describe('a feature map', () => {
  it('follows the arrows in the order of the layer, and closes with Escape', async () => {
    const { page } = await gallery.open('#conv');
    await page.getByLabel('Sort by').selectOption('strength');
    const [first, second] = await cardsOf(page);
    await page.locator('.maps a').first().click();
    await untilTitle(page, `map ${first} of conv`);
    await page.keyboard.press('ArrowRight');
    await untilTitle(page, `map ${second} of conv`);
    await page.keyboard.press('ArrowLeft');
    await untilTitle(page, `map ${first} of conv`);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Escape');
    await untilTitle(page, 'conv');
    expect(await focusedText(page)).toContain(`map ${second}`);
    await page.keyboard.press('Escape');
    await untilTitle(page);
    expect(await focusedText(page)).toBe('conv');
  });

  it('says where each patch lies, what the statistics are, and which others are related', async () => {
    const { page } = await gallery.open('#conv/3');
    await page.locator('.pairs li').first().waitFor();
    expect(await page.locator('.boxes').first().getAttribute('aria-label')).toBe(
      'The patch covers rows -16 to 23 and columns 88 to 127 of the 120 × 120 pixels of the picture. It sticks out of the picture.',
    );
    expect(await page.locator('.map .facts').textContent()).toContain('It is above 0 on 40% of 1,000 pictures.');
    expect(await page.locator('.bars').getAttribute('aria-label')).toBe(
      'The strongest activation of each picture: 400 pictures at 0 or below, 500 from 1.00 to 1.25, 100 from 1.25 to 1.50.',
    );
    const related = await page.locator('.more li a').allTextContents();
    expect(related.length).toBeGreaterThan(0);
    const shared = (map: number): number => {
      const own = new Set(Array.from({ length: K }, (_, rank) => pictureAt(3, rank)));
      return Array.from({ length: K }, (_, rank) => pictureAt(map, rank)).filter((p) => own.has(p)).length;
    };
    const counts = related.map((text) => shared(Number(/\d+/.exec(text)![0])));
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
  });

  it('shows the right tiles', async () => {
    const { page } = await gallery.open('#conv/9');
    const tiles = page.locator('.pairs .tile');
    await tiles.first().waitFor();
    await tiles.nth(3).evaluate(async (tile) => {
      const sheet = new Image();
      sheet.src = getComputedStyle(tile).backgroundImage.slice(5, -2);
      await sheet.decode();
    });
    const png = await tiles.nth(3).screenshot();
    const { default: sharp } = await import('sharp');
    const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = 3 * (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2));
    // The patch of rank 1 of feature map 9.
    expect([...data.subarray(at, at + 3)]).toEqual([20, 45, 28]);
  });
});

describe('on a phone, and in the dark', () => {
  it.each(['', '#conv', '#mixed%2Fbranch3x3dbl_2%2FRelu/3'])('fits 360 pixels at %s', async (address) => {
    const { page } = await gallery.open(address, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
    await page.locator('.both, .tile, .face').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(paper).toBe('rgb(19, 20, 22)');
  });
});

describe('a state without pixels, labels and statistics', () => {
  it('gives an overview and lists that can be used', async () => {
    const bare = await write(fakeSource([{ name: 'conv', featureMaps: 20 }], { drawn: false, statistics: false }), {
      pictures: { count: 1000 },
    });
    const { page, errors } = await bare.open();
    expect(await page.locator('.telling a').count()).toBe(6);
    await page.locator('.layers h3 a').click();
    await page.locator('.note', { hasText: 'were not kept, so these tiles are blank.' }).waitFor();
    expect(await page.getByLabel('Sort by').locator('option').allTextContents()).toEqual([
      'Number',
      'Strongest activation',
    ]);
    await page.locator('.maps a').nth(2).click();
    await untilTitle(page, 'map 2 of conv');
    expect(await page.locator('.pairs b').first().textContent()).toBe(idOf(pictureAt(2, 0)));
    expect(await page.locator('.pairs .tile').first().textContent()).toBe('not made');
    expect(errors).toEqual([]);
  });
});

describe('a comparison', () => {
  it('shows the same feature map of the other side by side', async () => {
    const layers = [{ name: 'conv', featureMaps: 20 }];
    const compared = await write(fakeSource(layers), {
      compared: { title: 'the <other> network', source: fakeSource([{ name: 'conv', featureMaps: 12 }]) },
    });
    const { page } = await compared.open('#conv/4');
    await page.getByRole('heading', { name: 'the <other> network' }).waitFor();
    expect(await page.locator('.sides .pairs').count()).toBe(2);
    await page.getByText('9 of its 9 pictures are in both lists.').waitFor();
    await page.evaluate(() => {
      location.hash = '#conv/14';
    });
    await page.getByText('This feature map was not mined there.').waitFor();
  });
});
