import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { type WriteCorrespondenceOptions, writeCorrespondence } from 'deconvnet/node';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../../support/backends.js';
import { filesIn } from '../../../support/files-in.js';
import { tempFolder, writeFiles } from '../../../support/temp-folder.js';

/** Two equal layers for pictures of 10x10 pixels: each passes on the pixels. */
function twice(): tfl.LayersModel {
  const pass = (name: string, more = {}) =>
    tfl.layers.conv2d({ filters: 3, kernelSize: 1, kernelInitializer: 'ones', useBias: false, name, ...more });
  return tfl.sequential({ name: 'twice', layers: [pass('low', { inputShape: [10, 10, 3] }), pass('high')] });
}

/** A folder with white pictures of 30x20 pixels. The model sees columns 5 to 25 of them at half the size. */
async function whites(names: readonly string[] = ['a.png', 'b.png', 'c.png', 'unmarked.png']): Promise<string> {
  const folder = await tempFolder();
  const white = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#fff' } })
    .png()
    .toBuffer();
  for (const name of names) await writeFiles(folder, { [name]: white });
  return folder;
}

/** A box of 4x4 pixels of the file, which are 2x2 pixels for the model. */
const at = (left: number, top: number, side = 4) => ({ left, top, right: left + side, bottom: top + side });

const BOXES = {
  'b.png': { same: at(7, 2), apart: at(5, 0), near: at(9, 8) },
  'a.png': { same: at(7, 2), apart: at(21, 16), near: at(11, 8) },
  'c.png': { same: at(7, 2) },
};

