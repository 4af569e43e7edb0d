import { existsSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { fixedRandom, sourceAlias } from './vitest.config.js';

/** Where Debian puts Chromium, with a Vulkan driver that needs no graphics card (SwiftShader), and its loader. */
const chromium = '/usr/lib/chromium';
process.env.VK_DRIVER_FILES ??= `${chromium}/vk_swiftshader_icd.json`;
process.env.LD_LIBRARY_PATH ??= chromium;
export const chromiumPath: string = process.env.CHROMIUM ?? '/usr/bin/chromium';

if (!existsSync(chromiumPath)) {
  throw new Error(
    `The tests of all backends need Chromium, and there is none at ${chromiumPath}: apt-get install chromium, or set CHROMIUM to its path.`,
  );
}

/** What is tested on every backend, by the same tests. */
const suite = [
  'test/public/{mirrors/conformance,mirrors/pooling,project/reference,mine/miner,models/load-layers-model}.test.ts',
  'test/internal/{mirrors/composed-pooling,project/cropped}.test.ts',
];

/** What WebGPU in Node has of it, unless the tests are long: the rest of the same shaders runs in Chromium. */
const short = ['test/public/{mirrors/pooling,models/load-layers-model}.test.ts'];

/** Generated options of linear layers once more: `conformance` compares each of these layers with its adjoint, too. */
const whole = [...suite, 'test/internal/mirrors/adjoint.test.ts'];

const shared = {
  testTimeout: 300_000,
  hookTimeout: 60_000,
};

export default defineConfig(({ mode }) => ({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'packed',
          include: ['test/package/browser/*.test.ts'],
          globalSetup: ['test/package/browser/pack.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        // The page of the gallery, opened from disk and used as a person does.
        test: {
          ...shared,
          name: 'gallery',
          include: ['test/gallery/*.test.ts'],
          // The styles of the page are text, which Vitest would leave out.
          css: true,
          pool: 'forks',
          provide: { backends: [], share: 1, long: mode === 'long' },
        },
      },
      {
        // Large model files, opened by pages of their own, whose memory is measured from outside.
        test: {
          ...shared,
          name: 'opening',
          include: ['test/backends/opening/*.test.ts'],
          pool: 'forks',
          provide: { backends: [], share: 1, long: mode === 'long' },
        },
      },
      {
        resolve: { alias: sourceAlias },
        test: {
          ...shared,
          name: 'node',
          // As in the browser: one device, and a shader is compiled once.
          isolate: false,
          include: [...(mode === 'long' ? whole : short), 'test/backends/node/*.test.ts'],
          setupFiles: [fixedRandom, 'test/backends/node-webgpu-setup.ts'],
          pool: 'forks',
          provide: { backends: ['webgpu'], share: 0.06, long: mode === 'long' },
        },
      },
      {
        resolve: { alias: sourceAlias },
        optimizeDeps: {
          include: [
            '@tensorflow/tfjs-core',
            '@tensorflow/tfjs-layers',
            '@tensorflow/tfjs-backend-cpu',
            '@tensorflow/tfjs-backend-wasm',
            '@tensorflow/tfjs-backend-webgl',
            '@tensorflow/tfjs-backend-webgpu',
            'fast-check',
            'seedrandom',
          ],
        },
        test: {
          ...shared,
          name: 'chromium',
          // One page for all files, so that a shader is compiled once.
          isolate: false,
          include: [...(mode === 'long' ? whole : suite), 'test/backends/chromium/*.test.ts'],
          setupFiles: [fixedRandom, 'test/backends/chromium-setup.ts'],
          provide: { backends: ['wasm', 'webgl', 'webgpu'], share: 0.06, long: mode === 'long' },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: chromiumPath,
                // WebGL in software, even where there is a graphics card: every machine then tests the same.
                args: ['--enable-unsafe-webgpu', '--use-angle=swiftshader', '--no-sandbox'],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
}));
