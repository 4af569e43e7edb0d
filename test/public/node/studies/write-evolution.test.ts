import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { type StoredCheckpoint, type WriteEvolutionOptions, writeEvolution } from 'deconvnet/node';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../../support/backends.js';
import { filesIn } from '../../../support/files-in.js';
import { colourDetector } from '../../../support/models/colour-detector.js';
import { tempFolder, writeFiles } from '../../../support/temp-folder.js';

/** A folder with a red picture, and a green one that is darker. */
async function pictures(): Promise<string> {
  const plain = (r: number, g: number) =>
    sharp({ create: { width: 3, height: 3, channels: 3, background: { r, g, b: 0 } } })
      .png()
      .toBuffer();
  const folder = await tempFolder();
  await writeFiles(folder, { 'warm/red.png': await plain(255, 0), 'cold/green.png': await plain(0, 102) });
  return folder;
}

/** A checkpoint with these weights of red and green. */
function checkpoint(name: string, red: number, green: number, layer?: string): StoredCheckpoint {
  return { name, open: async () => new Deconvnet(colourDetector(red, green, layer), { input: 'unit' }) };
}

/** The feature map turns from red to green, and back. */
const TRAINING = [checkpoint('epoch 1', 1, 0), checkpoint('epoch 2', 1, 8), checkpoint('epoch 3', 5, 8)];

interface Written {
  readonly out: string;
  readonly page: string;
  readonly document: Document;
}

