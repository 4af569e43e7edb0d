import type { Page } from 'playwright';
import { fakeSource } from '../support/gallery/fake-source.js';
import type { useGalleries, WrittenGallery } from './open-gallery.js';

/** The feature maps of each layer of the gallery with odd names. */
export const MAPS = 64;
/** Names of layers that need care in addresses and in HTML. */
export const ODD_NAMES: readonly string[] = [
  'mixed/branch3x3dbl_2/Relu',
  '100% #1 "relu"',
  '<b>bold</b>',
  'conv',
  'a/7',
];
/** The classes of the pictures; picture n belongs to class n modulo 4. */
export const ODD_LABELS: readonly string[] = ['cat', 'dog', '<img src=x onerror=alert(1)>', 'grey fox'];

/** Writes a gallery whose layers and classes have odd names. */
export function writeOdd(write: ReturnType<typeof useGalleries>): Promise<WrittenGallery> {
  const layers = ODD_NAMES.map((name) => ({ name, featureMaps: MAPS }));
  const classes = ODD_LABELS.map((label) => ({ label, count: 250 }));
  return write(fakeSource(layers, { labels: ODD_LABELS }), {
    pictures: { count: 1000, classes },
  });
}

/** The text of what has the focus. */
export function focusedText(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent?.replace(/\s+/g, ' ') ?? '');
}

/** Waits until the title of the window says where one is. */
export async function untilTitle(page: Page, where?: string): Promise<void> {
  const title = 'Feature maps of net';
  const wanted = where === undefined ? title : `${where} · ${title}`;
  await page.waitForFunction((text) => document.title === text, wanted);
}
