import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import type { Asked } from './worker.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** How a page opens a file. */
export interface Way {
  /** `parts`: the worker reads the file in parts; `bytes`: the worker has all bytes of the file, and keeps them. */
  readonly how: 'parts' | 'bytes';
  readonly backend: 'wasm' | 'cpu';
}

/** What opening a file took. */
export interface Opened {
  readonly parameters: number;
  /** The first values of the last weight. */
  readonly values: readonly number[];
  readonly seconds: number;
  /** The memory of the page's process before it opened the file, and at its peak, in bytes. */
  readonly before: number;
  readonly peak: number;
}

/** Serves a page whose worker opens files; gives its address, and a function that stops serving. */
export async function serveOpening(): Promise<{ readonly address: string; readonly close: () => void }> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [fileURLToPath(new URL('worker.ts', import.meta.url))],
    alias: { 'deconvnet/models': join(root, 'src/models/index.ts') },
    outdir: '/built',
    bundle: true,
    splitting: true,
    format: 'esm',
    logLevel: 'error',
    write: false,
  });
  const scripts = new Map(outputFiles.map(({ path, contents }) => [path.replace('/built', ''), contents]));
  const server = createServer(async ({ url = '/' }, response) => {
    const wasm = /^\/wasm\/([\w-]+\.wasm)$/.exec(url)?.[1];
    const content = wasm
      ? await readFile(join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist', wasm))
      : (scripts.get(url) ?? '<!doctype html><input type="file">');
    const type = wasm ? 'application/wasm' : scripts.has(url) ? 'text/javascript' : 'text/html';
    response.writeHead(200, { 'content-type': type }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

/** Opens a file in a new Chromium, and looks at the memory of the process of the page, which the worker shares. */
export async function openInChromium(address: string, path: string, { how, backend }: Way): Promise<Opened> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(address);
    await page.setInputFiles('input', path);
    await page.evaluate(() => Object.assign(globalThis, { worker: new Worker('/worker.js', { type: 'module' }) }));
    const ask = (asked: Asked | Omit<Way, 'backend'>): Promise<Record<string, unknown>> =>
      page.evaluate(
        (question) =>
          new Promise<Record<string, unknown>>((resolve) => {
            const { worker } = globalThis as never as { worker: Worker };
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = ({ message }) => resolve({ error: message });
            const file = document.querySelector('input')!.files![0];
            worker.postMessage('how' in question ? { ...question, file } : question);
          }),
        asked,
      );
    const started = await ask({ backend });
    if (started.backend !== backend) throw new Error(`The backend did not start: ${JSON.stringify(started)}`);
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    // Chromium keeps other such processes ready, which do nothing. The one of the page grows most.
    const pids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    const before = await Promise.all(pids.map(memoryOf));
    const peaks = [...before];
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        for (const [i, pid] of pids.entries()) peaks[i] = Math.max(peaks[i]!, await memoryOf(pid));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    const opened = await ask({ how });
    isOver = true;
    await watching;
    if (opened.error) throw new Error(String(opened.error));
    const growth = peaks.map((peak, i) => peak - before[i]!);
    const own = growth.indexOf(Math.max(...growth));
    const result = opened as Pick<Opened, 'parameters' | 'values' | 'seconds'>;
    return { ...result, before: before[own]!, peak: peaks[own]! };
  } finally {
    await browser.close();
  }
}

/** What a process has in memory, without the pages of files, such as the program of Chromium itself. */
async function memoryOf(process: number): Promise<number> {
  const text = await readFile(`/proc/${process}/status`, 'utf8');
  const sizes = [...text.matchAll(/^Rss(?:Anon|Shmem):\s*(\d+)/gm)];
  return sizes.reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
}
