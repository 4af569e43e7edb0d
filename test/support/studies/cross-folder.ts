import sharp from 'sharp';
import { PIXELS, SIDE } from '../models/cross-detector.js';
import { tempFolder, writeFiles } from '../temp-folder.js';

/** A grey picture file with the cross, moved down by some rows. */
async function png(down: number): Promise<Uint8Array> {
  const data = new Uint8Array(SIDE * SIDE);
  for (const [y, x] of PIXELS) data[(y + down) * SIDE + x] = 255;
  return sharp(data, { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .png()
    .toBuffer();
}

/** A folder with pictures of two classes; one picture shows nothing. */
export async function crossFolder(): Promise<string> {
  const folder = await tempFolder();
  const black = await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: 'black' } })
    .png()
    .toBuffer();
  await writeFiles(folder, {
    'cross/a.png': await png(0),
    'cross/b.png': await png(3),
    'nothing/c.png': black,
  });
  return folder;
}
