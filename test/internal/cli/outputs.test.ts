import { existsSync, readdirSync } from 'node:fs';
import { copyFile, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../../src/cli/cli-error.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const pictures = here('../../../examples/cifar10-zfnet/pictures');
const cat = join(pictures, 'cat/00000.png');

/** A folder with something in every way, and a picture. */
async function crowded(): Promise<string> {
  const folder = await tempFolder();
  await writeFiles(folder, {
    'folder/inside.txt': 'x',
    'notes.txt': 'not a state',
    'page/index.html': '<h1>my own page</h1>',
    'sprites/sprites': 'a file',
    'data/data': 'a file',
    'index/index.html/x': '',
    'old.checkpoint': 'DCNVCHKP',
    'former.checkpoint.prev': 'DCNVCHKP',
  });
  await copyFile(cat, join(folder, 'cat.png'));
  await symlink('cat.png', join(folder, 'link.png'));
  return folder;
}

// No model is at this path: an output that is refused is refused before the model is looked for.
const MODEL = '/nowhere/model.json';
const place = ['--layer', 'conv1', '--map', '1'];

describe('an output that cannot be written is refused before anything is loaded', () => {
  it.each<[string, (folder: string) => string[], RegExp]>([
    ['a state, a folder', (at) => ['mine', MODEL, pictures, '--out', `${at}/folder`], /folder\/mined\.state/],
    ['a state, below a file', (at) => ['mine', MODEL, pictures, '--out', `${at}/notes.txt/x`], /notes\.txt is a file/],
    ['a state, another file', (at) => ['mine', MODEL, pictures, '--out', `${at}/notes.txt`], /not a state/],
    ['a state, a picture', (at) => ['mine', MODEL, pictures, '--out', `${at}/cat.png`], /not a state/],
    ['a state, a device', () => ['mine', MODEL, pictures, '--out', '/dev/null'], /not an ordinary file/],
    ['a state, no such place', () => ['mine', MODEL, pictures, '--out', '/proc/nowhere/x.state'], /cannot be written/],
    [
      'a checkpoint, a folder',
      (at) => ['mine', MODEL, pictures, '--out', `${at}/x`, '--checkpoint', `${at}/folder`],
      /--checkpoint .*folder\/mine\.checkpoint/,
    ],
    [
      'a checkpoint, a picture',
      (at) => ['mine', MODEL, pictures, '--out', `${at}/x`, '--checkpoint', `${at}/cat.png`, '--resume'],
      /cat\.png cannot be written: it exists, and it is not a checkpoint/,
    ],
    [
      'a checkpoint, the state',
      (at) => ['mine', MODEL, pictures, '--out', `${at}/x`, '--checkpoint', `${at}/folder/../x`],
      /it is in conflict with/,
    ],
    [
      'a checkpoint, below the state',
      (at) => ['mine', MODEL, pictures, '--out', `${at}/x`, '--checkpoint', `${at}/x/y`],
      /it is in conflict with/,
    ],
    [
      'a checkpoint that is there',
      (at) => ['mine', MODEL, pictures, '--out', `${at}/old`],
      /old\.checkpoint\. Go on from it with --resume\..* remove it\.$/m,
    ],
    ['a former checkpoint that is there', (at) => ['mine', MODEL, pictures, '--out', `${at}/former`], /\.prev\. Go on/],
    [
      'nothing to mine, and so nothing to resume',
      (at) => ['gallery', MODEL, pictures, '--from', `${at}/x.state`, '--out', `${at}/x`, '--resume'],
      /--resume says what to mine, but with --from nothing is mined/,
    ],
    [
      'a checkpoint of a gallery',
      (at) => ['gallery', MODEL, pictures, '--out', `${at}/x`, '--checkpoint', `${at}/folder`],
      /--checkpoint .* it is a folder/,
    ],
    ['a gallery, a file', (at) => ['gallery', MODEL, pictures, '--out', `${at}/cat.png`], /a gallery is a folder/],
    [
      'a gallery over a page',
      (at) => ['gallery', MODEL, pictures, '--out', `${at}/page`],
      /not a gallery of deconvnet/,
    ],
    ['a gallery, its page a folder', (at) => ['gallery', MODEL, pictures, '--out', `${at}/index`], /it is a folder/],
    ['a gallery, its sprites a file', (at) => ['gallery', MODEL, pictures, '--out', `${at}/sprites`], /not a folder/],
    ['a gallery, its data a file', (at) => ['gallery', MODEL, pictures, '--out', `${at}/data`], /not a folder/],
    [
      'a gallery among pictures',
      () => ['gallery', MODEL, pictures, '--out', `${pictures}/x`],
      /inside the folder of pictures/,
    ],
    ['filters, a folder', (at) => ['filters', MODEL, '--out', `${at}/folder`], /end in \.png/],
    ['filters, no PNG', (at) => ['filters', MODEL, '--out', `${at}/x.jpg`], /end in \.png/],
    [
      'a projection, its picture',
      (at) => ['project', MODEL, `${at}/cat.png`, ...place, '--out', `${at}/cat.png`],
      /it is the picture to project/,
    ],
    [
      'a projection, a link to its picture',
      (at) => ['project', MODEL, `${at}/cat.png`, ...place, '--out', `${at}/link.png`],
      /it is the picture/,
    ],
    ['a merged state, a part', (at) => ['merge', MODEL, `${at}/notes.txt`, '--out', `${at}/notes.txt`], /not a state/],
  ])('%s', async (_, args, words) => {
    const folder = await crowded();
    const before = await readdir(folder, { recursive: true });
    const said = await deconvnet(args(folder));
    expect(said.err).toMatch(words);
    expect(said).toMatchObject({ code: 2, out: '' });
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  it('and one that can be written leaves nothing behind before it is', async () => {
    const folder = await crowded();
    const before = await readdir(folder, { recursive: true });
    for (const args of [
      ['mine', MODEL, pictures, '--out', join(folder, 'a/b/x.state')],
      ['gallery', MODEL, pictures, '--out', join(folder, 'a/b')],
      ['filters', MODEL, '--out', join(folder, 'link.png')],
    ]) {
      expect(await deconvnet(args)).toMatchObject({ code: 3, err: expect.stringContaining(MODEL) });
    }
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  it('a merged state is none of its parts', async () => {
    const state = join(await tempFolder(), 'x.state');
    const mine = ['mine', model, pictures, '--layers', 'conv1', '--maps', '1', '--limit', '4', '--out', state];
    expect(await deconvnet(mine)).toMatchObject({ code: 0 });
    const before = await readFile(state);
    const said = await deconvnet(['merge', model, state, '--out', state]);
    expect(said).toMatchObject({ code: 2, err: expect.stringContaining('it is one of the states to merge') });
    expect(await readFile(state)).toEqual(before);
  });
});

describe('a run', () => {
  const few = ['--layers', 'conv1', '--maps', '2', '--limit', '6'];

  it('that is finished removes its checkpoint', async () => {
    const folder = await tempFolder();
    const checkpoint = ['--checkpoint', join(folder, 'run.checkpoint'), '--every', '0'];
    const state = join(folder, 'x.state');
    expect(await deconvnet(['mine', model, pictures, ...few, ...checkpoint, '--out', state])).toMatchObject({
      code: 0,
    });
    expect(await readdir(folder)).toEqual(['x.state']);
    const out = join(folder, 'gallery');
    expect(await deconvnet(['gallery', model, pictures, ...few, ...checkpoint, '--out', out])).toMatchObject({
      code: 0,
    });
    expect((await readdir(folder)).sort()).toEqual(['gallery', 'x.state']);
  });

  /** Stops a gallery when its mining has begun, or when it has drawn its first pictures. */
  async function interrupted(args: readonly string[], when: 'mining' | 'drawing'): Promise<string> {
    const interrupt = new AbortController();
    const stop = (): void => interrupt.abort(new CliError(130, 'Interrupted.'));
    const sprites = join(args[args.indexOf('--out') + 1]!, 'sprites');
    const watch = (text: string): void => {
      if (when === 'mining' && text.startsWith('Mining')) setImmediate(stop);
      if (when === 'mining' || !text.startsWith('Projecting')) return;
      const timer = setInterval(() => {
        if (!existsSync(sprites) || readdirSync(sprites).length === 0) return;
        clearInterval(timer);
        stop();
      }, 5);
    };
    const said = await deconvnet(args, interrupt.signal, watch);
    expect(said).toMatchObject({ code: 130, out: '' });
    return said.err;
  }

  it('that draws a gallery and is interrupted says what is left of it, and draws on', async () => {
    const folder = await tempFolder();
    const out = join(folder, 'gallery');
    const gallery = ['gallery', model, pictures, '--layers', 'conv1,conv2', '--limit', '6', '--out', out];
    const withCheckpoint = [...gallery, '--checkpoint', join(folder, 'run.checkpoint')];
    const kept = await interrupted(withCheckpoint, 'drawing');
    expect(kept).toMatch(
      /Interrupted\. No page was written\..*sprites contains \d+ pictures.*All that was mined is kept/s,
    );
    expect(kept).toMatch(
      /What was projected and drawn is kept in .*unfinished\. Go on with:\n\n {2}deconvnet gallery .* --resume\n/,
    );
    const again = await deconvnet([...withCheckpoint, '--resume']);
    expect(again).toMatchObject({ code: 0, out: `${join(out, 'index.html')}\n` });
    expect(await readdir(folder)).toEqual(['gallery']);
  });

  it('that mines and draws a gallery goes on with the same command, without a checkpoint being named', async () => {
    const out = join(await tempFolder(), 'gallery');
    const gallery = ['gallery', model, pictures, '--layers', 'conv1,conv2', '--limit', '6', '--out', out];
    const mined = await interrupted(gallery, 'mining');
    expect(mined).toMatch(/No page was written\. What was mined is kept in .*unfinished\. Go on with:\n\n.*gallery\n/s);
    expect((await readdir(join(out, 'unfinished'))).sort()).toEqual(['mining.checkpoint', 'mining.checkpoint.prev']);
    const drawn = await interrupted(gallery, 'drawing');
    expect(drawn).toMatch(/What was mined, projected and drawn is kept in .*unfinished\. Go on with:\n\n.*gallery\n/s);
    const again = await deconvnet(gallery);
    expect(again).toMatchObject({ code: 0, out: `${join(out, 'index.html')}\n` });
    // All six pictures were mined before.
    expect(again.err).not.toContain('Mining');
    expect((await readdir(out)).sort()).toEqual(['data', 'index.html', 'sprites']);

    const page = await readFile(join(out, 'index.html'), 'utf8');
    const other = await interrupted(gallery, 'drawing');
    expect(other).toContain('index.html is the page of an older gallery, which is still complete.');
    expect(await readFile(join(out, 'index.html'), 'utf8')).toBe(page);
    const fewer = await deconvnet([...gallery, '--top', '4']);
    expect(fewer).toMatchObject({ code: 0, err: expect.stringContaining('The mining begins again, because') });
    expect(fewer.err).toContain('patches per feature map: 9 there, 4 here');
    expect((await readdir(out)).sort()).toEqual(['data', 'index.html', 'sprites']);
  });

  it('that draws from a state and is interrupted leaves the state', async () => {
    const folder = await tempFolder();
    const state = join(folder, 'x.state');
    expect(
      await deconvnet(['mine', model, pictures, '--layers', 'conv2', '--limit', '6', '--out', state]),
    ).toMatchObject({ code: 0 });
    const said = await interrupted(['gallery', model, '--from', state, '--out', join(folder, 'g')], 'drawing');
    expect(said).toMatch(
      /The state .*x\.state is unchanged\. What was projected and drawn is kept in .*unfinished\. Go on with:\n\n {2}deconvnet gallery/,
    );
  });

  it('that mines for a gallery and is interrupted names what it keeps', async () => {
    const folder = await tempFolder();
    const gallery = ['gallery', model, pictures, '--layers', 'conv1', '--out', join(folder, 'gallery')];
    const kept = await interrupted([...gallery, '--checkpoint', join(folder, 'c')], 'mining');
    expect(kept).toMatch(/What was mined is kept in .*c\. Go on with:\n\n.* --resume\n/s);
    expect((await readdir(folder)).sort()).toEqual(['c', 'c.prev']);
  });
});
