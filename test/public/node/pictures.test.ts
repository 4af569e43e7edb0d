import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng, listPictures, readPicture, writePicture } from 'deconvnet/node';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';

/** Red, green over blue, white. */
const QUAD = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
const quad = () => sharp(QUAD, { raw: { width: 2, height: 2, channels: 3 } });

async function saved(image: Sharp, name = 'picture.png'): Promise<string> {
  const path = join(await tempFolder(), name);
  await image.toFile(path);
  return path;
}

const rgb = (data: ArrayLike<number>): number[] => Array.from(data).filter((_, i) => i % 4 !== 3);

describe('listPictures', () => {
  it('lists classes and pictures by id, with forward slashes', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'dog/b.JPG': 'x',
      'dog/a b.png': 'x',
      'dog/.hidden.png': 'x',
      '.git/x.png': 'x',
      'Zebra/deep/er/1.webp': 'x',
      "it's “日本”/é.tiff": 'x',
      'readme.txt': 'x',
      'top.avif': 'x',
    });
    expect(await listPictures(folder)).toEqual([
      { id: 'Zebra/deep/er/1.webp', label: 'Zebra', path: join(folder, 'Zebra/deep/er/1.webp') },
      { id: 'dog/a b.png', label: 'dog', path: join(folder, 'dog/a b.png') },
      { id: 'dog/b.JPG', label: 'dog', path: join(folder, 'dog/b.JPG') },
      { id: "it's “日本”/é.tiff", label: "it's “日本”", path: join(folder, "it's “日本”/é.tiff") },
      { id: 'top.avif', path: join(folder, 'top.avif') },
    ]);
  });

  it('follows links inside the folder, and none that lead out', async () => {
    const [folder, outside] = [await tempFolder(), await tempFolder()];
    await writeFiles(outside, { 'secret.png': 'x', 'more/1.png': 'x' });
    await writeFiles(folder, { 'a.png': 'x' });
    await symlink(join(outside, 'secret.png'), join(folder, 'out.png'));
    await symlink(join(outside, 'more'), join(folder, 'more'));
    await symlink(folder, join(folder, 'circle'));
    await symlink(join(folder, 'gone.png'), join(folder, 'broken.png'));
    await symlink(join(folder, 'a.png'), join(folder, 'in.png'));
    expect((await listPictures(folder)).map(({ id }) => id)).toEqual(['a.png', 'in.png']);
  });

  it('says how many links it did not follow where there is nothing else', async () => {
    const [folder, outside] = [await tempFolder(), await tempFolder()];
    await writeFiles(outside, { '1.png': 'x', '2.png': 'x', 'notes.txt': 'x', 'more/3.png': 'x', '4.npy': 'x' });
    for (const name of ['1.png', '2.png', 'notes.txt', 'more', '4.npy']) {
      await symlink(join(outside, name), join(folder, name));
    }
    await symlink(join(outside, 'gone.png'), join(folder, 'broken.png'));
    await expect(listPictures(folder)).rejects.toMatchObject({
      code: 'pictures-not-found',
      what: expect.stringMatching(/\.tiff\. 3 links in it, .* were not followed\.$/),
      advice: { about: 'follow-links', text: 'Give `followLinks: true` to follow them.' },
    });
    await expect(listPictures(folder, { signals: true })).rejects.toMatchObject({
      what: expect.stringContaining('2 links in it'),
    });
    const followed = await listPictures(folder, { followLinks: true });
    expect(followed.map(({ id }) => id)).toEqual(['1.png', '2.png', 'more/3.png']);
    await rm(join(folder, '1.png'));
    await rm(join(folder, 'more'));
    await expect(listPictures(folder)).rejects.toMatchObject({ what: expect.stringContaining('1 link in it') });
    await rm(join(folder, '2.png'));
    await expect(listPictures(folder)).rejects.toSatisfy((error: Error) => !/link/.test(error.message));
  });

  it('takes a single file', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, { 'photo.bin': 'x' });
    const path = join(folder, 'photo.bin');
    expect(await listPictures(path)).toEqual([{ id: 'photo.bin', path }]);
  });

  it('says where it looked, and for what', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, { 'notes.txt': 'x' });
    await expect(listPictures(folder)).rejects.toMatchObject({
      code: 'pictures-not-found',
      message: expect.stringMatching(new RegExp(`${folder}.*\\.png, \\.jpg, \\.jpeg`)),
    });
    await expect(listPictures(join(folder, 'gone'))).rejects.toMatchObject({
      code: 'pictures-not-found',
      message: expect.stringContaining(join(folder, 'gone')),
    });
  });
});

