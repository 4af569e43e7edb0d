import { join } from 'node:path';
import { Deconvnet } from 'deconvnet';
import { type FetchLimits, readPictures } from 'deconvnet/node';
import { expect, onTestFinished } from 'vitest';
import { flatPng } from './mining/mining.js';
import { smallModel } from './models/saved-model.js';
import type { Answer, PictureServer } from './picture-server.js';
import { tempFolder, writeFiles } from './temp-folder.js';

/** The bytes of a picture. */
export const png: Buffer = await flatPng('#ff0080');
/** Answers with that picture. */
export const picture: Answer = (response) => response.end(png);
/** Tries again without a pause, so that a test takes no time. */
export const quick: FetchLimits = { pause: 0 };

/** A small network, which is disposed when the test is over. */
export function network(): Deconvnet {
  const model = smallModel();
  const deconvnet = new Deconvnet(model, { input: 'unit' });
  onTestFinished(() => {
    deconvnet.dispose();
    model.dispose();
  });
  return deconvnet;
}

/** Reads the picture at a URL, and returns the shape of its image. */
export async function readUrl(server: PictureServer, path: string, fetch: FetchLimits = quick): Promise<number[]> {
  const url = server.url(path);
  const shapes: number[][] = [];
  for await (const { id, image } of readPictures(url, network(), { allowHosts: [server.host], fetch })) {
    expect(id).toBe(url);
    expect((await image.data())[0]).toBeCloseTo(1);
    shapes.push(image.shape);
    image.dispose();
  }
  expect(shapes).toHaveLength(1);
  return shapes[0]!;
}

/** Writes a list of URLs, and returns its path. */
export async function urlList(text: string, name = 'list.txt'): Promise<string> {
  const folder = await tempFolder();
  await writeFiles(folder, { [name]: text });
  return join(folder, name);
}
