import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { fakeSource, isDead, strengthOf } from '../support/gallery/fake-source.js';
import { untilTitle } from './odd-gallery.js';
import { cardsOf, useGalleries, type WrittenGallery } from './open-gallery.js';

const MAPS = 12;
/** Strong, and with a high firing share, so that it would come first among the others. */
const CONSTANT = 8;
const TEXT = 'It has the same strongest value on every picture, so no patch excites it more than another.';

const write = useGalleries();
let gallery: WrittenGallery;
beforeAll(async () => {
  const layers = [{ name: 'conv', featureMaps: MAPS }];
  gallery = await write(fakeSource(layers, { constant: CONSTANT }), {
    compared: { title: 'another network', source: fakeSource(layers, { constant: 3 }) },
  });
});

const all = Array.from({ length: MAPS }, (_, map) => map);
const optionsOf = (page: Page): Promise<string[]> => page.getByLabel('Show').locator('option').allTextContents();

describe('a constant feature map', () => {
  it('is counted in the overview, and is not among the telling ones', async () => {
    const { page, errors } = await gallery.open();
    await page.getByText('12 feature maps, of which 1 never fired and 1 is constant').waitFor();
    const telling = await page.locator('.telling b').allTextContents();
    expect(telling).toHaveLength(6);
    expect(telling).not.toContain(String(CONSTANT));
    expect(errors).toEqual([]);
  });

  it('has a card without patches that says why, and an entry in the filter', async () => {
    const { page, errors } = await gallery.open('#conv');
    expect(await optionsOf(page)).toEqual([
      'All (12)',
      'Fired, not constant (10)',
      'Dead, never fired (1)',
      'Constant (1)',
    ]);
    const card = page.locator('.maps a', { hasText: `map ${CONSTANT}` });
    expect(await card.locator('.face').textContent()).toBe(TEXT);
    expect(await card.locator('small').textContent()).toBe('constant');
    const fits = await card
      .locator('.face')
      .evaluate((one) => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight);
    expect(fits).toBe(true);
    expect(await page.locator('.maps .face.none').allTextContents()).toEqual(['nothing drawn', TEXT]);
    await page.getByLabel('Show').selectOption('constant');
    expect(await cardsOf(page)).toEqual([CONSTANT]);
    await page.getByLabel('Show').selectOption('silent');
    expect(await cardsOf(page)).toEqual(all.filter(isDead));
    await page.getByLabel('Show').selectOption('fired');
    expect(await cardsOf(page)).toEqual(all.filter((map) => map !== CONSTANT && !isDead(map)));
    expect(errors).toEqual([]);
  });

  it('comes last in every order but that of the numbers', async () => {
    const { page } = await gallery.open('#conv');
    expect(await cardsOf(page)).toEqual(all);
    await page.getByLabel('Sort by').selectOption('strength');
    const others = all.filter((map) => map !== CONSTANT).sort((a, b) => strengthOf(b) - strengthOf(a));
    expect(await cardsOf(page)).toEqual([...others, CONSTANT]);
    await page.getByLabel('Sort by').selectOption('share');
    expect((await cardsOf(page)).at(-1)).toBe(CONSTANT);
  });

  it('says in its own view that no patch excites it more than another, and what it is elsewhere', async () => {
    const { page, errors } = await gallery.open(`#conv/${CONSTANT}`);
    await untilTitle(page, `map ${CONSTANT} of conv`);
    const [first, second] = await page.locator('.map .facts p').allTextContents();
    expect(first).toBe(`${TEXT} Therefore nothing is drawn. The value is ${strengthOf(CONSTANT).toPrecision(3)}.`);
    expect(second).toBeUndefined();
    expect(await page.locator('.sides section').first().locator('.pairs li').count()).toBe(0);
    expect(await page.getByText('Feature maps with most pictures in common').count()).toBe(0);
    await page.getByText('0 of its 9 pictures are in both lists.').waitFor();
    await page.goto(page.url().replace(/#.*/, '#conv/3'));
    await untilTitle(page, 'map 3 of conv');
    await page.getByText(`This feature map is constant there. ${TEXT}`).waitFor();
    expect(errors).toEqual([]);
  });

  it('is found by its number', async () => {
    const { page } = await gallery.open();
    await page.getByRole('searchbox').fill(`conv ${CONSTANT}`);
    await page.locator('#results a', { hasText: /map 8 .constant/ }).waitFor();
  });

  it('has no entry in the filter where there is none', async () => {
    const other = await write(fakeSource([{ name: 'conv', featureMaps: MAPS }]));
    const { page } = await other.open('#conv');
    expect(await optionsOf(page)).toEqual(['All (12)', 'Fired (11)', 'Dead, never fired (1)']);
  });
});
