import type { Picture } from 'deconvnet';

/** Photographs are larger than any network looks at. */
const LONGEST_SIDE = 1024;

/** Decodes a picture, or takes a frame, as bytes; large ones are made smaller. The frame is closed. */
export async function readPicture(source: Blob | ImageBitmap, longestSide: number = LONGEST_SIDE): Promise<Picture> {
  const bitmap = source instanceof ImageBitmap ? source : await decode(source);
  try {
    const zoom = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * zoom)));
    const context = new OffscreenCanvas(width!, height!).getContext('2d', { willReadFrequently: true })!;
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, width!, height!);
    const { data } = context.getImageData(0, 0, width!, height!);
    return { width: width!, height: height!, data };
  } finally {
    bitmap.close();
  }
}

/** Decodes a picture at its own size. The caller closes what comes back. */
export async function decode(blob: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
  } catch (cause) {
    throw new Error('it is damaged, or this browser does not know its kind', { cause });
  }
}
