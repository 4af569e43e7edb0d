import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listPictures, mineImages } from 'deconvnet/node';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../../src/cli/cli-error.js';
import { EXIT } from '../../../src/cli/exit-code.js';
import { hostileFolder } from '../../support/mining/hostile-folder.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const pictures = here('../../../examples/cifar10-zfnet/pictures');
const stranger = here('../../reference/vgg-mini');
const CLASSES = 'airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck';

describe('deconvnet filters', () => {
  it('draws all filters in a sheet', async () => {
    const path = join(await tempFolder(), 'new/filters.png');
    const { code, out } = await deconvnet(['filters', model, '--out', path, '--columns', '8']);
    expect([code, out]).toEqual([0, `${path}: 48 filters of 7x7\n`]);
    const { width, height } = await sharp(path).metadata();
    // 48 filters are 8 columns of 6 rows, tiles of 70 pixels 2 apart.
    expect([width, height]).toEqual([8 * 72 - 2, 6 * 72 - 2]);
    const { channels } = await sharp(path).stats();
    expect(Math.max(...channels.slice(0, 3).map(({ stdev }) => stdev))).toBeGreaterThan(10);
  });
});

describe('deconvnet project', () => {
  const picture = join(pictures, 'cat/00000.png');

  it('draws a projection, enlarged to be seen', async () => {
    const path = join(await tempFolder(), 'projection.png');
    const place = ['--layer', 'conv2', '--map', '3', '--position', 'strongest'];
    const { code, out, err } = await deconvnet(['project', model, picture, ...place, '--out', path]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/conv2, feature map 3, at \d+,\d+, activation \d.*sees 17x17 pixels from/);
    expect(out).toMatch(/^full black or white is \d.*; 0\.\d\d % of the values that are not zero are beyond it$/m);
    const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([256, 256]);
    expect(new Set(data).size).toBeGreaterThan(10);
  });

  it('cuts out the receptive field of one activation', async () => {
    const path = join(await tempFolder(), 'projection.png');
    const place = ['--layer', 'conv1', '--map', '0', '--position', '10,11', '--crop', '--zoom', '1'];
    const { code } = await deconvnet(['project', model, picture, ...place, '--out', path]);
    const { width, height } = await sharp(path).metadata();
    expect([code, width, height]).toEqual([0, 7, 7]);
  });
});

describe('deconvnet gallery', () => {
  it('writes a page, names its path, and tells what was skipped', async () => {
    const folder = await tempFolder();
    const some = await Promise.all(['cat/00000.png', 'dog/bad.jpg'].map(async (id) => [id, await load(id)] as const));
    const among = join(folder, 'pictures');
    await writeFiles(among, Object.fromEntries(some));
    const out = join(folder, "it's a gallery");
    const args = ['gallery', model, among, '--out', out, '--layers', 'conv1,conv2', '--maps', '2', '--top', '1'];
    const said = await deconvnet(args);
    expect(said).toMatchObject({ code: 0, out: `${join(out, 'index.html')}\n` });
    expect(said.err).toMatch(/Mining pictures: 2\n/);
    expect(said.err).toMatch(/\d feature maps in \d+\.\d s/);
    expect(said.err).toMatch(/1 picture was skipped:\n.*dog\/bad\.jpg/);
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page).toContain('conv2');
    expect(page).not.toContain('conv3');
    expect(page).toContain('--top 1');
    // Where the page lies is not a part of it: equal galleries in two folders are equal to the byte.
    expect(page).not.toContain('--out');
    expect(page).toContain(process.versions.node);
  });

  it('refuses to write among the pictures', async () => {
    const said = await deconvnet(['gallery', model, pictures, '--out', join(pictures, 'gallery')]);
    expect(said).toMatchObject({ code: 2, err: expect.stringContaining('is inside the folder of pictures') });
  });

  it('stops when it is interrupted', async () => {
    const interrupt = new AbortController();
    const out = await tempFolder();
    const running = deconvnet(['gallery', model, pictures, '--out', out], interrupt.signal);
    interrupt.abort(new CliError(EXIT.interrupted, 'Interrupted.'));
    expect(await running).toMatchObject({
      code: 130,
      out: '',
      err: expect.stringMatching(/Interrupted\. No page was written\./),
    });
    await expect(readFile(join(out, 'index.html'))).rejects.toThrow('ENOENT');
  });

  async function load(id: string): Promise<string | Uint8Array> {
    return id.includes('bad') ? 'no picture' : readFile(join(pictures, id));
  }
});

