import { beforeAll, describe, expect, it } from 'vitest';
import { idOf, isDead, K, pictureAt } from '../support/gallery/fake-source.js';
import { focusedText, MAPS, ODD_LABELS, ODD_NAMES, untilTitle, writeOdd } from './odd-gallery.js';
import { useGalleries, type WrittenGallery } from './open-gallery.js';

const write = useGalleries();
let gallery: WrittenGallery;
beforeAll(async () => {
  gallery = await writeOdd(write);
});

const all = Array.from({ length: MAPS }, (_, map) => map);

describe('the overview', () => {
  it('has a row for each layer, with links to the layer and to its most telling feature maps', async () => {
    const { page, errors } = await gallery.open();
    expect(await page.locator('.layers h3').allTextContents()).toEqual(ODD_NAMES);
    // A long name may break after a separator, and nowhere else.
    const name = page.locator('.layers h3 a').first();
    await page.locator('.telling a').first().waitFor();
    expect(await name.innerHTML()).toBe('mixed/<wbr>branch3x3dbl_<wbr>2/<wbr>Relu');
    const row = page.locator('.layers > li').nth(3);
    await row.locator('.telling a').first().waitFor();
    const links = await row.locator('.telling a').evaluateAll((all) => all.map((link) => link.getAttribute('href')!));
    expect(links).toHaveLength(6);
    await row.locator('.telling a').first().click();
    await untilTitle(page, `map ${links[0]!.split('/')[1]} of conv`);
    await page.goBack();
    await untilTitle(page);
    expect(await page.locator('#overview').isVisible()).toBe(true);
    await row.locator('h3 a').click();
    await untilTitle(page, 'conv');
    expect(await focusedText(page)).toBe('conv');
    expect(errors).toEqual([]);
  });
});

describe('addresses', () => {
  it.each(ODD_NAMES)('open a feature map of %s, and survive a reload', async (layer) => {
    const { page, errors } = await gallery.open(`#${encodeURIComponent(layer)}/12`);
    await untilTitle(page, `map 12 of ${layer}`);
    expect(await page.locator('.map h2').textContent()).toBe(`Map 12 of ${layer}`);
    await page.reload();
    await page
      .locator('.pairs li')
      .nth(K - 1)
      .waitFor();
    expect(await page.locator('.pairs b').allTextContents()).toEqual(
      Array.from({ length: K }, (_, rank) => idOf(pictureAt(12, rank))),
    );
    expect(errors).toEqual([]);
  });

  it('need not be encoded by the person who types them', async () => {
    const { page } = await gallery.open('#mixed/branch3x3dbl_2/Relu/3');
    await untilTitle(page, 'map 3 of mixed/branch3x3dbl_2/Relu');
  });

  it('go back and forward', async () => {
    const { page } = await gallery.open('#conv');
    await untilTitle(page, 'conv');
    await page.locator('.maps a', { hasText: 'map 4' }).first().click();
    await untilTitle(page, 'map 4 of conv');
    await page.locator('.more a').first().click();
    const related = await page.locator('.map h2').textContent();
    await page.goBack();
    await untilTitle(page, 'map 4 of conv');
    await page.goBack();
    await untilTitle(page, 'conv');
    expect(await focusedText(page)).toContain('map 4');
    await page.goForward();
    await page.goForward();
    expect(await page.locator('.map h2').textContent()).toBe(related);
  });

  it('say what does not exist', async () => {
    const { page, errors } = await gallery.open('#nowhere');
    await page.getByText('This gallery has no layer named nowhere.').waitFor();
    await page.evaluate(() => {
      location.hash = '#conv/64';
    });
    await page.getByText('Feature map 64 of conv is not in this gallery.').waitFor();
    await page.getByRole('link', { name: 'Show all layers' }).click();
    await untilTitle(page);
    expect(errors).toEqual([]);
  });
});

describe('search', () => {
  it('finds a feature map by layer and number, with the keyboard alone', async () => {
    const { page } = await gallery.open();
    await page.keyboard.press('/');
    await page.keyboard.type('branch3x3 41');
    await page.locator('#results a', { hasText: 'map 41' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await untilTitle(page, 'map 41 of mixed/branch3x3dbl_2/Relu');
    expect(await page.locator('#results').isVisible()).toBe(false);
    expect(await focusedText(page)).toBe('Map 41 of mixed/branch3x3dbl_2/Relu');
    // Feature map 60 never fires, and there is no feature map 64.
    await page.getByRole('searchbox').fill('conv 60');
    await page.locator('#results a', { hasText: /map 60 .never fired/ }).waitFor();
    await page.getByRole('searchbox').fill('conv/64');
    await page.getByText('Nothing was found.').first().waitFor();
  });

  it('finds the feature maps with most patches of a class', async () => {
    const { page, errors } = await gallery.open();
    await page.getByRole('searchbox').fill('grey fo');
    const group = page.locator('#results section', { hasText: 'Class grey fox' });
    await group.waitFor();
    const label = ODD_LABELS.indexOf('grey fox');
    const count = (map: number): number =>
      isDead(map)
        ? 0
        : Array.from({ length: K }, (_, rank) => pictureAt(map, rank)).filter((p) => p % 4 === label).length;
    const most = Math.max(...all.map(count));
    const first = await group.locator('a').first().textContent();
    expect(first).toContain(`${most} of ${K}`);
    expect(count(Number(/map (\d+)/.exec(first!)![1]))).toBe(most);
    await page.getByRole('searchbox').fill('onerror');
    await page.locator('#results h2', { hasText: ODD_LABELS[2]! }).waitFor();
    expect(errors).toEqual([]);
  });

  it('finds the feature maps of a picture, the highest ranks first', async () => {
    const { page } = await gallery.open();
    const picture = pictureAt(7, 0);
    await page.getByRole('searchbox').fill(idOf(picture).slice(7, -4));
    const group = page.locator('#results section', { hasText: idOf(picture) });
    await group.waitFor();
    const links = await group.locator('a').allTextContents();
    expect(links[0]).toContain('rank 1');
    const ranks = links.map((text) => Number(/rank (\d+)/.exec(text)![1]));
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(
      links.every((text) => {
        const map = Number(/map (\d+)/.exec(text)![1]);
        return pictureAt(map, Number(/rank (\d+)/.exec(text)![1]) - 1) === picture;
      }),
    ).toBe(true);
  });

  it('says how many results there are, and closes with Escape', async () => {
    const { page } = await gallery.open('#conv');
    await page.getByRole('searchbox').fill('nothing of this kind');
    await page.getByRole('status').getByText('Nothing was found.').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator('#results').isVisible()).toBe(false);
    await untilTitle(page, 'conv');
  });
});
