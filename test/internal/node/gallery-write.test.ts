import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Picture } from '../../../src/input/picture.js';
import type { Patch } from '../../../src/mine/patch.js';
import { type DrawGalleryOptions, drawGallery } from '../../../src/node/gallery/draw-gallery.js';
import { GalleryFolder } from '../../../src/node/gallery/gallery-folder.js';
import type { GallerySource, SourceLayer } from '../../../src/node/gallery/gallery-source.js';
import { facePlace, SHEET_SIDE, sheetLayout, tileOffset } from '../../../src/node/gallery/sheet-layout.js';

const SIDE = 48;
const OPTIONS: DrawGalleryOptions = {
  ...{ title: 'net', maps: Number.POSITIVE_INFINITY, tile: 96 },
  pictures: { count: 9 },
  origin: {},
};

let out: string;
let drawn: Picture[];

beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'gallery-'));
  drawn = [];
});
afterEach(() => rm(out, { recursive: true, force: true }));

const open = (): Promise<GalleryFolder> =>
  GalleryFolder.open(out, async (picture) => {
    drawn.push(picture);
    return new Uint8Array(picture.data);
  });

/** A tile of one colour, by which it is known again: feature map, rank, and which side. */
const plain = (map: number, rank: number, side: number): Picture => ({
  ...{ width: SIDE, height: SIDE },
  data: new Uint8ClampedArray(SIDE * SIDE * 4).map((_, i) => [map, rank, side, 255][i % 4]!),
});

function layerOf(featureMaps: number, patches: (map: number) => number): SourceLayer {
  return {
    ...{
      name: 'block/conv#2',
      className: 'Conv2D',
      outputShape: [8, 8, featureMaps],
      featureMaps,
      wholePicture: false,
    },
    receptiveField: null,
    top: (map) =>
      Array.from({ length: patches(map) }, (_, rank): Patch => {
        const receptiveField = { start: [0, 0], size: [SIDE, SIDE] };
        return {
          id: `${map}/${rank}`,
          activation: 9 - rank,
          position: [0, 0],
          receptiveField,
          landing: receptiveField,
        };
      }),
    tiles: async (map, top) => ({
      size: { width: SIDE, height: SIDE },
      draw: () => ({
        pairs: top.map((_, rank) => ({ projection: plain(map, rank, 10), zero: false, patch: plain(map, rank, 20) })),
      }),
    }),
  };
}

const sourceOf = (...layers: SourceLayer[]): GallerySource => ({ k: 9, layers, filters: async () => undefined });

