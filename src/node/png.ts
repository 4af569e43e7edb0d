import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DeconvnetError } from '../errors.js';
import { describeValue } from '../options.js';
import type { Picture } from '../picture.js';
import { importPeer } from './import-peer.js';

/**
 * Encodes a picture as a PNG, RGBA, without loss. Needs the optional peer `sharp`.
 *
 * @throws DeconvnetError `shape-mismatch` where the values are not `width * height * 4`, `missing-peer`.
 */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  if (!picture?.data) {
    throw new DeconvnetError(
      'invalid-option',
      `A picture is { width, height, data }; this is ${describeValue(picture)}.`,
    );
  }
  const { width, height, data } = picture;
  if (!(width >= 1 && height >= 1) || data.length !== width * height * 4) {
    throw new DeconvnetError(
      'shape-mismatch',
      `A picture of ${width}x${height} pixels needs ${width * height * 4} RGBA values, and at least one pixel; it has ${data.length}.`,
    );
  }
  const { default: sharp } = await importPeer('sharp', () => import('sharp'));
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

/**
 * Writes a picture as a PNG, making the folders it lies in. Needs the optional peer `sharp`.
 *
 * @example
 * ```ts
 * import { type Projection, renderProjection } from 'deconvnet';
 * import { writePicture } from 'deconvnet/node';
 *
 * const save = async (projection: Projection) => writePicture('out/projection.png', await renderProjection(projection));
 * ```
 * @throws DeconvnetError `invalid-option` for a name that does not end in .png, `write-failed`, `shape-mismatch`,
 * `missing-peer`.
 */
export async function writePicture(path: string, picture: Picture): Promise<void> {
  if (!/\.png$/i.test(path)) {
    throw new DeconvnetError(
      'invalid-option',
      `Pictures are written as PNG, so their names end in .png; this one is ${path}.`,
    );
  }
  const png = await encodePng(picture);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, png);
  } catch (cause) {
    throw new DeconvnetError(
      'write-failed',
      `The picture ${path} cannot be written: ${cause instanceof Error ? cause.message : cause}. Name a file in a folder you can write to.`,
      { cause },
    );
  }
}