describe('writeEvolution', () => {
  beforeAll(() => use('wasm'));

  /** Writes a study, and checks that no tensor is left. */
  async function write(
    checkpoints: readonly StoredCheckpoint[],
    folder: string,
    options: Partial<WriteEvolutionOptions> = {},
  ): Promise<Written> {
    const { out = join(await tempFolder(), 'study') } = options;
    const before = tf.memory().numTensors;
    try {
      const { index } = await writeEvolution(checkpoints, folder, { ...options, out });
      const page = await readFile(index, 'utf8');
      return { out, page, document: parseHTML(page).document };
    } finally {
      expect(tf.memory().numTensors).toBe(before);
    }
  }

  /** For each block and row of the page: for each tile, the caption, and whether it is marked. */
  const tilesOf = (document: Document): string[][] =>
    [...document.querySelectorAll('.blocks tbody tr')].map((row) =>
      [...row.querySelectorAll('.frame')].map(
        (frame) => `${frame.classList.contains('jumped') ? '| ' : ''}${frame.querySelector('figcaption')!.textContent}`,
      ),
    );

  it('shows a row for each feature map and a column for each checkpoint, and marks where the picture changed', async () => {
    const { document, out } = await write(TRAINING, await pictures());
    const columns = [...document.querySelectorAll('.blocks thead th')].map((head) => head.textContent);
    expect(columns).toEqual(Array(2).fill(['map', 'epoch 1', 'epoch 2', 'epoch 3']).flat());
    // Green is 102 / 255 = 0.4 in the input; 0.4 times the weight 8 is more than 1, and less than 5.
    expect(tilesOf(document)).toEqual([
      ['1', '| 3.2', '| 5'],
      ['silent', 'silent', 'silent'],
      ['warm', '| cold', '| warm'],
      ['silent', 'silent', 'silent'],
    ]);
    expect([...document.querySelectorAll('.share')].map((cell) => cell.textContent)).toEqual([
      // At the second and at the third checkpoint, the feature map that fires has another picture than before.
      ...['1 of 1', '1 of 1'],
      // At the first checkpoint, it has what it has at the last one. The one that is always silent is not counted.
      ...['1 of 1', '0 of 1'],
    ]);
    const csv = (await readFile(join(out, 'evolution.csv'), 'utf8')).trim().split('\n');
    expect(csv[0]).toBe('checkpoint,layer,featureMap,picture,label,activation,row,column,jumped,empty,scale');
    expect(csv[1]).toBe('epoch 1,colour,0,warm/red.png,warm,1,0,0,false,false,1');
    expect(csv[3]).toMatch(/^epoch 3,colour,0,warm\/red\.png,warm,5,0,0,true,false,/);
    expect(csv[4]).toBe('epoch 1,colour,1,,,,,,,,');
  });

  it('counts no silent feature map, and compares with the checkpoint at which a feature map last fired', async () => {
    const training = [checkpoint('a', 1, 0), checkpoint('b', -1, 0), checkpoint('c', 0, 8)];
    const { document } = await write(training, await pictures());
    expect(tilesOf(document)[0]).toEqual(['1', 'silent', '| 3.2']);
    const shares = (some: Document) => [...some.querySelectorAll('.share')].map((cell) => cell.textContent);
    expect(shares(document)).toEqual(['–', '1 of 1', '0 of 1', '0 of 1']);
    const text = document.body.textContent!;
    expect(text).toContain(
      'No feature map fires at b. From b to c, the strongest picture changed for 1 of 1 feature map that fires.',
    );
    expect(text).toContain('it is compared with the last picture on which it fired');
    expect(text).toContain('1 feature map never fires.');
    // A feature map that is silent at the end has not settled.
    const dying = (await write([training[0]!, training[2]!, training[1]!], await pictures())).document;
    expect(shares(dying)).toEqual(['1 of 1', '–', '–', '–']);
    const dead = (await write([checkpoint('a', -1, 0), checkpoint('b', -2, 0)], await pictures())).document;
    expect(dead.body.textContent).toContain('None of the feature maps fires on any picture, at any checkpoint.');
    expect(dead.body.textContent).not.toContain('Nothing changed');
  });

  it('writes the name of a layer as it is', async () => {
    const name = 'a<b>&c';
    const renamed = (called: string, green: number): StoredCheckpoint => ({
      name: called,
      open: async () => {
        const model = colourDetector(1, green);
        // tfjs-layers gives a layer no such name, but a layer can get it later.
        model.getLayer('colour').name = name;
        return new Deconvnet(model, { input: 'unit' });
      },
    });
    const { document } = await write([renamed('a', 0), renamed('b', 8)], await pictures());
    const heads = [...document.querySelectorAll('tbody th')].map((head) => head.textContent);
    expect(heads.filter((text) => text === name)).toHaveLength(2);
  });

  it('writes all files that its page names, and draws projections and patches in their colours', async () => {
    const { document, out } = await write(TRAINING, await pictures());
    const files = new Set([...(await filesIn(out)).keys()].map((name) => name.slice(1)));
    const named = [...document.querySelectorAll('img, a')].map(
      (element) => element.getAttribute('src') ?? element.getAttribute('href')!,
    );
    expect(named).toHaveLength(2 * 3 + 2);
    expect(named.filter((name) => !files.has(name))).toEqual([]);
    expect([...files].filter((name) => name.startsWith('unfinished'))).toEqual([]);
    const colours = await Promise.all(
      named
        .filter((name) => name.endsWith('.png'))
        .map(async (name) => [...(await sharp(join(out, name)).raw().toBuffer())]),
    );
    // The projection of the weights 1 and 8 is mostly green, whatever the picture. Patches are those of the pictures.
    expect(colours[0]).toEqual([255, 128, 128, 255]);
    expect(colours[1]!.slice(0, 3)).toEqual([144, 255, 128]);
    expect(colours.slice(3)).toEqual([
      [255, 0, 0, 255],
      [0, 102, 0, 255],
      [255, 0, 0, 255],
    ]);
  });

  it('repeats one frame if the weights never change, and says that nothing changed', async () => {
    const { page, document, out } = await write(
      [checkpoint('a', 1, 8), checkpoint('b', 1, 8), checkpoint('c', 1, 8)],
      await pictures(),
    );
    expect(tilesOf(document)[0]).toEqual(['3.2', '3.2', '3.2']);
    expect(page).toMatch(/In this network:<\/strong> Nothing changed\./);
    expect(page).toContain('Nothing changed: every checkpoint has the same frames.');
    const files = await filesIn(out);
    const of = (place: number) =>
      [...files].filter(([name]) => name.startsWith(`/pictures/${place}/`)).map(([, file]) => file);
    expect(of(1)).toHaveLength(2);
    expect(of(2)).toEqual(of(1));
    expect(of(3)).toEqual(of(1));
  });

  it('goes on after a stop, and writes the same bytes, with the jumps', async () => {
    const folder = await pictures();
    const [whole, out] = [await write(TRAINING, folder), join(await tempFolder(), 'stopped')];
    const stop = new AbortController();
    const onProgress = ({ done }: { readonly done: number }) => done > 4 && stop.abort(new Error('enough'));
    await expect(write(TRAINING, folder, { out, onProgress, signal: stop.signal })).rejects.toThrow('enough');
    const costs: unknown[] = [];
    await write(TRAINING, folder, { out, onCost: (cost) => void costs.push(cost) });
    // At each checkpoint, two pictures and two patches go up, and two patches down.
    expect(costs).toEqual([{ up: 12, down: 6, atMost: true, done: 6, left: { up: 8, down: 4 } }]);
    expect(await filesIn(out)).toEqual(await filesIn(whole.out));
  });

  it('refuses checkpoints of other networks before any work, also when it goes on', async () => {
    const folder = await pictures();
    const out = join(await tempFolder(), 'study');
    const other = [TRAINING[0]!, checkpoint('epoch 2', 1, 8, 'color')];
    const says =
      /'epoch 2' is of another network than 'epoch 1': its layer 0 is 'color_input' instead of 'colour_input'/;
    let begun = false;
    const onProgress = () => {
      begun = true;
    };
    await expect(write(other, folder, { out, onProgress })).rejects.toThrow(says);
    expect(begun).toBe(false);
    const stop = new AbortController();
    // The first checkpoint is finished then: two pictures, and the patches of two feature maps.
    const halting = ({ done }: { readonly done: number }) => done > 4 && stop.abort(new Error('enough'));
    const halt = { out, signal: stop.signal, onProgress: halting };
    await expect(write(TRAINING, folder, halt)).rejects.toThrow('enough');
    await expect(write(other, folder, { out })).rejects.toThrow(says);
    await expect(write([TRAINING[0]!, checkpoint('epoch 2', 2, 8)], folder, { out })).rejects.toMatchObject({
      code: 'state-mismatch',
      message: expect.stringMatching(/checkpoint 2: .*checkpoint 3: .* there, not given here/),
    });
  });

  it('searches pictures of different sizes, if the network takes any', async () => {
    const folder = await pictures();
    const large = sharp({ create: { width: 5, height: 4, channels: 3, background: 'yellow' } }).png();
    await writeFiles(folder, { 'warm/yellow.png': await large.toBuffer() });
    const training = [1, 2].map((green) => ({
      name: `epoch ${green}`,
      open: async () => new Deconvnet(colourDetector(1, green, 'colour', null), { input: 'unit' }),
    }));
    const { out } = await write(training, folder, { maps: { colour: [0] } });
    const found = JSON.parse(await readFile(join(out, 'evolution.json'), 'utf8'));
    expect(found).toMatchObject(Array(2).fill({ strongest: { id: 'warm/yellow.png' } }));
  });

  it('refuses other bad input, and frees what was opened', async () => {
    const folder = await pictures();
    const [first, second] = TRAINING as [StoredCheckpoint, StoredCheckpoint];
    await expect(write([first], folder)).rejects.toThrow(/two or more, .* a list of 1/);
    await expect(write([first, first], folder)).rejects.toThrow(/Two checkpoints are called 'epoch 1'/);
    await expect(write([first, second], folder, { layers: ['shape'] })).rejects.toMatchObject({
      code: 'unknown-layer',
    });
    await expect(write([first, second], folder, { maps: 0 })).rejects.toThrow(/1 or more; it is the number 0/);
    await expect(write([first, second], await tempFolder())).rejects.toMatchObject({ code: 'pictures-not-found' });
    const raw = { name: 'raw', open: async () => new Deconvnet(colourDetector(1, 0), { input: 'raw' as const }) };
    await expect(write([first, raw], folder)).rejects.toThrow(
      /'raw' is used in another way than 'epoch 1'.*input format: .*Open all checkpoints with the same options/,
    );
    const gone = { name: 'gone', open: () => Promise.reject(new Error('no such file')) };
    await expect(write([first, gone], folder)).rejects.toThrow('no such file');
    const dense = () => new Deconvnet(tfl.sequential({ layers: [tfl.layers.dense({ inputShape: [4], units: 2 })] }));
    const vectors = ['a', 'b'].map((name) => ({ name, open: async () => dense() }));
    await expect(write(vectors, folder)).rejects.toMatchObject({ code: 'unsupported-option' });
  });
});
