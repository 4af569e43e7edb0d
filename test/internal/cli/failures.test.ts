import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { EXIT, exitCodeOf } from '../../../src/cli/exit-code.js';
import { readInputOption, readLabelsOption } from '../../../src/cli/read-option.js';
import { shellWords } from '../../../src/cli/terminal.js';
import { filesOf, savedModel } from '../../support/models/saved-model.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const pictures = here('../../../examples/cifar10-zfnet/pictures');
const cat = join(pictures, 'cat/00000.png');
const stranger = here('../../reference/vgg-mini');
const project = ['project', model, cat, '--out', '/nowhere/x.png'];

const failures: readonly (readonly [string, number, readonly string[], RegExp])[] = [
  ['an unknown command', 2, ['galery', model], /unknown command 'galery'.*[\s\S]*gallery/],
  ['an unknown option', 2, ['layers', model, '--jsn'], /unknown option '--jsn'/],
  ['a missing argument', 2, ['mine', model, '--out', 'x'], /missing required argument 'images'/],
  ['a gallery of nothing', 2, ['gallery', model, '--out', 'x'], /\(IMAGES\).*\(--from STATE\)/],
  ['a missing option', 2, ['filters', model], /required option '--out <path>'/],
  [
    'a number that is none',
    2,
    ['gallery', model, pictures, '--out', 'x', '--top', '1.5'],
    /whole number of at least 1/,
  ],
  ['a feature map that is none', 2, [...project, '--layer', 'conv1', '--map', '-1'], /counted from 0/],
  ['a place that is none', 2, [...project, '--layer', 'conv1', '--map', '1', '--position', 'left'], /strongest/],
  ['a shard that is none', 2, ['mine', model, pictures, '--out', 'x', '--shard', '5/4'], /2\/4 is the second of four/],
  ['a range that is none', 2, ['mine', model, pictures, '--out', 'x', '--maps', 'conv1=9-3'], /runs backwards/],
  ['maps of nothing', 2, ['mine', model, pictures, '--out', 'x', '--maps', 'conv1'], /conv3=0-31,64/],
  ['a time that is none', 2, ['mine', model, pictures, '--out', 'x', '--every', 'often'], /number of at least 0/],
  [
    'mining without mining',
    2,
    ['gallery', model, '--from', 'x', '--out', 'x', '--limit', '5'],
    /--limit says what to mine/,
  ],
  [
    'patches of a state that has its own',
    2,
    ['gallery', model, '--from', 'x', '--out', 'x', '--per-image', '2'],
    /--per-image says what to mine/,
  ],
  ['a state in a folder that is none', 2, ['mine', model, pictures, '--out', '/dev/null/x'], /\/dev\/null\/x/],
  [
    'a state that is missing',
    3,
    ['merge', model, '/nowhere', '--out', 'x'],
    /\/nowhere cannot be read: it does not exist/,
  ],
  ['a state that is not there to draw', 3, ['gallery', model, '--from', '/nowhere', '--out', 'x'], /it does not exist/],
  ['a state that is a folder', 3, ['gallery', model, '--from', model, '--out', 'x'], /it is a folder/],
  ['a missing picture', 3, ['strongest', model, '/nowhere/cat.png'], /cat\.png does not exist\. Check the path/],
  ['a missing file of the input format', 2, ['check', model, cat, '--input', '/nowhere.json'], /it does not exist/],
  ['a state that is none', 3, ['merge', model, cat, '--out', 'x'], /00000\.png: This miner state cannot be read/],
  ['an unknown layer', 2, [...project, '--layer', 'conv9', '--map', '1'], /conv9/],
  ['a feature map out of range', 2, [...project, '--layer', 'conv1', '--map', '48'], /it has 48, numbered from 0/],
  ['a place out of range', 2, [...project, '--layer', 'conv1', '--map', '1', '--position', '40,2'], /40,2/],
  ['an unknown input format', 2, ['check', model, cat, '--input', 'keras'], /tf, torch, caffe, unit, raw/],
  ['input that is no JSON', 2, ['check', model, cat, '--input', '{ scale: 1 }'], /is not JSON/],
  [
    'a missing file of labels',
    2,
    ['check', model, cat, '--labels', '/nowhere/names.txt'],
    /\/nowhere\/names\.txt of --labels cannot be read: it does not exist/,
  ],
  ['too few labels', 2, ['check', model, cat, '--labels', 'a,b'], /2 class names and 10 outputs/],
  ['too few labels to mine', 2, ['mine', model, cat, '--labels', 'a', '--out', 'x'], /is 1 class name and 10 outputs/],
  ['output that cannot be written', 2, ['gallery', model, cat, '--out', '/dev/null/x'], /\/dev\/null\/x/],
  ['a missing model', 3, ['layers', '/nowhere'], /\/nowhere/],
  ['missing pictures', 3, ['check', model, '/nowhere'], /\/nowhere/],
  ['pictures that cannot be read', 3, ['check', model, join(model, 'model.json')], /model\.json cannot be read/],
  ['an input format nobody gave', 3, ['gallery', stranger, pictures, '--out', 'x'], /caffe +BGR[\s\S]*raw +the pixel/],
];

