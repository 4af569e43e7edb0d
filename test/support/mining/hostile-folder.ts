import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { crc32 } from '../../../src/mine/state/crc32.js';
import { tempFolder, writeFiles } from '../temp-folder.js';
import { flatPng, noisePng } from './mining.js';

/** Names that a page, a shell or a file system may trip over. */
export const NAMES: readonly string[] = [
  'with spaces.png',
  `quotes " and ' .png`,
  '<script>alert(1)<&script>.png',
  '<img src=x onerror=alert(2)>.png',
  '日本語 é ى.png',
  '--option.png',
  '$(touch owned) `x` %41.png',
];

/** Files that are named like pictures and are none, or too much of one. */
export const UNREADABLE: readonly string[] = ['bomb.png', 'half.jpg', 'half.png', 'text.jpg', 'zero.png'];

/** Pictures of unusual kinds, which are read. */
export const UNUSUAL: readonly string[] = [
  'alpha.png',
  'cmyk.jpg',
  'deep.png',
  'film.gif',
  'film.webp',
  'grey.png',
  'inside.png',
  'one.png',
  'turned.jpg',
];

/** Links that lead out of the folder: to a file, and to a folder with a file. */
export const LINKED: readonly string[] = ['linked/far.png', 'outside.png'];

/** A folder with all of these. */
export async function hostileFolder(): Promise<string> {
  const [folder, outside] = [await tempFolder(), await tempFolder()];
  const frames = await Promise.all(['#ff0000', '#0000ff'].map((colour) => flatPng(colour)));
  const film = sharp(frames, { join: { animated: true } });
  const noise = sharp(await noisePng(1, 64));
  const [png, jpeg] = [await noise.png().toBuffer(), await noise.jpeg().toBuffer()];
  const deep = Uint16Array.from({ length: 8 * 8 * 3 }, (_, i) => i * 300);
  const files: Record<string, Uint8Array | string> = {
    'zero.png': '',
    'text.jpg': 'This is no picture.',
    'half.png': png.subarray(0, png.length / 2),
    'half.jpg': jpeg.subarray(0, jpeg.length / 2),
    'bomb.png': hugePng(20_000),
    'deep.png': await sharp(deep as never, { raw: { width: 8, height: 8, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer(),
    'grey.png': await noise.clone().greyscale().toColourspace('b-w').png().toBuffer(),
    'cmyk.jpg': await noise.clone().toColourspace('cmyk').jpeg().toBuffer(),
    'alpha.png': await noise.clone().ensureAlpha(0.5).png().toBuffer(),
    'film.gif': await film.clone().gif().toBuffer(),
    'film.webp': await film.clone().webp().toBuffer(),
    'turned.jpg': await noise.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    'one.png': await flatPng('#804020', 1),
  };
  for (const [i, name] of NAMES.entries()) files[name] = await noisePng(10 + i);
  await writeFiles(folder, files);
  await writeFiles(outside, { 'secret.png': await noisePng(50), 'more/far.png': await noisePng(51) });
  await symlink(join(outside, 'secret.png'), join(folder, 'outside.png'));
  await symlink(join(outside, 'more'), join(folder, 'linked'));
  await symlink(join(folder, 'one.png'), join(folder, 'inside.png'));
  await symlink(folder, join(folder, 'circle'));
  return folder;
}

/** A valid black PNG of one bit a pixel: thousands of times smaller than what it unpacks to. */
export function hugePng(size: number): Buffer {
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc(size * (1 + Math.ceil(size / 8))), { level: 1 });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}
