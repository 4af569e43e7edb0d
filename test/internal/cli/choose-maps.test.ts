import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Deconvnet } from 'deconvnet';
import { loadModel, readPictures } from 'deconvnet/node';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const pictures = here('../../../examples/cifar10-zfnet/pictures');
const cat = join(pictures, 'cat/00000.png');

/** What the library finds on the same picture. */
async function strongest(layer: string, top: number): Promise<readonly { featureMap: number; activation: number }[]> {
  const network = await loadModel(model);
  const own = new Deconvnet(network);
  for await (const { image } of readPictures([{ id: 'cat', path: cat }], own))
    return own.strongest(image, { layer, top });
  throw new Error('The picture was not read.');
}

describe('deconvnet strongest', () => {
  it('lists the feature maps that fire most, of one layer', async () => {
    const { code, out, err } = await deconvnet(['strongest', model, cat, '--layer', 'conv3', '--top', '5']);
    expect([code, err]).toEqual([0, '']);
    const [head, ...rows] = out.trim().split('\n');
    expect(head).toMatch(/^layer +feature map +activation +position +sees$/);
    const wanted = await strongest('conv3', 5);
    expect(wanted).toHaveLength(5);
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 3))).toEqual(
      wanted.map(({ featureMap, activation }) => ['conv3', String(featureMap), activation.toPrecision(4)]),
    );
    expect(rows[0]).toMatch(/ \d+,\d+ +\d+x\d+ pixels from -?\d+,-?\d+$/);
  });

  it('lists a few of each default layer, and says them as JSON too', async () => {
    const { out } = await deconvnet(['strongest', model, cat, '--json']);
    const found = JSON.parse(out) as { layer: string; featureMap: number; activation: number; position: number[] }[];
    expect(found.map(({ layer }) => layer)).toEqual(
      ['conv1', 'conv2', 'conv3', 'conv4', 'conv5'].flatMap((layer) => [layer, layer, layer]),
    );
    const [best] = await strongest('conv4', 1);
    expect(found[9]).toMatchObject({ featureMap: best!.featureMap, activation: best!.activation });
    expect(found[9]).toMatchObject({ position: [expect.any(Number), expect.any(Number)] });
    expect(found[0]).toMatchObject({ receptiveField: { size: [7, 7] } });
  });
});

describe('deconvnet project', () => {
  const drawn = async (
    map: string,
  ): Promise<{ lines: string[]; width: number | undefined; height: number | undefined }> => {
    const path = join(await tempFolder(), 'maps.png');
    const said = await deconvnet(['project', model, cat, '--layer', 'conv3', '--map', map, '--out', path]);
    expect([said.code, said.err]).toEqual([0, '']);
    const { width, height } = await sharp(path).metadata();
    return { lines: said.out.trim().split('\n'), width, height };
  };

  it('draws several feature maps as a montage, and names them in its order', async () => {
    const all = await strongest('conv3', 5);
    const maps = all.map(({ featureMap }) => featureMap);
    const { lines, width, height } = await drawn(maps.join(','));
    // 32 pixels are enlarged to 128; five tiles are 2 apart in rows of three.
    expect([width, height]).toEqual([3 * 130 - 2, 2 * 130 - 2]);
    expect(lines[0]).toMatch(/maps\.png: 5 feature maps in rows of 3$/);
    expect(lines.slice(1).map((line) => Number(/feature map (\d+), whole/.exec(line)![1]))).toEqual(maps);
    expect((await drawn(`${maps[0]}`)).width).toBe(256);
  });

  it('draws the feature maps that fire most on the picture', async () => {
    const { lines, width } = await drawn('strongest');
    expect(width).toBe(3 * 130 - 2);
    expect(lines.slice(1).map((line) => Number(/feature map (\d+)/.exec(line)![1]))).toEqual(
      (await strongest('conv3', 9)).map(({ featureMap }) => featureMap),
    );
  });

  it('refuses maps that are no numbers or do not exist', async () => {
    const out = join(await tempFolder(), 'maps.png');
    const project = (map: string): ReturnType<typeof deconvnet> =>
      deconvnet(['project', model, cat, '--layer', 'conv3', '--map', map, '--out', out]);
    expect(await project('weakest')).toMatchObject({ code: 2, err: expect.stringContaining('strongest, or numbers') });
    expect(await project('5-3')).toMatchObject({ code: 2, err: expect.stringContaining('runs backwards') });
    expect(await project('3,999')).toMatchObject({ code: 2, err: expect.stringContaining('Feature map 999') });
  });
});

