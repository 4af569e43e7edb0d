import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { chromium } from 'playwright';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Serves a folder, opens its index.html in Chromium, and waits for what the page leaves in `window.result`. */
export async function resultOf(folder: string): Promise<unknown> {
  const server = createServer(({ url }, response) => {
    const { pathname } = new URL(url!, 'http://localhost');
    const file = join(folder, pathname === '/' ? 'index.html' : decodeURIComponent(pathname));
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    return createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await resultAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.close();
  }
}

/** Opens a page in Chromium, and waits for what it leaves in `window.result`. */
export async function resultAt(address: string): Promise<unknown> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--enable-unsafe-webgpu', '--no-sandbox'],
  });
  try {
    const page = await browser.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    const broken = new Promise<never>((_, reject) => page.once('pageerror', reject));
    await page.goto(address);
    const left = page.waitForFunction(() => (globalThis as { result?: unknown }).result, undefined, {
      timeout: 120_000,
    });
    const found = await Promise.race([left, broken]).catch((cause: unknown) => {
      throw new Error(`The page left no result. It said:\n${said.join('\n')}`, { cause });
    });
    return await found.jsonValue();
  } finally {
    await browser.close();
  }
}
