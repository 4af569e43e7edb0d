import { type UnzipFileInfo, unzip } from 'fflate';
import type { NamedFile } from '../protocol';

/** A larger file is not a network, and it would fill the memory. */
const LARGEST = 4 * 2 ** 30;

/** The files in a zip file, but for what systems put there for themselves. */
export async function unpack({ path, blob }: NamedFile): Promise<NamedFile[]> {
  const packed = new Uint8Array(await blob.arrayBuffer());
  let size = 0;
  const filter = ({ name, originalSize }: UnzipFileInfo): boolean => {
    if (/(^|\/)(__MACOSX\/|\.)|\/$/.test(name)) return false;
    size += originalSize;
    return size <= LARGEST;
  };
  const files = await new Promise<Record<string, Uint8Array>>((resolve, reject) => {
    unzip(packed, { filter }, (error, unpacked) => (error ? reject(error) : resolve(unpacked)));
  }).catch((cause: unknown) => {
    throw new Error(`‘${path}’ cannot be unpacked: it is damaged, or it is not a zip file.`, { cause });
  });
  if (size > LARGEST)
    throw new Error(`‘${path}’ contains more than 4 GB when it is unpacked, which is too much for a page.`);
  return Object.entries(files).map(([name, bytes]) => ({
    path: name,
    blob: new Blob([bytes as Uint8Array<ArrayBuffer>], { type: typeOf(name) }),
  }));
}

/** Browsers want to know what an image is before they show it. */
function typeOf(name: string): string {
  const ending = /\.(png|jpe?g|gif|webp|avif|bmp)$/i.exec(name)?.[1]?.toLowerCase();
  return ending ? `image/${ending === 'jpg' ? 'jpeg' : ending}` : '';
}