describe('drawing a gallery', () => {
  it('puts every tile where the layout says, over several sheets', async () => {
    const fired = (map: number): number => (map % 7 === 3 ? 0 : map % 5 === 2 ? 4 : 9);
    const { sheets, maps, index } = await drawGallery(sourceOf(layerOf(110, fired)), await open(), OPTIONS);
    const firing = Array.from({ length: 110 }, (_, map) => map).filter((map) => fired(map) > 0);
    const layout = sheetLayout({ width: SIDE, height: SIDE }, { k: 9, count: firing.length });
    expect({ sheets, maps }).toEqual({ sheets: layout.sheets, maps: firing.length });
    expect(sheets).toBeGreaterThan(1);
    const strip = drawn.pop()!;
    expect([strip.width, strip.height]).toEqual([6 * 2 * (SIDE + 2), SIDE]);
    expect(drawn).toHaveLength(sheets);
    expect(drawn.every(({ width, height }) => Math.max(width, height) <= SHEET_SIDE)).toBe(true);

    const wrong: string[] = [];
    for (const [i, map] of firing.entries()) {
      const { sheet, x, y } = facePlace(layout, i);
      const { data, width } = drawn[sheet]!;
      for (const [block, side] of [
        ['projection', 10],
        ['patch', 20],
      ] as const) {
        for (let rank = 0; rank < 9; rank++) {
          const offset = tileOffset(layout, block, rank);
          const corners = [0, SIDE - 1].map((d) => 4 * ((y + offset.y + d) * width + x + offset.x + d));
          const expected = rank < fired(map) ? [map, rank, side, 255] : [0, 0, 0, 0];
          const found = corners.map((at) => [...data.subarray(at, at + 4)]);
          if (String(found) !== String([expected, expected])) wrong.push(`${map} ${block} ${rank}: ${found}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    const html = await readFile(index, 'utf8');
    expect(html).toContain('110 feature maps, of which 16 never fired');
    const [script] = (await readdir(join(out, 'data'))).filter((name) => !name.startsWith('search'));
    const data = await readFile(join(out, 'data', script!), 'utf8');
    expect(data).toContain('16 feature maps never fired on these pictures: 3, 10, 17, 24');
    for (const file of await readdir(join(out, 'sprites'))) {
      expect(file).toMatch(/^0-block-conv-2-(\d|telling)\.[0-9a-f]{8}\.png$/);
      expect(file.includes('telling') ? html : data).toContain(`sprites/${file}`);
    }
    expect(html).toContain(`data/${script}`);
  });

  it('looks at no more feature maps than asked for, and reports each', async () => {
    const seen: number[] = [];
    const options = { ...OPTIONS, maps: 3, onProgress: ({ done }: { done: number }) => seen.push(done) };
    const { maps } = await drawGallery(
      sourceOf(
        layerOf(8, () => 2),
        layerOf(2, () => 9),
      ),
      await open(),
      options,
    );
    expect(maps).toBe(5);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('draws a layer that never fired as words only', async () => {
    const { sheets, index } = await drawGallery(sourceOf(layerOf(4, () => 0)), await open(), OPTIONS);
    expect(sheets).toBe(0);
    expect(await readFile(index, 'utf8')).toContain('4 feature maps, none of which fired');
  });

  it('writes the same bytes again from the same input', async () => {
    const source = sourceOf(layerOf(5, () => 9));
    const first = await readFile((await drawGallery(source, await open(), OPTIONS)).index, 'utf8');
    const second = await readFile((await drawGallery(source, await open(), OPTIONS)).index, 'utf8');
    expect(second).toBe(first);
  });
});

describe('the folder of a gallery', () => {
  it('drops the sheets of an older gallery, and nothing else', async () => {
    await drawGallery(sourceOf(layerOf(3, () => 9)), await open(), OPTIONS);
    const before = await readdir(join(out, 'sprites'));
    await writeFile(join(out, 'sprites', 'mine.png'), 'kept');
    await drawGallery(sourceOf(layerOf(4, () => 9)), await open(), OPTIONS);
    const after = await readdir(join(out, 'sprites'));
    expect(after).toContain('mine.png');
    expect(after.filter((name) => before.includes(name))).toEqual([]);
    expect(await readdir(join(out, 'data'))).toHaveLength(2);
    expect(await readdir(out)).toEqual(['data', 'index.html', 'sprites']);
  });

  it('is no folder with a page of another kind, which stays', async () => {
    await mkdir(out, { recursive: true });
    await writeFile(join(out, 'index.html'), '<p>mine</p>');
    await expect(open()).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringContaining('not a gallery of deconvnet'),
    });
    expect(await readFile(join(out, 'index.html'), 'utf8')).toBe('<p>mine</p>');
    expect(await readdir(out)).toEqual(['index.html']);
  });

  it('leaves the older page and its sheets whole when the new one is stopped', async () => {
    const { index } = await drawGallery(sourceOf(layerOf(3, () => 9)), await open(), OPTIONS);
    const html = await readFile(index, 'utf8');
    const before = await readdir(join(out, 'sprites'));
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }): void => {
      if (done === 2) stop.abort(new Error('enough'));
    };
    const again = drawGallery(sourceOf(layerOf(4, () => 9)), await open(), {
      ...OPTIONS,
      onProgress,
      signal: stop.signal,
    });
    await expect(again).rejects.toThrow('enough');
    expect(await readFile(index, 'utf8')).toBe(html);
    expect(await readdir(join(out, 'sprites'))).toEqual(expect.arrayContaining(before));
  });

  it('says that it cannot write', async () => {
    await writeFile(join(out, 'file'), '');
    const opened = GalleryFolder.open(join(out, 'file'), async () => new Uint8Array());
    await expect(opened).rejects.toMatchObject({ code: 'write-failed', message: expect.stringContaining('file') });
  });
});