describe('--maps', () => {
  const mined = async (...more: string[]): Promise<{ code: number; out: string; err: string }> => {
    const out = join(await tempFolder(), 'x.state');
    return deconvnet(['mine', model, pictures, '--limit', '2', '--layers', 'conv1,conv2', '--out', out, ...more]);
  };

  it.each([
    [['8-15'], 16],
    [['0-7'], 16],
    [['7,40-49'], 1 + 8 + 1 + 10],
    [['3'], 6],
    [['3', '6-7'], 4],
    [['6-7', 'conv2=0-9'], 2 + 10],
    [['90-95', 'conv1=5'], 1 + 6],
  ])('%s chooses feature maps of every layer, as far as it has them', async (maps, count) => {
    const said = await mined(...maps.flatMap((one) => ['--maps', one]));
    expect(said).toMatchObject({ code: 0, out: expect.stringContaining(`${count} feature maps of conv1, conv2`) });
  });

  it('is refused where it chooses none of a layer, or makes no sense', async () => {
    expect(await mined('--maps', '48-95')).toMatchObject({
      code: 2,
      err: expect.stringContaining("chooses no feature map of layer 'conv1', which has 48, numbered from 0"),
    });
    expect(await mined('--maps', '=3')).toMatchObject({ code: 2, err: expect.stringContaining('ranges such as 0-7') });
    expect(await mined('--maps', '7-0')).toMatchObject({ code: 2, err: expect.stringContaining('runs backwards') });
  });

  it('takes what a state has, but nothing else', async () => {
    const folder = await tempFolder();
    const state = join(folder, 'x.state');
    const mine = ['mine', model, pictures, '--limit', '2', '--layers', 'conv1,conv2', '--out', state];
    await deconvnet([...mine, '--maps', '8-15', '--maps', 'conv2=3,7']);
    const out = join(folder, 'out');
    const gallery = (...maps: string[]): ReturnType<typeof deconvnet> =>
      deconvnet(['gallery', model, '--from', state, '--out', out, ...maps.flatMap((one) => ['--maps', one])]);
    const taken: readonly (readonly [readonly string[], number, readonly string[]])[] = [
      [['1'], 2, ['The first of these is shown.']],
      [['conv1=9,12-13'], 3 + 2, ['Of these, only 9, 12, 13 are shown.']],
      [['conv1=15', 'conv2=3'], 2, ['Of these, only 15 is shown.', 'The first of these is shown.']],
    ];
    for (const [maps, count, notes] of taken) {
      expect(await gallery(...maps)).toMatchObject({
        code: 0,
        err: expect.stringContaining(`, ${count} feature maps, `),
      });
      const data = await Promise.all(
        (await readdir(join(out, 'data'))).map((name) => readFile(join(out, 'data', name), 'utf8')),
      );
      for (const note of notes) expect(data.join('')).toContain(note);
    }
    for (const [maps, words] of [
      ['7-9', "does not have feature maps 7 of layer 'conv1' (--maps). It has 8–15."],
      ['8-15', "does not have feature maps 8–15 of layer 'conv2' (--maps). It has 3, 7."],
      ['conv1=8-20,3', "does not have feature maps 3, 16–20 of layer 'conv1'"],
      ['conv4=1', "'conv4'"],
    ] as const) {
      expect(await gallery(maps)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(words) });
    }
    const hidden = await deconvnet([
      'gallery',
      model,
      '--from',
      state,
      '--out',
      out,
      '--layers',
      'conv2',
      '--maps',
      'conv1=9',
    ]);
    expect(hidden).toMatchObject({ code: 2, err: "--maps names layer 'conv1', which --layers leaves out.\n" });
  });
});
