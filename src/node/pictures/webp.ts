import { checkPicture, type Picture } from '../../input/picture.js';
import { importPeer } from '../import-peer.js';

/** From this quality on, a photograph that was shrunk looks the same as without loss. */
const QUALITY = 80;

/**
 * Encodes a picture as WebP, which for photographs takes a tenth of the bytes of a PNG. Transparent pixels stay
 * transparent, but do not keep their colour. Equal pixels give equal bytes.
 *
 * @throws DeconvnetError `invalid-option`; `shape-mismatch` if there are not `width * height * 4` values; `missing-peer`.
 */
export async function encodeWebp(picture: Picture, { lossless }: { readonly lossless: boolean }): Promise<Uint8Array> {
  checkPicture(picture);
  const { width, height, data } = picture;
  const { default: sharp } = await importPeer('sharp', () => import('sharp'));
  return sharp(data, { raw: { width, height, channels: 4 } })
    .webp(lossless ? { lossless } : { quality: QUALITY })
    .toBuffer();
}
