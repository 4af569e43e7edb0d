import type { Deconvnet } from '../../../deconvnet.js';
import type { Picture } from '../../../input/picture.js';
import { type ContrastOptions, checkContrast, contrasted, scaleOfValues } from '../../../render/contrast.js';
import { drawValues } from '../../../render/draw-values.js';
import type { SanityPixels } from '../../../studies/sanity/compare-projections.js';
import type { StudyFolder } from '../kit/study-folder.js';

/** A picture that was drawn: its file, and its size in pixels. */
export interface DrawnFile {
  readonly file: string;
  readonly width: number;
  readonly height: number;
}

/** Draws a projection with its signs and in the colours of the picture, on a scale of its own: zero is mid-grey. */
export async function drawSigned(
  { inputFormat }: Deconvnet,
  folder: StudyFolder,
  name: string,
  { values, shape: [height, width, channels] }: SanityPixels,
  options: ContrastOptions,
): Promise<DrawnFile> {
  const { percentile, gamma } = checkContrast(options);
  const scale = scaleOfValues([values], percentile);
  const order = inputFormat?.channels ?? 'rgb';
  return written(folder, name, drawValues({ values, height, width, channels }, { scale, gamma, order }));
}

/** Draws the absolute values of each pixel, as the mean over its channels, on a scale of their own: zero is black. */
export async function drawMagnitude(
  folder: StudyFolder,
  name: string,
  { values, shape: [height, width, channels] }: SanityPixels,
  options: ContrastOptions,
): Promise<DrawnFile> {
  const { percentile, gamma } = checkContrast(options);
  const sizes = Float32Array.from({ length: height * width }, (_, cell) => {
    const own = values.subarray(cell * channels, (cell + 1) * channels);
    return own.reduce((sum, value) => sum + Math.abs(value), 0) / channels;
  });
  const scale = scaleOfValues([sizes], percentile);
  const data = new Uint8ClampedArray(height * width * 4).fill(255);
  for (const [cell, size] of sizes.entries()) data.fill(255 * contrasted(size, scale, gamma), cell * 4, cell * 4 + 3);
  return written(folder, name, { width, height, data });
}

async function written(folder: StudyFolder, name: string, picture: Picture): Promise<DrawnFile> {
  return { file: await folder.writePicture(name, picture), width: picture.width, height: picture.height };
}