describe('deconvnet check', () => {
  const accuracy = (out: string, row: RegExp): number =>
    Number(new RegExp(`${row.source} +([\\d.]+) %`).exec(out)?.[1]);

  it('shows that the input format of a model is right', async () => {
    const { code, out, err } = await deconvnet(['check', model, pictures, '--limit', '40']);
    expect(code).toBe(0);
    expect(out).toMatch(/input +\(pixel \/ 255 .*from the model's metadata/);
    expect(out).toMatch(/^cat\/00000\.png +cat 9\d\.\d % +\S+ \d/m);
    expect(accuracy(out, /as it is now \(custom\)/)).toBeGreaterThan(75);
    expect(accuracy(out, /--input unit/)).toBeLessThan(50);
    expect(out).toMatch(/as it is now .* best$/m);
    expect(err).not.toContain('Warning');
  });

  it('shows that an input format is wrong, and which is better', async () => {
    const { code, out } = await deconvnet(['check', model, pictures, '--limit', '20', '--input', 'unit']);
    expect(code).toBe(0);
    expect(out).toMatch(/input +unit: pixel \/ 255.*from the options/);
    expect(accuracy(out, /as it is now \(unit\)/)).toBeLessThan(accuracy(out, /--input torch/));
    expect(out).toMatch(/--input \w+ .* best$/m);
  });

  it('warns where the accuracy is that of chance', async () => {
    const shifted = CLASSES.split(',');
    shifted.push(shifted.shift()!);
    const said = await deconvnet(['check', model, pictures, '--limit', '10', '--labels', shifted.join(',')]);
    expect(said.code).toBe(0);
    expect(said.err).toMatch(/Warning: the accuracy is poor, \d+\.\d %; chance gives 10\.0 %/);
    // Ten pictures of ten classes are too few to see the order in what they are called.
    expect(said.err).toMatch(/The order of the class names.*alphabetical.*Test it with more pictures/);
    expect(said.err).not.toContain('normalisation');
  });

  it('compares the formats where none is known, and asks for one', async () => {
    const folder = await tempFolder();
    const noise = sharp(
      Uint8Array.from({ length: 3072 }, (_, i) => (i * 31) % 256),
      {
        raw: { width: 32, height: 32, channels: 3 },
      },
    );
    await writeFiles(folder, {
      'cat/1.png': await noise.png().toBuffer(),
      'other/2.png': await noise.png().toBuffer(),
    });
    const { code, out, err } = await deconvnet(['check', stranger, folder, '--labels', CLASSES]);
    expect(code).toBe(3);
    expect(out).toMatch(/input +unknown/);
    for (const name of ['tf', 'torch', 'caffe', 'unit', 'raw']) expect(out).toMatch(`--input ${name}`);
    expect(out).toMatch(/of 1/);
    expect(err).toContain('Give it with --input');
  });
});

describe('deconvnet mine, merge and gallery --from', () => {
  const mined = (out: string, ...more: string[]): Promise<{ code: number; out: string; err: string }> =>
    deconvnet(['mine', model, pictures, '--limit', '30', '--layers', 'conv1,conv2', '--out', out, ...more]);

  it('go the whole way: parts, a state, a page', async () => {
    const folder = await tempFolder();
    const [one, two, all] = ['new/1.state', 'new/2.state', 'all.state'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (const [i, part] of [one, two].entries()) {
      expect(await mined(part, '--shard', `${i + 1}/2`, '--maps', '3')).toEqual({
        code: 0,
        out: `${part}: 15 pictures, 6 feature maps of conv1, conv2\n`,
        err: '15 pictures, 2 layers, 6 feature maps, at most 54 patches.\nMining pictures: 15\n',
      });
    }
    const merged = await deconvnet(['merge', model, two, one, '--out', all]);
    expect(merged).toEqual({ code: 0, out: `${all}: 30 pictures, of 2 states\n`, err: '' });
    const out = join(folder, 'gallery');
    const said = await deconvnet(['gallery', model, '--from', all, '--out', out, '--maps', '2']);
    expect(said).toMatchObject({ code: 0, out: `${join(out, 'index.html')}\n` });
    expect(said.err).not.toContain('Mining');
    const data = await readdir(join(out, 'data'));
    const conv1 = data.find((name) => name.includes('-conv1.'))!;
    expect(await readFile(join(out, 'data', conv1), 'utf8')).toContain('The first 2 of these are shown');
    const part = join(folder, 'part');
    const some = await deconvnet(['gallery', model, '--from', all, '--out', part, '--layers', 'conv2']);
    expect(some).toMatchObject({ code: 0 });
    const page = await readFile(join(part, 'index.html'), 'utf8');
    expect(page).toContain('>conv2</a></h3>');
    expect(page).not.toContain('>conv1</a></h3>');
  });

  it('read pixels again that were not kept, if the folder of images is given', async () => {
    const folder = await tempFolder();
    const state = join(folder, 'bare.state');
    const sheets = async (name: string, ...more: string[]): Promise<number> => {
      const out = join(folder, name);
      const said = await deconvnet(['gallery', model, ...more, '--from', state, '--out', out]);
      expect(said.code).toBe(0);
      expect(said.err.includes('contains no pixels for conv1, conv2')).toBe(more.length === 0);
      return (await readFile(join(out, 'index.html'), 'utf8')).length;
    };
    expect(await mined(state, '--max-bytes', '0', '--maps', 'conv1=4,7-8', '--maps', 'conv2=0')).toMatchObject({
      out: expect.stringContaining('4 feature maps'),
      err: expect.stringContaining('Only ids are kept for conv1, conv2, because'),
    });
    expect(await sheets('with', pictures)).toBeGreaterThan(0);
    expect(await sheets('without')).toBeGreaterThan(0);
    const [withPixels, blank] = await Promise.all(
      ['with', 'without'].map(async (name) => {
        const sprites = join(folder, name, 'sprites');
        const sheet = (await readdir(sprites)).find((file) => file.startsWith('0-conv1'))!;
        return (await sharp(join(sprites, sheet)).stats()).entropy;
      }),
    );
    expect(withPixels).toBeGreaterThan(blank! + 1);
  });

  it('tell what was skipped, and go on from a checkpoint only where they are asked to', async () => {
    const folder = await tempFolder();
    const among = join(folder, 'pictures');
    await writeFiles(among, { 'cat/0.png': await readFile(join(pictures, 'cat/00000.png')), 'dog/bad.jpg': 'text' });
    const args = ['mine', model, among, '--layers', 'conv1', '--out', join(folder, 'x.state')];
    const said = await deconvnet(args);
    expect(said).toMatchObject({ code: 0, out: expect.stringContaining(': 1 picture,') });
    expect(said.err).toMatch(/1 picture was skipped:\n.*dog\/bad\.jpg/);
    const kept = [...args, '--checkpoint', join(folder, 'kept')];
    const images = await listPictures(among);
    await mineImages({ model, images, layers: ['conv1'], backend: 'wasm', checkpoint: { path: join(folder, 'kept') } });
    expect(await deconvnet(kept)).toMatchObject({ code: 2, err: expect.stringContaining('with --resume') });
    const other = await deconvnet([...kept, '--resume', '--top', '4']);
    expect(other).toMatchObject({ code: 3, err: expect.stringContaining('patches per feature map: 9 there, 4 here') });
    const again = await deconvnet([...kept, '--resume']);
    expect(again).toMatchObject({ code: 0, out: said.out });
    expect(again.err).toMatch(/skipped:\n.*bad\.jpg/);
    const finished = await deconvnet([...kept, '--resume']);
    expect(finished).toMatchObject({ code: 0, out: '', err: expect.stringContaining('The run is finished') });
  });

  it('escape whatever files are called', async () => {
    const [images, out] = [await hostileFolder(), await tempFolder()];
    const said = await deconvnet(['gallery', model, images, '--layers', 'conv1', '--maps', '4', '--out', out]);
    expect(said).toMatchObject({ code: 0, err: expect.stringContaining('5 pictures were skipped') });
    const data = (await readdir(join(out, 'data'))).map((name) => readFile(join(out, 'data', name), 'utf8'));
    const page = (await readFile(join(out, 'index.html'), 'utf8')) + (await Promise.all(data)).join('');
    expect(page).not.toMatch(/<script>alert|<img src=x|onerror=alert\(2\)>/);
    expect(page).toMatch(/\\u003cscript\\u003ealert\(1\)/);
    expect(page).toContain('日本語');
  });
});
