import type { Picture } from '../../input/picture.js';
import { encodePng } from '../pictures/png.js';
import { encodeWebp } from '../pictures/webp.js';

/** How a sprite sheet is encoded: tiles as they are, photographs in few bytes, or photographs as they are. */
export type SpriteEncoding = 'png' | 'webp' | 'lossless-webp';

/** Encodes a sprite sheet as the bytes of a file. */
export async function encodeSprite(picture: Picture, encoding: SpriteEncoding): Promise<Uint8Array> {
  return encoding === 'png' ? encodePng(picture) : encodeWebp(picture, { lossless: encoding === 'lossless-webp' });
}