/** Words of the library that mean nothing on the command line. */
const API =
  /\{ (layers|resume|workers|backend|mirrors|fallback|input|checkpoint|batchSize|source)\b|new Deconvnet|maxPixels|maxBytes|perImage|featureMaps|PatchMiner\.|useBackend|toInput|followLinks/;

describe('deconvnet', () => {
  it.each(failures)('tells %s with exit code %i and no stack', async (_, code, args, words) => {
    const said = await deconvnet(args);
    expect(said.err).toMatch(words);
    expect(said.code).toBe(code);
    expect(said.err).not.toMatch(/\n\s+at /);
    expect(said.err).not.toMatch(API);
    expect(said.err).not.toMatch(/\bE[A-Z]{4,}\b|Input file is missing/);
  });

  it('names the nearest few of many layers', async () => {
    const said = await deconvnet(['project', model, cat, '--out', '/nowhere/x.png', '--layer', 'logit', '--map', '1']);
    expect(said.err).toMatch(/no layer 'logit'.*The nearest of its 13 layers are: (\w+, ){4}\w+\.\n$/);
  });

  it('says in plain words what a network takes that takes no pictures', async () => {
    const folder = await tempFolder();
    const numbers = tfl.sequential({ layers: [tfl.layers.dense({ name: 'd', inputShape: [57], units: 4 })] });
    await writeFiles(folder, filesOf(await savedModel(numbers)));
    const out = join(folder, 'out');
    for (const args of [
      ['check', folder, cat],
      ['filters', folder, '--out', `${out}.png`],
      ['project', folder, cat, '--layer', 'd', '--map', '0', '--out', `${out}.png`],
      ['activations', folder, cat, '--layer', 'd', '--out', `${out}.png`],
      ['mine', folder, pictures, '--input', 'unit', '--layers', 'd', '--out', out],
      ['gallery', folder, pictures, '--out', out],
    ]) {
      const said = await deconvnet(args);
      expect(said).toMatchObject({ code: 3, out: '', err: expect.stringContaining('takes 57 numbers, not pictures') });
      expect(said.err).not.toMatch(API);
      if (args[0] !== 'check' && args[0] !== 'filters') expect(said.err).toMatch(/\.npy/);
    }
    const listed = await deconvnet(['layers', folder]);
    expect(listed).toMatchObject({ code: 0, err: `${folder} takes 57 numbers, not pictures.\n` });
    expect(listed.out).toMatch(/^d +Dense +4 +4 +everything +filter$/m);
  });

  it('says in flags what to do about layers that are not mined, and about mirrors', async () => {
    const folder = await tempFolder();
    const flat = tfl.sequential({
      layers: [
        tfl.layers.flatten({ inputShape: [8, 8, 3] }),
        tfl.layers.reshape({ name: 'd', targetShape: [192] }),
        tfl.layers.embedding({ name: 'words', inputDim: 9, outputDim: 2 }),
      ],
    });
    await writeFiles(folder, filesOf(await savedModel(flat)));
    const mine = ['mine', folder, pictures, '--input', 'unit', '--out', join(folder, 'x')];
    const conv = ['mine', model, pictures, '--layers', 'conv1', '--out', join(folder, 'x')];
    for (const [args, code, words] of [
      [mine, 2, /no layers to mine; .*The model has .*d.*Name some with --layers\.\n$/],
      [[...mine, '--layers', 'words'], 3, /'words' cannot be projected: .*--import MODULE.*--fallback gradient/],
      [[...conv, '--maps', 'conv2=1'], 2, /layer 'conv2' are selected, but .* not mined.*Add it to --layers\.\n$/],
      [[...conv, '--workers', '4000'], 2, /workers is at most \d+ on this computer/],
      [[...conv, '--max-pixels', '3'], 3, /has more than 3 pixels\.\n$/],
      [
        [
          'project',
          model,
          join(pictures, 'nothing.png'),
          '--layer',
          'conv1',
          '--map',
          '0',
          '--out',
          join(folder, 'x.png'),
        ],
        3,
        /nothing\.png does not exist/,
      ],
    ] as const) {
      const said = await deconvnet(args);
      expect(said.err).toMatch(words);
      expect(said.code).toBe(code);
      expect(said.err).not.toMatch(API);
    }
  });

  it('reads a model from a zip file', async () => {
    const folder = await tempFolder();
    const names = (await readdir(model)).filter((name) => name !== 'README.md');
    const files = await Promise.all(names.map(async (name) => [name, await readFile(join(model, name))] as const));
    await writeFiles(folder, { 'model.zip': zipSync(Object.fromEntries(files)), 'bad.zip': 'PK, but no zip file' });
    const [zipped, plain] = [
      await deconvnet(['layers', join(folder, 'model.zip')]),
      await deconvnet(['layers', model]),
    ];
    expect(zipped).toEqual(plain);
    const bad = await deconvnet(['layers', join(folder, 'bad.zip')]);
    expect(bad).toMatchObject({ code: 3, err: expect.stringContaining('cannot be unpacked') });
  });

  it('tells a model of two inputs from one that takes a picture', async () => {
    const [left, right] = [tfl.input({ shape: [4, 4, 3] }), tfl.input({ shape: [4, 4, 3] })];
    const sum = tfl.layers.add().apply([left, right]) as tfl.SymbolicTensor;
    const saved = await savedModel(tfl.model({ inputs: [left, right], outputs: sum }));
    const folder = await tempFolder();
    await writeFiles(folder, filesOf(saved));
    for (const args of [
      ['check', folder, cat, '--input', 'tf'],
      ['gallery', folder, cat, '--out', join(folder, 'out')],
    ]) {
      expect(await deconvnet(args)).toMatchObject({ code: 3, err: expect.stringContaining('has 2 inputs') });
    }
    expect((await deconvnet(['layers', folder])).code).toBe(0);
  });

  it('prints help and version on stdout', async () => {
    for (const command of [
      [],
      ['gallery'],
      ['mine'],
      ['merge'],
      ['layers'],
      ['filters'],
      ['convert'],
      ['project'],
      ['check'],
    ]) {
      const { code, out, err } = await deconvnet([...command, '--help']);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(command.length > 0 ? /Examples?:\n {2}deconvnet \w+/ : /Exit codes:\n {2}0/);
    }
    expect((await deconvnet(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('helps where no command is given', async () => {
    const { code, err } = await deconvnet([]);
    expect(code).toBe(2);
    expect(err).toContain('Usage: deconvnet');
  });
});

describe('exit codes', () => {
  it('call every error that a user cannot cause a bug', () => {
    expect(['disposed', 'inside-tidy', 'anything'].map(exitCodeOf)).toEqual([EXIT.bug, EXIT.bug, EXIT.bug]);
    expect(['missing-peer', 'backend-unavailable'].map(exitCodeOf)).toEqual([EXIT.peer, EXIT.peer]);
  });
});

describe('options', () => {
  it('read input formats from a name, JSON or a file', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, { 'format.json': { scale: 0.5 } });
    expect(await readInputOption('caffe')).toBe('caffe');
    expect(await readInputOption(' { "mean": [1, 2, 3] }')).toEqual({ mean: [1, 2, 3] });
    expect(await readInputOption(join(folder, 'format.json'))).toEqual({ scale: 0.5 });
  });

  it('read labels from a list, lines, JSON, and the way Keras keeps them', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'lines.txt': '\uFEFFblack cat\r\ndog, small\r\n\r\n',
      'list.json': ['a', 'b'],
      'index.json': { 1: ['n2', 'shark'], 0: ['n1', 'tench'] },
      'bad.json': { a: 'b' },
    });
    expect(await readLabelsOption('cat, dog')).toEqual(['cat', 'dog']);
    expect(await readLabelsOption(join(folder, 'lines.txt'))).toEqual(['black cat', 'dog, small']);
    expect(await readLabelsOption(join(folder, 'list.json'))).toEqual(['a', 'b']);
    expect(await readLabelsOption(join(folder, 'index.json'))).toEqual(['tench', 'shark']);
    await expect(readLabelsOption(join(folder, 'bad.json'))).rejects.toThrow('contains no class names');
  });

  it('are quoted as a shell reads them', async () => {
    const words = ['plain-1.png', 'a b', "it's", '$HOME', '*', '{ "a": 1 }', '日本', ''];
    const { stdout } = await promisify(execFile)('sh', ['-c', `printf '%s\\n' ${shellWords(words)}`]);
    expect(stdout).toBe(words.map((word) => `${word}\n`).join(''));
  });
});
