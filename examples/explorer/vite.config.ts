import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { contentPolicy } from './content-policy';
import { pageParts } from './page-parts';
import { shippedData } from './shipped-data';

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // Addresses are relative, so that the build runs in any folder of any web server.
  base: './',
  resolve: {
    alias: {
      'deconvnet/backends': file('../../src/backends/index.ts'),
      'deconvnet/models': file('../../src/models/index.ts'),
      'deconvnet/plots': file('../../src/plots/index.ts'),
      'deconvnet/studies': file('../../src/studies/index.ts'),
      deconvnet: file('../../src/index.ts'),
    },
  },
  plugins: [pageParts(file('.')), shippedData(file('../cifar10-zfnet')), contentPolicy()],
  worker: { format: 'es' },
  build: {
    outDir: file('../../out/explorer'),
    emptyOutDir: true,
    target: 'es2022',
    // TensorFlow.js is large, and all of it is in the worker.
    chunkSizeWarningLimit: 2000,
  },
  optimizeDeps: { entries: ['index.html', 'src/worker/main.ts'] },
});
