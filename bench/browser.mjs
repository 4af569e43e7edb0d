// The jobs of `npm run bench -- --backend ...` in Chromium: node bench/browser.mjs [--backend webgl|webgpu|wasm] [--quick]
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { Report } from './report.mjs';

const { values: options } = parseArgs({
  options: {
    backend: { type: 'string', default: 'webgpu' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const file = (path) => fileURLToPath(new URL(path, import.meta.url));
/** Chromium lets a page without a window have WebGPU, and Vulkan below it, only with these. */
const GRAPHICS = [
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--ignore-gpu-blocklist',
  '--disable-vulkan-surface',
  '--enable-dawn-features=allow_unsafe_apis',
];

const server = await createServer({
  root: file('./page'),
  configFile: false,
  logLevel: 'error',
  cacheDir: file('../out/bench-page'),
  resolve: {
    alias: {
      'deconvnet/backends': file('../dist/backends.js'),
      deconvnet: file('../dist/index.js'),
    },
  },
  optimizeDeps: {
    include: ['core', 'layers', 'backend-cpu', 'backend-wasm', 'backend-webgl', 'backend-webgpu'].map(
      (name) => `@tensorflow/tfjs-${name}`,
    ),
  },
  server: { host: '127.0.0.1', port: 0, fs: { strict: false }, hmr: false, watch: null },
});
await server.listen();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', ...GRAPHICS],
});
try {
  const page = await browser.newPage();
  page.on('console', (message) => message.type() !== 'debug' && console.log(message.text()));
  page.on('pageerror', (error) => console.error(error));
  const address = new URL(server.resolvedUrls.local[0]);
  address.search = `backend=${options.backend}${options.quick ? '&quick' : ''}`;
  await page.goto(address.href);
  const found = await page.waitForFunction(() => window.result, undefined, { timeout: 0 });
  const result = await found.jsonValue();
  if (result.failure) {
    console.error(result.failure);
    process.exitCode = 1;
  } else if (options.json) {
    const report = new Report();
    report.add(result.rows);
    report.save(options.json, { adapter: result.adapter });
  }
} finally {
  await browser.close();
  await server.close();
}