describe('writeCorrespondence', () => {
  beforeAll(() => use('wasm'));

  /** Writes a study of the network that passes on pixels, and checks that no tensor is left. */
  async function write(
    folder: string,
    options: Partial<WriteCorrespondenceOptions> = {},
  ): Promise<{ readonly out: string; readonly page: string; readonly summary: string }> {
    const { out = join(await tempFolder(), 'study') } = options;
    const model = twice();
    const deconvnet = new Deconvnet(model, { input: 'unit' });
    const before = tf.memory().numTensors;
    try {
      const { index, summary } = await writeCorrespondence(deconvnet, folder, {
        ...{ boxes: BOXES, layers: ['low', 'high'], random: 6, ...options, out },
      });
      expect(index).toBe(join(out, 'index.html'));
      return { out, summary, page: await readFile(index, 'utf8') };
    } finally {
      expect(tf.memory().numTensors).toBe(before);
      deconvnet.dispose();
      model.dispose();
    }
  }

  it('writes Delta: 0 where the parts lie at the same place, and else the share of pixels in one box only', async () => {
    const { out, summary } = await write(await whites());
    const rows = (await readFile(join(out, 'correspondence.csv'), 'utf8'))
      .trim()
      .split('\n')
      .map((row) => row.split(','));
    expect(rows[0]!.slice(0, 6)).toEqual(['layer', 'dimensions', 'masked', 'mean', 'deviation', 'pairs']);
    expect(rows.slice(1, 4).map((row) => row.slice(0, 6))).toEqual([
      ['low', '300', 'same', '0', '0', '3'],
      // Boxes of four pixels that do not touch each other, and boxes that share two of four pixels.
      ['low', '300', 'apart', '0.08', '0', '1'],
      ['low', '300', 'near', '0.04', '0', '1'],
    ]);
    expect(rows[4]!.slice(0, 3)).toEqual(['low', '300', 'random boxes']);
    expect(rows.slice(5).map((row) => ['low', ...row.slice(1)])).toEqual(rows.slice(1, 5));
    expect(summary).toMatch(/^in low, Delta of same.* is smaller than that of random boxes of the same size/);
    const { ids, pictures, seed } = JSON.parse(await readFile(join(out, 'correspondence.json'), 'utf8'));
    expect({ ids, seed }).toEqual({ ids: ['b.png', 'a.png', 'c.png'], seed: 0 });
    expect(pictures[0].boxes.near).toEqual({ top: 4, left: 2, bottom: 6, right: 4 });
  });

  it('draws what the network saw: the box is grey, and the rest is as it was', async () => {
    const { out } = await write(await whites());
    const { data, info } = await sharp(join(out, 'pictures/0-0.png'))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([10, 10]);
    for (let y = 0; y < 10; y++) {
      for (let x = 0; x < 10; x++) {
        const isMasked = 1 <= y && y < 3 && 1 <= x && x < 3;
        expect(data[(y * 10 + x) * 3], `${y}, ${x}`).toBe(isMasked ? 128 : 255);
      }
    }
  });

  it('writes a page as Table 1 and Figure 8, and all files that it names', async () => {
    const { out, page } = await write(await whites(), { seed: 5 });
    const { document } = parseHTML(page);
    const [table, masked] = [...document.querySelectorAll('table')] as Element[];
    const rows = [...table!.querySelectorAll('tbody tr')].map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows.map(([name]) => name)).toEqual(['same', 'apart', 'near', 'random boxes']);
    expect(rows[0]!.slice(0, 2)).toEqual(['same', '0.000 ± 0.000']);
    // A column for each picture, and an empty cell where a part is missing.
    const cells = [...masked!.querySelectorAll('tbody tr')].map((row) => row.querySelectorAll('img').length);
    expect(cells).toEqual([3, 3, 2, 2, 3]);
    expect(masked!.querySelectorAll('.framed i').length).toBe(3 + 3 + 1);
    const text = document.body.textContent ?? '';
    expect(text).toMatch(/3 pictures with boxes of 4/);
    expect(text).toMatch(/Seed of the random boxes\s*5/);
    const files = await filesIn(out);
    const named = [...document.querySelectorAll('img, a')].map(
      (one) => one.getAttribute('src') ?? one.getAttribute('href'),
    );
    for (const name of named) expect(files.has(`/${name}`), name!).toBe(true);
  });

  it('reads the boxes from a file, and does without random boxes', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, { 'boxes.json': BOXES, 'bad.json': '{ "a.png": 3 }' });
    const { page } = await write(await whites(), { boxes: join(folder, 'boxes.json'), random: 0 });
    expect(page).toContain('there are no random boxes to compare Delta in low with.');
    await expect(write(await whites(), { boxes: join(folder, 'bad.json') })).rejects.toThrow(
      /In .*bad\.json: The picture 'a\.png' has at least one box/,
    );
    await expect(write(await whites(), { boxes: join(folder, 'no.json') })).rejects.toThrow(/no\.json.*does not exist/);
  });

  it('begins again after a stop, and writes the same bytes', async () => {
    const folder = await whites();
    const whole = await write(folder);
    const out = join(await tempFolder(), 'study');
    const stop = new AbortController();
    const halted = write(folder, {
      ...{ out, signal: stop.signal, batchSize: 2 },
      onProgress: ({ done }) => done > 8 && stop.abort(new Error('enough')),
    });
    await expect(halted).rejects.toThrow('enough');
    const costs: unknown[] = [];
    await write(folder, { out, onCost: (cost) => void costs.push(cost) });
    const work = { up: 3 * 7 + 3 + 3 + 1, down: 0 };
    expect(costs).toEqual([{ ...work, atMost: false, done: 0, left: work }]);
    expect(await filesIn(out)).toEqual(await filesIn(whole.out));
  });

  it('refuses boxes that do not suit the pictures before it runs anything', async () => {
    const folder = await whites();
    const boxes = (some: object) => write(folder, { boxes: some as typeof BOXES });
    const two = (box: object) => boxes({ 'a.png': { nose: box }, 'b.png': { nose: at(7, 2) } });
    await expect(two(at(27, 2))).rejects.toThrow(
      /'nose' of the picture 'a\.png' must lie inside.* 30 pixels wide and 20/,
    );
    await expect(two(at(0, 2))).rejects.toThrow(/cut off as a whole.* columns 5 to 25 and rows 0 to 20 of 30x20/);
    await expect(boxes({ 'z.png': { nose: at(7, 2) }, 'b.png': { nose: at(7, 2) } })).rejects.toThrow(
      /picture 'z\.png', which does not exist.* of 4 pictures is 'a\.png'/,
    );
    await expect(boxes({ 'a.png': { nose: at(7, 2) } })).rejects.toThrow(/two or more pictures/);
    await expect(boxes({ 'a.png': { nose: at(7, 2) }, 'b.png': { nase: at(7, 2) } })).rejects.toThrow(
      /'nose' is marked in one picture alone.*nose, nase/,
    );
    const out = join(await tempFolder(), 'study');
    await expect(write(folder, { out, random: 2 })).rejects.toThrow(/'b\.png' has 3 parts.*received 2/);
    await expect(write(folder, { out, layers: ['lwo'] })).rejects.toMatchObject({ code: 'unknown-layer' });
    expect(await filesIn(join(out, '..'))).toEqual(new Map());
  });
});
