import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { type WriteInvarianceOptions, writeInvariance } from 'deconvnet/node';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../../support/backends.js';
import { filesIn } from '../../../support/files-in.js';
import { SIDE, spotDetector } from '../../../support/models/spot-detector.js';
import { tempFolder, writeFiles } from '../../../support/temp-folder.js';

/** A black picture file with a white pixel in a row of column 6; without a row it is all black. */
async function png(row?: number): Promise<Uint8Array> {
  const data = new Uint8Array(SIDE * SIDE);
  if (row !== undefined) data[row * SIDE + 6] = 255;
  return sharp(data, { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .png()
    .toBuffer();
}

/** A folder with two pictures of a spot, one of which has a class that the network does not know. */
async function pictures(): Promise<string> {
  const folder = await tempFolder();
  await writeFiles(folder, { 'spot/a.png': await png(5), 'star/b.png': await png(3) });
  return folder;
}

const usual = { fill: 0, steps: { translation: [-2, -1, 0, 1, 2], scale: [1, 1.5], rotation: [0, 90] } };

describe('writeInvariance', () => {
  beforeAll(() => use('wasm'));

  /** Writes a study of the spot detector, and checks that no tensor is left. */
  async function write(
    folder: string,
    { classes = true, ...options }: Partial<WriteInvarianceOptions> & { readonly classes?: boolean } = {},
  ): Promise<{ readonly out: string; readonly main: string; readonly document: Document }> {
    const { out = join(await tempFolder(), 'study') } = options;
    const whole = spotDetector(0.5);
    const model = classes
      ? whole
      : tfl.model({ inputs: whole.inputs, outputs: whole.getLayer('spot').output as tfl.SymbolicTensor });
    const before = tf.memory().numTensors;
    const deconvnet = new Deconvnet(model, { input: 'unit', ...(classes && { labels: ['spot', 'none'] }) });
    try {
      const { index, cover } = await writeInvariance(deconvnet, folder, { ...usual, ...options, out });
      const { document } = parseHTML(await readFile(index, 'utf8'));
      expect([...(await filesIn(out)).keys()]).toEqual(expect.arrayContaining(cover.map(({ file }) => `/${file}`)));
      return { out, main: document.querySelector('main')!.textContent!, document };
    } finally {
      deconvnet.dispose();
      expect(tf.memory().numTensors).toBe(before);
      whole.dispose();
    }
  }

  const csv = async (out: string, name: string): Promise<string[][]> =>
    (await readFile(join(out, `numbers/${name}.csv`), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => line.split(','));

  it('writes the numbers: what does not see the movement is flat, and what sees it goes as far as another picture', async () => {
    const { out, main } = await write(await pictures());
    const [head, ...rows] = await csv(out, 'translation');
    expect(head!.slice(0, 4)).toEqual(['picture', 'shift down (pixels)', 'spot distance', 'spot distance / length']);
    expect(head!.slice(4)).toEqual(['strongest distance', 'strongest distance / length', 'class', 'probability']);
    expect(rows).toHaveLength(10);
    for (const [picture, step, distance, relative, top, relativeTop, name, probability] of rows) {
      // The activation of a spot is 0.5. Where it has moved away, and where it has come, the outputs differ by 0.5.
      const away = Number(step) === 0 ? 0 : Math.SQRT2;
      expect(Number(distance)).toBeCloseTo(away / 2, 6);
      expect(Number(relative)).toBeCloseTo(away, 6);
      expect([top, relativeTop, name]).toEqual(['0', '0', 'spot']);
      expect(Number(probability)).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 5);
      expect(['spot/a.png', 'star/b.png']).toContain(picture);
    }
    const { differentPictures } = JSON.parse(await readFile(join(out, 'invariance.json'), 'utf8'));
    expect(differentPictures[0].meanDistanceByLength).toBeCloseTo(Math.SQRT2, 6);
    expect(differentPictures[1]).toEqual({ layer: 'strongest', meanDistanceByLength: 0 });
    expect(main).toContain('After a shift of 1 pixel, the mean distance is 1.41 in spot and 0.00 in strongest; after');
    expect(main).toContain('Between two different pictures, it is 1.41 in spot and 0.00 in strongest.');
  });

  it('draws flat curves for a layer that does not see the movement', async () => {
    const { out } = await write(await pictures());
    const heights = async (name: string): Promise<Set<number>> => {
      const { document } = parseHTML(await readFile(join(out, `plots/${name}.svg`), 'utf8'));
      const paths = [...document.querySelectorAll('g[aria-label="line"] path')].map((path) => path.getAttribute('d')!);
      expect(paths).toHaveLength(2);
      return new Set(paths.flatMap((path) => path.split(/[ML]/).slice(1)).map((point) => Number(point.split(',')[1])));
    };
    expect((await heights('translation-layer-2')).size).toBe(1);
    expect((await heights('translation-probability')).size).toBe(1);
    expect((await heights('translation-layer-1')).size).toBe(2);
  });

  it('writes a page like Figure 5, and all files that it names', async () => {
    const { out, main, document } = await write(await pictures());
    const files = new Set([...(await filesIn(out)).keys()].map((name) => name.slice(1)));
    const named = [...document.querySelectorAll('img, a')].map(
      (element) => element.getAttribute('src') ?? element.getAttribute('href')!,
    );
    expect(named.filter((name) => !files.has(name))).toEqual([]);
    const texts = (selector: string) => [...document.querySelectorAll(selector)].map(({ textContent }) => textContent);
    expect(texts('h2')).toEqual(['The pictures', 'Translation', 'Scale', 'Rotation']);
    expect(texts('.movement figcaption').map((caption) => caption!.slice(0, 4))).toEqual(
      ['a', 'b', 'c'].flatMap((letter) => [1, 2, 3, 4].map((column) => `(${letter}${column})`)),
    );
    expect(texts('svg text')).toEqual(
      expect.arrayContaining(['distance ÷ length, in strongest', 'probability of the class', 'shift down (pixels)']),
    );
    // Each picture has one colour: in the legend, beside its moved copies, and in all plots.
    const colours = [...document.querySelectorAll('.legend figure, .moved')].map((one) => one.getAttribute('style'));
    expect(colours).toEqual(Array(4).fill(['--curve:#4269d0', '--curve:#efb118']).flat());
    for (const plot of document.querySelectorAll('svg')) {
      const lines = [...plot.querySelectorAll('g[aria-label="line"] path')].map((path) => path.getAttribute('stroke'));
      expect(lines).toEqual(['#4269d0', '#efb118']);
    }
    expect(main).toMatch(/5 steps from −2 to 2 pixels \(minus is up\), of a height of 12 pixels\./);
    expect(main).toMatch(/outside of a picture is filled with the value 0 of the model’s input/);
    expect(main).toMatch(/class spot: probability 0\.622[\s\S]*answer spot: probability 0\.622/);
    expect(main).toMatch(/Probability of the class that the legend names/);
    expect([...files].filter((name) => name.startsWith('unfinished'))).toEqual([]);
  });

  it('has the ranges of the paper by default, in proportion to the picture', async () => {
    const { main } = await write(await pictures(), { steps: {} });
    expect(main).toContain('7 steps from −3 to 3 pixels (minus is up), of a height of 12 pixels; the paper moves');
    expect(main).toContain('17 steps from 1 to 1.8 ×, as in the paper.');
    expect(main).toContain('36 steps from 0 to 350°, as in the paper.');
  });

  it('leaves out what needs classes, and says so', async () => {
    const { main, document, out } = await write(await pictures(), { classes: false, transformations: ['scale'] });
    expect(document.querySelectorAll('svg')).toHaveLength(1);
    expect(main).toMatch(
      /no classes, so the last column of the figure, the probability of the true class, is left out/,
    );
    expect((await csv(out, 'scale'))[0]).toEqual([
      ...['picture', 'enlargement (times)', 'spot distance', 'spot distance / length'],
    ]);
  });

  it('has no curve where the output is zero, and no dashed line for one picture', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, { 'black.png': await png() });
    const { main, document, out } = await write(folder);
    expect(main).toMatch(/zero everywhere, and have no curve: spot for black\.png; strongest for black\.png\./);
    expect(main).toMatch(/mean distance is not defined in spot/);
    expect(main).not.toMatch(/dashed|another picture/);
    expect(document.querySelectorAll('g[stroke-dasharray]')).toHaveLength(0);
    expect((await csv(out, 'scale'))[1]!.slice(0, 4)).toEqual(['black.png', '1', '0', '']);
  });

  it('draws one example of a single step', async () => {
    const steps = { translation: [2], scale: [1.5], rotation: [90] };
    const { out, document } = await write(await pictures(), { steps });
    const drawn = [...(await filesIn(out)).keys()].filter((name) => /^\/pictures\/0-/.test(name));
    expect(drawn.sort()).toEqual(['rotation-90', 'scale-1.5', 'translation-2'].map((one) => `/pictures/0-${one}.png`));
    const labels = [...document.querySelectorAll('.steps')].map(({ textContent }) => textContent);
    expect(labels).toEqual(['2 pixels', '1.5 ×', '90°']);
    // The spot of row 5, column 6 is turned anticlockwise about the middle of 12 pixels.
    const { data } = await sharp(join(out, 'pictures/0-rotation-90.png'))
      .extractChannel(0)
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([...data.keys()].filter((i) => data[i] === 255)).toEqual([5 * SIDE + 5]);
  });

  it('goes on after a stop, and writes the same bytes', async () => {
    const folder = await pictures();
    const [whole, out] = [await write(folder), join(await tempFolder(), 'stopped')];
    const stop = new AbortController();
    const halted = write(folder, {
      ...{ out, signal: stop.signal },
      // A picture is 5, 2 and 2 steps, each time with the picture as it is.
      onProgress: ({ done }) => done > 12 && stop.abort(new Error('enough')),
    });
    await expect(halted).rejects.toThrow('enough');
    const costs: unknown[] = [];
    await write(folder, { out, onCost: (cost) => void costs.push(cost) });
    expect(costs).toEqual([{ up: 2 * 12 + 2, down: 0, atMost: false, done: 12, left: { up: 12 + 2, down: 0 } }]);
    expect(await filesIn(out)).toEqual(await filesIn(whole.out));
  });

  it('refuses what cannot be done, with the way out', async () => {
    const folder = await pictures();
    await expect(write(folder, { steps: { scale: [1, -1] } })).rejects.toThrow(/factor above 0/);
    await expect(write(folder, { steps: { shear: [1] } as object })).rejects.toThrow(/steps has no option 'shear'/);
    await expect(write(folder, { pictures: ['spot/z.png'] })).rejects.toThrow(/no picture 'spot\/z\.png'.* of 2 /);
    await expect(write(folder, { layers: ['spto'] })).rejects.toMatchObject({ code: 'unknown-layer' });
    await expect(write(await tempFolder())).rejects.toMatchObject({ code: 'pictures-not-found' });
    const many = await tempFolder();
    const names = Array.from({ length: 11 }, (_, i) => `${i}.png`);
    await writeFiles(many, Object.fromEntries(await Promise.all(names.map(async (name) => [name, await png(1)]))));
    await expect(write(many, { pictures: 11 })).rejects.toThrow(/At most 10 pictures have a colour.* the number 11/);
    const out = join(await tempFolder(), 'study');
    // The first picture is finished, and the second one fails.
    const fails = ({ done }: { readonly done: number }): void => {
      if (done > 12) throw new Error('enough');
    };
    await expect(write(folder, { out, onProgress: fails })).rejects.toThrow('enough');
    await expect(write(folder, { out, fill: 1 })).rejects.toMatchObject({
      code: 'state-mismatch',
      message: expect.stringMatching(/fill: 0 there, 1 here/),
    });
  });
});
