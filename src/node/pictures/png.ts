import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkPicture, type Picture } from '../../input/picture.js';
import { checkPath } from '../check-path.js';
import { importPeer } from '../import-peer.js';

/**
 * Encodes a picture as a PNG (RGBA, lossless). Needs the optional peer `sharp`.
 *
 * @throws DeconvnetError `invalid-option`; `shape-mismatch` if there are not `width * height * 4` values; `missing-peer`.
 */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  checkPicture(picture);
  const { width, height, data } = picture;
  const { default: sharp } = await importPeer('sharp', () => import('sharp'));
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

/**
 * Writes a picture as a PNG. Missing folders are made. Needs the optional peer `sharp`.
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
  checkPath('writePicture writes a PNG', path);
  if (!/\.png$/i.test(path)) {
    throw new DeconvnetError(
      'invalid-option',
      `Pictures are written as PNG, so the name must end in .png; it is ${path}.`,
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
