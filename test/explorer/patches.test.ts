import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, PatchMiner, type Projection, projectionBounds, renderProjections } from 'deconvnet';
import { loadModel, readPictures, useBackend } from 'deconvnet/node';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesOf, savedModel } from '../support/models/saved-model.js';
import { drop, pixelsOf, untilProjected, untilText, useExplorer } from './explorer-page.js';

const openExplorer = useExplorer();

const FROGS = 'examples/cifar10-zfnet/pictures/frog';
const COUNT = 12;

beforeAll(() => useBackend('wasm'));

async function dropFrogs(page: Page): Promise<void> {
  const names = (await readdir(FROGS)).sort().slice(0, COUNT);
  const read = names.map(async (name) => [name, await readFile(join(FROGS, name))] as const);
  await drop(page, Object.fromEntries(await Promise.all(read)));
  await untilText(page, '#pictures-facts', `${COUNT} pictures of your own`);
}

/** The projections of the strongest patches in the same pictures, strongest first. */
async function projectTop(deconvnet: Deconvnet, layer: string, featureMap: number): Promise<Projection[]> {
  const miner = new PatchMiner(deconvnet, { layers: [layer] });
  await miner.run(readPictures(FROGS, deconvnet, { limit: COUNT }));
  return miner.project(layer, featureMap);
}

/** Three digits, as the page shows numbers. */
const short = (value: number): string => String(Number(value.toPrecision(3)));

describe('the strongest patches', () => {
  it('have the contrast of what is shown of them', async () => {
    const deconvnet = new Deconvnet(await loadModel('examples/cifar10-zfnet/model'));
    const projections = await projectTop(deconvnet, 'conv2', 5);
    const bounds = await Promise.all(projections.map((projection) => projectionBounds(projection)));
    const side = Math.ceil(1.1 * Math.max(...bounds.flatMap(({ size }) => size)));
    expect(side).toBeLessThan(17);
    const inside = await Promise.all(
      projections.map(async ({ pixels }, i) => {
        const [top, left] = bounds[i]!.start.map((start, axis) => {
          const centred = Math.round(start + (bounds[i]!.size[axis]! - side) / 2);
          return Math.min(Math.max(centred, 0), 32 - side);
        }) as [number, number];
        return tf.slice(pixels, [top, left, 0], [side, side, 3]).data();
      }),
    );
    const sizes = inside.flatMap((values) => [...values].filter((value) => value !== 0).map(Math.abs));
    sizes.sort((a, b) => a - b);
    const scale = sizes[Math.ceil(0.995 * sizes.length) - 1]!;
    const [whole] = await renderProjections(projections);
    expect(short(whole!.scale)).not.toBe(short(scale));

    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await dropFrogs(page);
    await page.click('[data-layer="conv2"]');
    await untilProjected(page, 'conv2');
    await page.click('[role=option][data-map="5"]');
    await untilProjected(page, 'conv2', 5);
    await page.click('#mine');
    await untilText(page, '#top-facts', `white is ${short(scale)}.`);
    const shown = await pixelsOf(page, '#top-list canvas >> nth=0');
    expect(shown).toMatchObject({ width: side, height: side });
    const colours = shown.data.filter((_, i) => i % 4 !== 3);
    const largest = colours.reduce((most, level, i) => {
      const value = inside[0]![i]! / scale;
      return Math.max(most, Math.abs(level - (128 + 127 * Math.min(1, Math.max(-1, value)))));
    }, 0);
    expect(largest).toBeLessThanOrEqual(2);
    expect(errors).toEqual([]);
  });

  it('are made smaller before they get contrast', async () => {
    const input = { inputShape: [240, 240, 3], name: 'pixels', scale: 1 / 255 };
    const model = tfl.sequential({
      name: 'wide',
      layers: [
        tfl.layers.rescaling(input),
        tfl.layers.conv2d({ name: 'wide1', filters: 4, kernelSize: 9, strides: 2, activation: 'relu' }),
        tfl.layers.maxPooling2d({ name: 'wide2', poolSize: 6 }),
        tfl.layers.conv2d({ name: 'wide3', filters: 4, kernelSize: 17, activation: 'relu' }),
      ],
    });
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await drop(page, filesOf(await savedModel(model)));
    await untilText(page, '#network-name', 'wide');
    await dropFrogs(page);
    await untilProjected(page, 'wide3');
    // The page may take this rule itself, and then keeps it. The word lies over the button, and is a part of it.
    await page.getByRole('radio', { name: 'guided' }).check({ force: true });
    await untilText(page, '#detail-facts', 'The rule guided took');
    await page.getByRole('radio', { name: 'all that is seen' }).check();
    await page.click('#mine');
    await untilText(page, '#top-facts', `searched ${COUNT} of ${COUNT} pictures. The projections`);

    const canvases = page.locator('#top-list li canvas:first-child');
    const side = await canvases.first().evaluate(({ clientWidth }) => Math.round(clientWidth * devicePixelRatio));
    expect(side).toBeLessThan(150);
    const levels: number[] = [];
    for (let i = 0; i < (await canvases.count()); i++) {
      const { width, height, data } = await pixelsOf(page, `#top-list li:nth-child(${i + 1}) canvas:first-child`);
      expect([width, height]).toEqual([side, side]);
      levels.push(...data.filter((level, at) => at % 4 !== 3 && level !== 128));
    }
    // The percentile is that of the drawn values: on the scale of all values, which are larger, none would be white.
    const extreme = levels.filter((level) => level <= 1 || level >= 255).length / levels.length;
    expect(extreme).toBeGreaterThan(0.003);
    expect(extreme).toBeLessThan(0.02);
    expect(errors).toEqual([]);
  });
});
