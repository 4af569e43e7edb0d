import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { checkpointNames } from '../../../src/cli/checkpoint-names.js';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string =>
  fileURLToPath(new URL(`../../../examples/cifar10-zfnet/${path}`, import.meta.url));
const [early, late, model] = [here('checkpoints/epoch-01'), here('checkpoints/epoch-15/model.json'), here('model')];
const cats = here('pictures/cat');
const few = ['--images', cats, '--limit', '4', '--maps', '2', '--layers', 'conv1,conv5'];

describe('deconvnet evolution', () => {
  it('tells the cost first, writes the page, and prints its path last', async () => {
    const out = join(await tempFolder(), 'study');
    const { code, out: said, err } = await deconvnet(['evolution', early, late, model, '--out', out, ...few]);
    expect({ code, said }).toEqual({ code: 0, said: `${join(out, 'index.html')}\n` });
    expect(err).toMatch(
      /\nThe rule is deconvnet\. Under it the projections of 1 of 2 layers [^\n]*\nAt most 24 images up through the network, 12 projections down to the pixels\.\nEstimate: about \d+ s\./,
    );
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page).toContain(`deconvnet evolution ${early} ${late} ${model} ${few.join(' ')}`);
    expect(page).toContain('<dt>Checkpoints</dt><dd>epoch-01, epoch-15, model</dd>');
    expect(page).toContain('2 of each layer, drawn at random with seed 0');
    expect(page).toMatch(/<dt>Versions<\/dt><dd>deconvnet [\d.]+, backend wasm, node /);
  });

  it('keeps no checkpoint in memory but the one for which the rule is chosen', async () => {
    const tensorsOf = async (...checkpoints: string[]): Promise<number> => {
      const before = tf.memory().numTensors;
      const out = join(await tempFolder(), 'study');
      const args = ['evolution', ...checkpoints, '--rule', 'deconvnet', '--out', out, ...few];
      expect(await deconvnet(args)).toMatchObject({ code: 0 });
      return tf.memory().numTensors - before;
    };
    expect(await tensorsOf(early, late, model)).toBe(await tensorsOf(early, model));
  });

  it('takes names, feature maps by layer, and a seed', async () => {
    const frames = async (
      ...options: string[]
    ): Promise<{ checkpoint: string; layer: string; featureMap: number }[]> => {
      const out = join(await tempFolder(), 'study');
      const args = ['evolution', early, model, '--images', cats, '--limit', '2', '--out', out, ...options];
      expect(await deconvnet(args)).toMatchObject({ code: 0 });
      return JSON.parse(await readFile(join(out, 'evolution.json'), 'utf8'));
    };
    const named = await frames('--names', 'one, last', '--maps', 'conv1=7', '--maps', 'conv2=3-4');
    expect(named.map(({ checkpoint, layer, featureMap }) => `${checkpoint} ${layer} ${featureMap}`)).toEqual([
      ...['one conv1 7', 'last conv1 7', 'one conv2 3', 'last conv2 3', 'one conv2 4', 'last conv2 4'],
    ]);
    const drawn = async (seed: string) =>
      (await frames('--layers', 'conv5', '--maps', '3', '--seed', seed)).map(({ featureMap }) => featureMap);
    expect(await drawn('1')).not.toEqual(await drawn('2'));
  });

  it('says how to go on if it is interrupted, and goes on', async () => {
    const out = join(await tempFolder(), 'study');
    const stop = new AbortController();
    const args = ['evolution', early, late, '--out', out, ...few];
    const reason = Object.assign(new Error('Interrupted.'), { exitCode: 130 });
    const halted = await deconvnet(args, stop.signal, (text) => text.startsWith('Following') && stop.abort(reason));
    expect(halted.code).toBe(130);
    expect(halted.err).toMatch(
      /No page was written\. The parts that were finished are kept in \S+\. Go on with:\n\n {2}deconvnet evolution/,
    );
    expect(await deconvnet(args)).toMatchObject({ code: 0 });
  });

  it.each([
    ['one checkpoint', [early], [], 2, /needs two checkpoints or more/],
    ['a model twice without names', [model, model], [], 2, /Two checkpoints are called 'model'.*--names/],
    ['too few names', [early, model], ['--names', 'a'], 2, /1 names? for 2 checkpoints/],
    ['feature maps that are none', [early, model], ['--maps', 'conv1'], 2, /conv3=0-3,64/],
    ['a layer that is none', [early, model], ['--layers', 'conv9'], 2, /conv9/],
    ['a folder among the pictures', [early, model], ['--out', join(cats, 'study')], 2, /inside the folder of pictures/],
    ['another network', [model, here('../../test/reference/vgg-mini')], ['--input', 'unit'], 2, /of another network/],
  ])('refuses %s', async (_, checkpoints, options, code, says) => {
    const out = join(await tempFolder(), 'study');
    const found = await deconvnet(['evolution', ...checkpoints, '--out', out, ...few, ...options]);
    expect(found).toMatchObject({ code, out: '', err: expect.stringMatching(says) });
  });

  it('names the columns after folders and files', () => {
    const paths = ['runs/a', 'runs/b/', 'runs/c/model.json', 'runs/epoch.4.keras', 'e.h5'];
    expect(checkpointNames(paths, undefined)).toEqual(['a', 'b', 'c', 'epoch.4', 'e']);
  });
});