describe('readPicture', () => {
  it('gives the very pixels, opaque', async () => {
    const { width, height, data } = await readPicture(await saved(quad()));
    expect([width, height]).toEqual([2, 2]);
    expect(data).toBeInstanceOf(Uint8ClampedArray);
    expect([...data]).toEqual([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255]);
  });

  it('turns a picture as its EXIF data say', async () => {
    const path = await saved(quad().withMetadata({ orientation: 6 }).tiff({ compression: 'lzw' }), 'turned.tiff');
    // A quarter turn clockwise: blue comes to the top left.
    expect(rgb((await readPicture(path)).data)).toEqual([0, 0, 255, 255, 0, 0, 255, 255, 255, 0, 255, 0]);
  });

  it('puts transparent pixels on white', async () => {
    const path = await saved(
      sharp(Uint8Array.from([0, 0, 0, 0, 255, 0, 0, 255]), { raw: { width: 2, height: 1, channels: 4 } }),
    );
    expect([...(await readPicture(path)).data]).toEqual([255, 255, 255, 255, 255, 0, 0, 255]);
  });

  it('brings 16 bits, grey and CMYK to 8 bits of sRGB', async () => {
    const deep = sharp(Uint16Array.from({ length: 12 }, (_, i) => i * 257 * 20) as never, {
      raw: { width: 2, height: 2, channels: 3 },
    }).toColourspace('rgb16');
    const deepPath = await saved(deep, 'deep.png');
    expect((await sharp(deepPath).metadata()).depth).toBe('ushort');
    expect(rgb((await readPicture(deepPath)).data)).toEqual(Array.from({ length: 12 }, (_, i) => i * 20));

    const greyPath = await saved(
      sharp(Uint8Array.from([7, 200]), { raw: { width: 2, height: 1, channels: 1 } }).toColourspace('b-w'),
      'grey.png',
    );
    expect((await sharp(greyPath).metadata()).channels).toBe(1);
    expect(rgb((await readPicture(greyPath)).data)).toEqual([7, 7, 7, 200, 200, 200]);

    const flat = sharp({ create: { width: 8, height: 8, channels: 3, background: '#c03020' } });
    const cmykPath = await saved(flat.toColourspace('cmyk').jpeg(), 'cmyk.jpg');
    expect((await sharp(cmykPath).metadata()).space).toBe('cmyk');
    const [red, green, blue] = rgb((await readPicture(cmykPath)).data) as [number, number, number];
    expect(red).toBeGreaterThan(150);
    expect(Math.max(green, blue)).toBeLessThan(100);
  });

  it('reads one pixel, and the first frame of an animation', async () => {
    const one = await saved(sharp({ create: { width: 1, height: 1, channels: 3, background: '#123456' } }));
    expect([...(await readPicture(one)).data]).toEqual([0x12, 0x34, 0x56, 255]);
    const frames = await Promise.all(
      ['#ff0000', '#0000ff'].map((background) =>
        sharp({ create: { width: 4, height: 4, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    );
    const path = await saved(sharp(frames, { join: { animated: true } }), 'film.gif');
    expect((await sharp(path).metadata()).pages).toBe(2);
    const first = await readPicture(path);
    expect([first.width, first.height, ...first.data.subarray(0, 4)]).toEqual([4, 4, 255, 0, 0, 255]);
  });

  it('cuts out the centre, or stretches', async () => {
    const stripes = sharp(
      Uint8Array.from({ length: 6 * 2 * 3 }, (_, i) => Math.floor((i / 3) % 6) * 50),
      { raw: { width: 6, height: 2, channels: 3 } },
    );
    const path = await saved(stripes);
    const cut = await readPicture(path, { width: 2, height: 2 });
    expect(rgb(cut.data).filter((_, i) => i % 3 === 0)).toEqual([100, 150, 100, 150]);
    const stretched = await readPicture(path, { width: 12, height: 2, fit: 'stretch' });
    expect([stretched.width, stretched.height]).toEqual([12, 2]);
    expect(stretched.data[0]).toBeLessThan(15);
    expect(stretched.data.at(-4)).toBeGreaterThan(235);
  });

  it('reads names with spaces, quotes and letters of other scripts', async () => {
    const path = await saved(quad(), `a "b" 'c' 日本 é.png`);
    expect((await readPicture(path)).width).toBe(2);
  });

  it.each(['nothing', 'text', 'half a PNG', 'half a JPEG', 'no file'])('names the file that is %s', async (what) => {
    const folder = await tempFolder();
    const noise = sharp(
      Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251),
      { raw: { width: 64, height: 64, channels: 3 } },
    );
    const [png, jpeg] = [await noise.png().toBuffer(), await noise.jpeg().toBuffer()];
    const content = {
      nothing: '',
      text: 'no picture',
      'half a PNG': png.subarray(0, png.length / 2),
      'half a JPEG': jpeg.subarray(0, jpeg.length / 2),
    }[what];
    if (content !== undefined) await writeFiles(folder, { 'bad one.jpg': content });
    await expect(readPicture(join(folder, 'bad one.jpg'))).rejects.toMatchObject({
      code: what === 'no file' ? 'pictures-not-found' : 'picture-unreadable',
      message: expect.stringContaining(join(folder, 'bad one.jpg')),
    });
  });

  it('says of a folder that it is one', async () => {
    const folder = await tempFolder();
    await expect(readPicture(folder)).rejects.toMatchObject({
      code: 'pictures-not-found',
      message: expect.stringContaining('is a folder, not a picture'),
    });
  });

  it('refuses a small file that unpacks to a huge picture', async () => {
    const folder = await tempFolder();
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"/>';
    await writeFiles(folder, { 'bomb.png': svg });
    await expect(readPicture(join(folder, 'bomb.png'), { width: 8, height: 8 })).rejects.toMatchObject({
      code: 'picture-unreadable',
      message: expect.stringContaining('more than 268402689 pixels.'),
    });
  });

  it('refuses sizes that are no whole pixels', async () => {
    const path = await saved(quad());
    await expect(readPicture(path, { width: 0, height: 2 })).rejects.toMatchObject({ code: 'invalid-option' });
    await expect(readPicture(path, { height: 2.5 })).rejects.toMatchObject({ code: 'invalid-option' });
  });
});

describe('encodePng and writePicture', () => {
  const picture = { width: 2, height: 2, data: Uint8ClampedArray.from({ length: 16 }, (_, i) => 255 - i * 17) };

  it('lose nothing, not even under transparency', async () => {
    const { data, info } = await sharp(await encodePng(picture))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 2, height: 2, channels: 4 });
    expect([...data]).toEqual([...picture.data]);
  });

  it('make the folders, and say what cannot be written', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'new/er/picture.png');
    await writePicture(path, picture);
    expect([...(await sharp(path).raw().toBuffer())]).toEqual([...picture.data]);
    await expect(writePicture(join(path, 'inside.png'), picture)).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringContaining(join(path, 'inside.png')),
    });
  });

  it('refuse a picture whose values do not fill it', async () => {
    await expect(encodePng({ ...picture, width: 3 })).rejects.toMatchObject({
      code: 'shape-mismatch',
      message: expect.stringMatching(/3x2 pixels needs 24 .* has 16/),
    });
  });
});
