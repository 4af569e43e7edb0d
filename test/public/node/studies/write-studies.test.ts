import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { type WriteStudiesOptions, writeStudies } from 'deconvnet/node';
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../../support/backends.js';
import { filesIn } from '../../../support/files-in.js';
import { colourDetector } from '../../../support/models/colour-detector.js';
import { crossDetector } from '../../../support/models/cross-detector.js';
import { crossFolder } from '../../../support/studies/cross-folder.js';
import { tempFolder } from '../../../support/temp-folder.js';

const usual = { maps: 1, layers: ['shape'], pictures: 1 };

describe('writeStudies', () => {
  beforeAll(() => use('wasm'));

  /** Writes a report of the cross detector, and checks that no tensor is left. */
  async function write(folder: string, options: Partial<WriteStudiesOptions> = {}) {
    const { out = join(await tempFolder(), 'report') } = options;
    const model = crossDetector();
    const before = tf.memory().numTensors;
    const deconvnet = new Deconvnet(model, { input: 'unit', labels: ['cross', 'nothing'] });
    try {
      const written = await writeStudies(deconvnet, folder, { ...usual, ...options, out });
      return { out, ...written, document: parseHTML(await readFile(written.index, 'utf8')).document };
    } finally {
      deconvnet.dispose();
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
    }
  }

  const studies = ['gallery', 'occlusion'] as const;

  it('writes an index with each study, which links to pages and pictures that are there', async () => {
    const { out, document, cover, summary } = await write(await crossFolder(), { studies });
    const files = new Set([...(await filesIn(out)).keys()].map((name) => name.slice(1)));
    const headings = [...document.querySelectorAll('h2')].map(({ textContent }) => textContent);
    expect(headings).toEqual(['Gallery', 'Occlusion']);
    const named = [...document.querySelectorAll('a, img')].map(
      (element) => element.getAttribute('href') ?? element.getAttribute('src')!,
    );
    expect(named).toContain('gallery/index.html');
    expect(named).toContain('occlusion/index.html');
    expect(named.filter((name) => !files.has(name))).toEqual([]);
    expect({ cover, summary }).toEqual({ cover: [], summary: '2 of 2 studies could be made, with 3 pictures.' });
    expect(document.querySelector('main')!.textContent).toMatch(/1 feature map of 1 layer, searched in 3 pictures/);
    // Of the gallery it shows the telling feature maps, and the link around them says so.
    const [strip] = document.querySelectorAll('a img');
    expect(strip!.getAttribute('src')).toMatch(/^gallery\/sprites\/0-shape-telling\.\w+\.png$/);
    expect(strip!.closest('a')!.textContent).toBe('telling feature maps of shape');
    const page = await readFile(join(out, 'occlusion/index.html'), 'utf8');
    expect(page).toContain('<a href="../index.html">All studies of this network</a>');
    expect([...files].filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it('makes all studies that apply, and says of the others what is missing', async () => {
    const folder = await crossFolder();
    const { out, document, summary } = await write(folder, { pictures: ['cross/a.png', 'cross/b.png'] });
    expect(summary).toBe('5 of 7 studies could be made, with 3 pictures.');
    const headings = [...document.querySelectorAll('h2')].map(({ textContent }) => textContent);
    expect(headings).toEqual(['Gallery', 'Invariance', 'Occlusion', 'Ablation', 'Sanity check', 'Left out']);
    const last = [...document.querySelectorAll('section')].at(-1)!.textContent;
    expect(last).toMatch(
      /Evolution: .*option checkpoints.*not given\.[\s\S]*Correspondence: .*option boxes.*not given\./,
    );
    const files = new Set((await filesIn(out)).keys());
    const covers = [...document.querySelectorAll('img')].map((image) => `/${image.getAttribute('src')}`);
    expect(covers.filter((cover) => !files.has(cover))).toEqual([]);
    for (const name of ['invariance', 'occlusion', 'ablation', 'sanity']) {
      expect(await readFile(join(out, name, 'index.html'), 'utf8')).toContain('All studies of this network');
      expect(covers.filter((cover) => cover.startsWith(`/${name}/`))).not.toEqual([]);
    }
  });

  it('goes on if one study stops because of a picture, and says which one did', async () => {
    const folder = await crossFolder();
    const pictures = ['nothing/c.png', 'cross/a.png'];
    const { document, summary } = await write(folder, { pictures, studies: ['occlusion', 'ablation'] });
    expect(summary).toBe('1 of 2 studies could be made, with 3 pictures.');
    const last = [...document.querySelectorAll('section')].at(-1)!.textContent;
    expect(last).toMatch(
      /Occlusion: .*It stopped\. No feature map of layer 'shape' fires on the picture 'nothing\/c\.png'/,
    );
  });

  it('takes checkpoints and boxes', async () => {
    const folder = await crossFolder();
    const open = async () => new Deconvnet(crossDetector(), { input: 'unit', labels: ['cross', 'nothing'] });
    const cross = { cross: { left: 6, top: 3, right: 9, bottom: 6 } };
    const { document, summary } = await write(folder, {
      studies: ['evolution', 'correspondence'],
      checkpoints: ['early', 'late'].map((name) => ({ name, open })),
      boxes: { 'cross/a.png': cross, 'cross/b.png': cross },
    });
    expect(summary).toBe('2 of 2 studies could be made, with 3 pictures.');
    const said = document.querySelector('main')!.textContent;
    expect(said).toMatch(/Nothing changed/);
  });

  it('refuses a study that is named, but lacks something', async () => {
    await expect(write(await crossFolder(), { studies: ['evolution'] })).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringMatching(/'evolution' cannot be made\. It needs other models of the training/),
    });
  });

  it('refuses checkpoints of different networks, whatever layers are chosen', async () => {
    const open = (model: () => LayersModel) => async () => new Deconvnet(model(), { input: 'unit' });
    const checkpoints = [
      { name: 'early', open: open(() => colourDetector(1, 0)) },
      { name: 'late', open: open(crossDetector) },
    ];
    const halted = write(await crossFolder(), { studies: ['evolution'], layers: ['shape'], checkpoints });
    await expect(halted).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringMatching(/'late' is of another network than 'early': it has \d layers instead of \d/),
    });
  });

  it('tells the cost of all studies before the work', async () => {
    const costs: unknown[] = [];
    const fails = (cost: unknown): never => {
      costs.push(cost);
      throw new Error('too long');
    };
    await expect(write(await crossFolder(), { studies, onCost: fails })).rejects.toThrow('too long');
    // The gallery runs three pictures and their patches; occlusion runs 144 places, and ten images beside them.
    const work = { up: 6 + 148 + 6, down: 3 + 4 };
    expect(costs).toEqual([{ ...work, atMost: true, done: 0, left: work }]);
  });

  it('goes on after a stop inside a study, and writes the same bytes', async () => {
    const folder = await crossFolder();
    const whole = await write(folder, { studies });
    const out = join(await tempFolder(), 'stopped');
    const stop = new AbortController();
    const halted = write(folder, {
      ...{ studies, out, signal: stop.signal },
      onProgress: ({ done }) => done > 100 && stop.abort(new Error('enough')),
    });
    await expect(halted).rejects.toThrow('enough');
    expect([...(await filesIn(out)).keys()]).not.toContain('/index.html');
    const costs: number[] = [];
    await write(folder, { studies, out, onCost: ({ done }) => void costs.push(done) });
    expect(costs).toEqual([9]);
    expect(await filesIn(out)).toEqual(await filesIn(whole.out));
  });

  it('refuses a study that is none, and what no study needs', async () => {
    const folder = await crossFolder();
    await expect(write(folder, { studies: ['galery' as 'gallery'] })).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringMatching(/studies is a list of names: gallery, .*occlusion/),
    });
    await expect(write(folder, { studies: ['occlusion'], boxes: 'boxes.json' })).rejects.toThrow(
      /boxes is for the study 'correspondence', which must then be among studies/,
    );
  });

  it('makes again what other choices concern, and keeps the rest', async () => {
    const [folder, out] = [await crossFolder(), join(await tempFolder(), 'report')];
    const fails = ({ done }: { readonly done: number }): void => {
      if (done > 100) throw new Error('enough');
    };
    await expect(write(folder, { studies, out, onProgress: fails })).rejects.toThrow('enough');
    const costs: number[] = [];
    const other = { studies: ['gallery', 'ablation'] as const, out };
    await write(folder, { ...other, onCost: ({ done }) => void costs.push(done) });
    expect(costs).toEqual([9]);
  });

  it('makes a report again in the same folder after a study stopped there', async () => {
    const [folder, out] = [await crossFolder(), join(await tempFolder(), 'report')];
    await write(folder, { out, pictures: ['cross/a.png', 'nothing/c.png'], studies: ['occlusion'] });
    const { summary } = await write(folder, { out, pictures: ['cross/a.png'], studies: ['occlusion'] });
    expect(summary).toBe('1 of 1 study could be made, with 3 pictures.');
  });

  it('finds the pictures with boxes whatever the number of pictures is limited to', async () => {
    const cross = { cross: { left: 6, top: 3, right: 9, bottom: 6 } };
    const boxes = { 'cross/a.png': cross, 'cross/b.png': cross };
    const { summary } = await write(await crossFolder(), { studies: ['correspondence'], boxes, limit: 2 });
    expect(summary).toMatch(/^1 of 1 study/);
  });
});
