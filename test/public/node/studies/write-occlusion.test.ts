import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { type WriteOcclusionOptions, writeOcclusion } from 'deconvnet/node';
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../../support/backends.js';
import { filesIn } from '../../../support/files-in.js';
import { crossDetector, SIDE, touches } from '../../../support/models/cross-detector.js';
import { crossFolder } from '../../../support/studies/cross-folder.js';
import { tempFolder } from '../../../support/temp-folder.js';

const usual = { layer: 'shape', featureMap: 0, size: 3, stride: 1, fill: 0, pictures: ['cross/a.png', 'cross/b.png'] };

describe('writeOcclusion', () => {
  beforeAll(() => use('wasm'));

  /** Writes a study of the cross detector, and checks that no tensor is left. */
  async function write(
    folder: string,
    { classes = true, ...options }: Partial<WriteOcclusionOptions> & { readonly classes?: boolean } = {},
  ): Promise<{ readonly out: string; readonly page: string; readonly document: Document }> {
    const { out = join(await tempFolder(), 'study') } = options;
    const whole = crossDetector();
    const model = classes
      ? whole
      : tfl.model({ inputs: whole.inputs, outputs: whole.getLayer('shape').output as tfl.SymbolicTensor });
    const before = tf.memory().numTensors;
    const deconvnet = new Deconvnet(model, { input: 'unit', ...(classes && { labels: ['cross', 'nothing'] }) });
    try {
      const { index } = await writeOcclusion(deconvnet, folder, { ...usual, ...options, out });
      const page = await readFile(index, 'utf8');
      return { out, page, document: parseHTML(page).document };
    } finally {
      deconvnet.dispose();
      expect(tf.memory().numTensors).toBe(before);
      whole.dispose();
    }
  }

  it('writes the numbers: the map drops to 0 where the square touches the shape, and changes nowhere else', async () => {
    const { out } = await write(await crossFolder());
    const [first] = JSON.parse(await readFile(join(out, 'occlusion.json'), 'utf8'));
    const expected = Array.from({ length: SIDE * SIDE }, (_, i) => (touches(Math.floor(i / SIDE), i % SIDE) ? 0 : 1));
    expect(first).toMatchObject({ id: 'cross/a.png', cleanActivity: 1, untouched: 0, activity: expected });
    expect(first.classes).toMatchObject({ index: 0, by: 'label', best: expected.map((value) => 1 - value) });
    const [head, ...rows] = (await readFile(join(out, 'numbers/0.csv'), 'utf8')).trim().split('\n');
    expect(head).toBe('top,left,bottom,right,activity,probability,best');
    expect(rows.map((row) => Number(row.split(',')[4]))).toEqual(expected);
    expect(rows[0]!.split(',').slice(0, 4)).toEqual(['0', '0', '2', '2']);
    expect(rows[4 * SIDE + 7]!.split(',').at(-1)).toBe('nothing');
  });

  it('writes a page with the maps, and all files that it names', async () => {
    const { out, document } = await write(await crossFolder());
    const files = new Set([...(await filesIn(out)).keys()].map((name) => name.slice(1)));
    const named = [...document.querySelectorAll('img, a')].map(
      (element) => element.getAttribute('src') ?? element.getAttribute('href')!,
    );
    expect(named.filter((name) => !files.has(name))).toEqual([]);
    expect([...document.querySelectorAll('h2')].map((heading) => heading.textContent)).toEqual([
      'cross/a.png',
      'cross/b.png',
    ]);
    const captions = [...document.querySelectorAll('figcaption')].map((caption) => caption.textContent);
    expect(captions.slice(0, 5).map((caption) => caption?.slice(0, 3))).toEqual(['(a)', '(b)', '(c)', '(d)', '(e)']);
    expect(document.querySelector('main')!.textContent).toMatch(
      /takes away 100 % of the activity.* from 0\.88 to 0\.12\. On 2 of 2 pictures/,
    );
    expect(document.querySelectorAll('svg')).toHaveLength(6);
    expect(document.querySelector('main')!.textContent).toMatch(
      /square of 3 × 3 pixels, filled with the value 0 of the model’s input/,
    );
    expect([...files].filter((name) => name.startsWith('unfinished'))).toEqual([]);
  });

  it('shows the pictures that excite the feature map most beside the covered one', async () => {
    const { page } = await write(await crossFolder());
    const [, ofA, ofB] = page.split('<h2>');
    expect(ofA).toMatch(/on 1 other picture[\s\S]*cross\/b\.png, activation 1/);
    expect(ofB).toMatch(/on 1 other picture[\s\S]*cross\/a\.png, activation 1/);
    const { page: alone } = await write(join(await crossFolder(), 'cross/a.png'), { pictures: 1 });
    expect(alone).toContain('No other picture excites feature map 0.');
  });

  it('leaves out what needs classes, and says so', async () => {
    const { page, document, out } = await write(await crossFolder(), { classes: false });
    expect(document.querySelectorAll('svg')).toHaveLength(2);
    expect(page).toMatch(/no classes, so the maps \(d\) and \(e\) of the paper are left out/);
    expect(await readFile(join(out, 'numbers/0.csv'), 'utf8')).toMatch(/^top,left,bottom,right,activity\n/);
  });

  it('goes on after a stop, and writes the same bytes', async () => {
    const folder = await crossFolder();
    const [whole, out] = [await write(folder), join(await tempFolder(), 'stopped')];
    const stop = new AbortController();
    const halted = write(folder, {
      ...{ out, signal: stop.signal },
      // A picture is 144 places and four more images.
      onProgress: ({ done }) => done > 160 && stop.abort(new Error('enough')),
    });
    await expect(halted).rejects.toThrow('enough');
    const costs: unknown[] = [];
    await write(folder, { out, onCost: (cost) => void costs.push(cost) });
    // All three pictures are searched for patches of one feature map, and those go up once more.
    expect(costs).toEqual([
      { up: 2 * 147 + 3 + 3, down: 2 + 3, atMost: true, done: 148, left: { up: 147 + 3 + 3, down: 1 + 3 } },
    ]);
    expect(await filesIn(out)).toEqual(await filesIn(whole.out));
  });

  it('refuses what cannot be done, with the way out', async () => {
    const folder = await crossFolder();
    await expect(write(folder, { pictures: ['cross/z.png'] })).rejects.toThrow(/no picture 'cross\/z\.png'.* of 3 /);
    for (const name of ['cross', 'cross/']) {
      await expect(write(folder, { pictures: [name] })).rejects.toThrow(
        /no picture 'cross\/?'\. It is a class with 2 pictures\. Name each .* by its own id: 'cross\/a\.png', 'cross\/b\.png'\./,
      );
    }
    await expect(write(folder, { pictures: ['cross/a.png', 'cross/b.png', 'cross/a.png'] })).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringMatching(/names 'cross\/a\.png' twice.* name it once/),
    });
    await expect(write(folder, { size: 13 })).rejects.toThrow(/does not fit into a picture of 12x12/);
    await expect(write(await tempFolder())).rejects.toMatchObject({ code: 'pictures-not-found' });
    const out = join(await tempFolder(), 'study');
    // By then, one of the pictures is finished. A run without a finished part would begin again.
    const fails = ({ done, total }: { done: number; total: number }): void => {
      if (done > total / 2) throw new Error('enough');
    };
    await expect(write(folder, { out, size: 13, pictures: 3 })).rejects.toThrow(/does not fit/);
    await expect(write(folder, { out, pictures: 3, onProgress: fails })).rejects.toThrow('enough');
    await expect(write(folder, { out, pictures: 3, fill: 1 })).rejects.toMatchObject({
      code: 'state-mismatch',
      message: expect.stringMatching(/fill: 0 there, 1 here/),
    });
  });
});
