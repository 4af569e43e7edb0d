import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect } from 'vitest';
import { type DrawGalleryOptions, drawGallery } from '../../src/node/gallery/draw-gallery.js';
import { encodeSprite } from '../../src/node/gallery/encode-sprite.js';
import { GalleryFolder } from '../../src/node/gallery/gallery-folder.js';
import type { GallerySource } from '../../src/node/gallery/gallery-source.js';

/** Where Debian puts Chromium; elsewhere say it in CHROMIUM. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** A gallery that is open in the browser, from disk. */
export interface OpenGallery {
  readonly page: Page;
  /** Errors of scripts, and what the console was told as an error. */
  readonly errors: readonly string[];
}

/** A gallery on disk. */
export interface WrittenGallery {
  readonly out: string;
  /** Opens it at an address: `#conv1/3`. */
  open(address?: string, options?: BrowserContextOptions): Promise<OpenGallery>;
}

/** Starts a browser for the tests of one file, and writes galleries by the code that writes real ones. */
export function useGalleries(): (
  source: GallerySource,
  options?: Partial<DrawGalleryOptions>,
) => Promise<WrittenGallery> {
  let browser: Browser;
  const folders: string[] = [];

  beforeAll(async () => {
    expect(existsSync(CHROMIUM), 'set CHROMIUM to the path of Chromium').toBe(true);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  return async (source, options = {}) => {
    const out = await mkdtemp(join(tmpdir(), 'gallery-'));
    folders.push(out);
    const folder = await GalleryFolder.open(out, encodeSprite);
    const { index } = await drawGallery(source, folder, {
      ...{ title: 'Feature maps of net', maps: Number.POSITIVE_INFINITY, tile: 16, origin: {} },
      pictures: { count: 1000 },
      ...options,
    });
    return {
      out,
      open: async (address = '', contextOptions = {}) => {
        const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...contextOptions });
        const page = await context.newPage();
        page.setDefaultTimeout(30_000);
        const errors: string[] = [];
        page.on('pageerror', ({ message }) => errors.push(message));
        page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
        await page.goto(pathToFileURL(index).href + address);
        return { page, errors };
      },
    };
  };
}

/** How many nodes the document has: elements, texts and comments. */
export function nodesOf(page: Page): Promise<number> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document);
    let count = 1;
    while (walker.nextNode()) count++;
    return count;
  });
}

/** The numbers of the feature maps whose cards are in the document, in the order of the page. */
export function cardsOf(page: Page): Promise<number[]> {
  return page
    .locator('.maps b')
    .evaluateAll((cards) => cards.map((card) => Number(/map (\d+)/.exec(card.textContent ?? '')![1])));
}
