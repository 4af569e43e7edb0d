import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet } from 'deconvnet';
import { loadModel, type WriteStudiesOptions, writeStudies } from 'deconvnet/node';
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../../support/backends.js';
import { filesIn } from '../../../support/files-in.js';
import { tempFolder } from '../../../support/temp-folder.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const pictures = here('../../../../examples/cifar10-zfnet/pictures');
const usual = { limit: 10, maps: 2, layers: ['conv1', 'conv5'], pictures: 1 };

describe('writeStudies', () => {
  beforeAll(() => use('wasm'));

  /** Writes a report of the shipped network, and checks that no tensor is left. */
  async function write(options: Partial<WriteStudiesOptions> = {}) {
    const { out = join(await tempFolder(), 'report') } = options;
    const before = tf.memory().numTensors;
    const model = await loadModel(here('../../../../examples/cifar10-zfnet/model'));
    const deconvnet = new Deconvnet(model);
    try {
      const written = await writeStudies(deconvnet, pictures, { ...usual, ...options, out });
      return { out, ...written, document: parseHTML(await readFile(written.index, 'utf8')).document };
    } finally {
      deconvnet.dispose();
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
  }

  const studies = ['gallery', 'occlusion'] as const;

  it('writes an index with each study, which links to pages and pictures that are there', async () => {
    const { out, document, cover, summary } = await write({ studies });
    const files = new Set([...(await filesIn(out)).keys()].map((name) => name.slice(1)));
    const headings = [...document.querySelectorAll('h2')].map(({ textContent }) => textContent);
    expect(headings).toEqual(['Gallery', 'Occlusion']);
    const named = [...document.querySelectorAll('a, img')].map(
      (element) => element.getAttribute('href') ?? element.getAttribute('src')!,
    );
    expect(named).toContain('gallery/index.html');
    expect(named).toContain('occlusion/index.html');
    expect(named.filter((name) => !files.has(name))).toEqual([]);
    expect({ cover, summary }).toEqual({ cover: [], summary: '2 of 2 studies could be made, with 10 pictures.' });
    expect(document.querySelector('main')!.textContent).toMatch(/4 feature maps of 2 layers, searched in 10 pictures/);
    const page = await readFile(join(out, 'occlusion/index.html'), 'utf8');
    expect(page).toContain('<a href="../index.html">All studies of this network</a>');
    expect([...files].filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it('tells the cost of all studies before the work', async () => {
    const costs: unknown[] = [];
    const fails = (cost: unknown): never => {
      costs.push(cost);
      throw new Error('too long');
    };
    await expect(write({ studies, onCost: fails })).rejects.toThrow('too long');
    // The gallery runs ten pictures; occlusion runs 1024 places, and 13 pictures beside them.
    expect(costs).toEqual([{ up: 10 + 1027 + 10, down: 36 + 4, done: 0 }]);
  });

  it('goes on after a stop inside a study, and writes the same bytes', async () => {
    const whole = await write({ studies });
    const out = join(await tempFolder(), 'stopped');
    const stop = new AbortController();
    const halted = write({
      ...{ studies, out, signal: stop.signal },
      onProgress: ({ done }) => done > 500 && stop.abort(new Error('enough')),
    });
    await expect(halted).rejects.toThrow('enough');
    expect([...(await filesIn(out)).keys()]).not.toContain('/index.html');
    const costs: number[] = [];
    await write({ studies, out, onCost: ({ done }) => void costs.push(done) });
    expect(costs).toEqual([46]);
    expect(await filesIn(out)).toEqual(await filesIn(whole.out));
  });

  it('refuses a study that is none, and other choices than those of an unfinished report', async () => {
    await expect(write({ studies: ['galery' as 'gallery'] })).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringMatching(/studies is a list of names: gallery, .*occlusion/),
    });
    const out = join(await tempFolder(), 'report');
    const fails = (): never => {
      throw new Error('enough');
    };
    await expect(write({ studies: ['occlusion'], out, onProgress: fails })).rejects.toThrow('enough');
    await expect(write({ studies: ['occlusion'], out, pictures: 2 })).rejects.toMatchObject({ code: 'state-mismatch' });
  });
});
