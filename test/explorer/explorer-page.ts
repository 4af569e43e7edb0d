import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { preview } from 'vite';
import { afterAll, beforeAll, expect } from 'vitest';

/** Where Debian puts Chromium; elsewhere say it in CHROMIUM. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

const FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

/** A page of the explorer, and what went wrong in it. */
export interface ExplorerPage {
  readonly page: Page;
  /** Errors of scripts, and what the console was told as an error. */
  readonly errors: readonly string[];
}

/** Serves the build, and starts a browser, for the tests of one file. */
export function useExplorer(): (backend?: string, options?: BrowserContextOptions) => Promise<ExplorerPage> {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof preview>>;

  beforeAll(async () => {
    expect(existsSync('out/explorer/index.html'), 'npm run explorer:build comes first').toBe(true);
    const root = 'examples/explorer';
    server = await preview({ root, preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  return async (backend = 'wasm', options = {}) => {
    // A page that goes on computing would slow the next one down.
    for (const open of browser.contexts()) await open.close();
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    const address = server.resolvedUrls?.local[0] ?? '';
    await page.goto(`${address}?backend=${backend}`);
    return { page, errors };
  };
}

/** Waits until something that the page says has a certain text. */
export async function untilText(page: Page, selector: string, text: string | RegExp): Promise<string> {
  const found = page.locator(selector, { hasText: text });
  await found.waitFor({ state: 'attached', timeout: 45_000 });
  return (await found.textContent()) ?? '';
}

/** Chooses a study, as a person does: with a click on its name, once that no longer moves. */
export async function chooseStudy(page: Page, study: string): Promise<void> {
  await page.locator('#study label', { has: page.locator(`input[value=${study}]`) }).click();
  expect(await page.isChecked(`#study input[value=${study}]`)).toBe(true);
}

/** Waits until the projection of a feature map is there. */
export async function untilProjected(page: Page, layer: string, featureMap?: number): Promise<void> {
  await untilText(page, '#detail-name', featureMap === undefined ? layer : `${layer} · feature map ${featureMap}`);
  await untilText(
    page,
    '#status',
    `The projection of ${layer}, feature map${featureMap === undefined ? '' : ` ${featureMap}, is ready.`}`,
  );
}

/** Drops files on the page, or on a part of it, as a person does. */
export async function drop(
  page: Page,
  files: Readonly<Record<string, Uint8Array | string | object>>,
  part = 'body',
): Promise<void> {
  const encoded = Object.entries(files).map(([name, content]) => {
    const raw = typeof content === 'string' || content instanceof Uint8Array;
    return [name, Buffer.from(raw ? content : JSON.stringify(content)).toString('base64')] as const;
  });
  const dataTransfer = await page.evaluateHandle((entries) => {
    const transfer = new DataTransfer();
    for (const [name, base64] of entries) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  }, encoded);
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent(part, type, { dataTransfer });
}

/** What is on a canvas: RGBA. */
export function pixelsOf(page: Page, selector: string): Promise<{ width: number; height: number; data: number[] }> {
  return page.locator(selector).evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    return { width, height, data: [...canvas.getContext('2d')!.getImageData(0, 0, width, height).data] };
  });
}

/** The largest difference between what is on a canvas and a picture; infinite where they are not of one size. */
export async function differenceFrom(
  page: Page,
  selector: string,
  picture: { readonly width: number; readonly height: number; readonly data: ArrayLike<number> },
): Promise<number> {
  const shown = await pixelsOf(page, selector);
  if (shown.width !== picture.width || shown.height !== picture.height) return Number.POSITIVE_INFINITY;
  return shown.data.reduce((most, value, i) => Math.max(most, Math.abs(value - picture.data[i]!)), 0);
}
