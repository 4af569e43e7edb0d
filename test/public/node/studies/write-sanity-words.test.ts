import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../../support/backends.js';
import { judgedIn, noisePictures, SIDE, twins, writeAndRead } from '../../../support/studies/written-sanity.js';

/** Some layers with one feature map each. */
function deep(layers: number): tfl.LayersModel {
  const conv = { filters: 1, activation: 'linear', kernelSize: 1 } as const;
  return tfl.sequential({
    layers: Array.from({ length: layers }, (_, i) =>
      tfl.layers.conv2d({ ...conv, name: `conv${i + 1}`, ...(i === 0 && { inputShape: [SIDE, SIDE, 1] }) }),
    ),
  });
}

describe('the words of writeSanity', () => {
  beforeAll(() => use('cpu'));

  it.each([
    [
      1,
      /From the picture, the strongest feature map of answer is projected from its strongest position: 1 activation /,
    ],
    [2, /the 2 strongest feature maps of answer are projected, as far as they fire there, each from its strongest/],
    [[1], /the chosen feature map 1 of answer is projected from its strongest position: 1 activation /],
    [[0, 2], /the feature maps 0 and 2 of answer are projected, as far as they fire there, each from its strongest/],
  ] as const)('say which feature maps are projected with the maps %j', async (maps, says) => {
    const { document } = await writeAndRead(twins(), await noisePictures(), { maps, pictures: 1 });
    const text = document.querySelector('main')!.textContent!;
    expect(text).toMatch(says);
    if (Array.isArray(maps)) expect(text).not.toContain('strongest feature map');
  });

  it('say that only 24 steps were taken in a network with more layers', async () => {
    const { out, document, cover } = await writeAndRead(deep(26), await noisePictures([SIDE, SIDE]), { pictures: 1 });
    const { steps } = JSON.parse(await readFile(join(out, 'sanity.json'), 'utf8'));
    expect(steps).toHaveLength(24);
    expect(steps[0]).toEqual({ randomLayers: 1, downTo: 'conv26' });
    expect(steps.at(-1)).toEqual({ randomLayers: 26, downTo: 'conv1' });
    const text = document.querySelector('main')!.textContent!;
    expect(text).toContain(
      '26 layers. Only 24 of these 26 steps were taken, spread evenly, with the first and the last.',
    );
    expect(text).toMatch(/the real network\s*1 of 26 random, down to conv26.*26 of 26 random, down to conv1\b/s);
    expect(text).toMatch(/random weights in the upper 13 of 26 layers\s*random weights in all 26 layers/);
    const rows = (await readFile(join(out, 'numbers/random-layers.csv'), 'utf8')).trim().split('\n').slice(1);
    const own = rows.filter((row) => row.startsWith('deconvnet,')).map((row) => row.split(','));
    const named = steps.map(({ randomLayers, downTo }: (typeof steps)[number]) => [String(randomLayers), downTo]);
    // Each step was found: it has the one activation.
    expect(own.map((cells) => cells.slice(1, 4))).toEqual(
      [['0', ''], ...named].map(([number, name]) => [number, name, '1']),
    );
    expect(await judgedIn(out)).toHaveLength(3);
    expect(cover.filter(({ file }) => /random-\d+-/.test(file))).toHaveLength(6);
  });

  it('say nothing of that if all steps were taken', async () => {
    const { page } = await writeAndRead(deep(3), await noisePictures(), { pictures: 1 });
    expect(page).toContain('3 layers. After each step');
  });
});
