import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { Deconvnet } from '../../../src/deconvnet.js';
import { PatchMiner } from '../../../src/mine/patch-miner.js';
import { writeGallery } from '../../../src/node/gallery/write-gallery.js';
import { scratchBytes } from '../../../src/node/projecting/scratch-bytes.js';
import { use } from '../../support/backends.js';
import { tempFolder } from '../../support/temp-folder.js';

beforeAll(() => use('cpu'));

it.each([
  ['with pixels of its own', 1e6],
  ['without pixels', 0],
])('a gallery of a state %s tells how many bytes its projections take', async (_, maxBytes) => {
  const conv = { filters: 3, kernelSize: 3, padding: 'same' } as const;
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({ ...conv, name: 'conv1', inputShape: [16, 16, 3] }),
      tfl.layers.maxPooling2d({ poolSize: 4 }),
      // It sees 22 x 22 pixels, which is more than the whole image.
      tfl.layers.conv2d({ ...conv, name: 'conv2', kernelSize: 5 }),
    ],
  });
  const deconvnet = new Deconvnet(model, { input: 'unit' });
  const miner = new PatchMiner(deconvnet, { layers: ['conv1', 'conv2'], k: 4, maxBytes });
  const images = tf.randomUniform([6, 16, 16, 3], 0, 1, 'float32', 3);
  await miner.add(images, ['0', '1', '2', '3', '4', '5']);
  const source = (id: string): tf.Tensor => tf.slice(images, [Number(id), 0, 0, 0], [1, -1, -1, -1]);

  const count = (layer: string): number =>
    miner.minedMaps(layer).reduce((sum, map) => sum + miner.entries(layer, map).length, 0);
  const [small, large] = [count('conv1'), count('conv2')];
  expect(Math.min(small, large)).toBeGreaterThan(0);
  const expected = 4 * 3 * (9 * small + 256 * large) + (maxBytes > 0 ? 0 : 4 * (9 * small + 484 * large));
  const layers = [
    { name: 'conv1', patches: small },
    { name: 'conv2', patches: large },
  ];
  expect(scratchBytes(miner, layers)).toBe(expected);

  const told = new Set<number>();
  const out = await tempFolder();
  const stop = new AbortController();
  const stopped = writeGallery(miner, {
    ...{ out, source, signal: stop.signal },
    onProjected: ({ scratchBytes: bytes }) => told.add(bytes),
    onPicture: () => stop.abort(new Error('enough')),
  });
  await expect(stopped).rejects.toThrow('enough');
  expect([...told]).toEqual([expected]);
  // The files also list their patches, which takes less than 600 bytes for each.
  const folder = join(out, 'unfinished');
  const [name] = await readdir(folder);
  const files = await readdir(join(folder, name!));
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, name!, file))).size));
  const found = sizes.reduce((a, b) => a + b, 0);
  expect(found).toBeGreaterThan(expected);
  expect(found).toBeLessThan(expected + 600 * (small + large));
  images.dispose();
  deconvnet.dispose();
});
