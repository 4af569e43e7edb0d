import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writePicture } from 'deconvnet/node';
import { unzipSync } from 'fflate';
import { tempFolder, writeFiles } from '../temp-folder.js';
import { kerasBytes, kerasPath } from './keras-reference.js';

/** A file of weights alone, and its topology, which lies elsewhere. */
export interface WeightsAlone {
  /** A folder that has both folders. */
  readonly folder: string;
  /** The path of the weights, in a folder of their own. */
  readonly weights: string;
  readonly topology: string;
}

/** What Keras 2 writes as `model.save_weights('x.h5')`: a group for each layer. Its values are those of `nested-2.21.0`. */
export async function legacyWeights(): Promise<WeightsAlone> {
  const folder = await tempFolder();
  const [weights, topology] = [join(folder, 'weights/epoch-7.h5'), join(folder, 'topologies/nested.json')];
  for (const name of ['weights', 'topologies']) await mkdir(join(folder, name));
  await copyFile(kerasPath('weights-2.21.0.h5'), weights);
  await copyFile(kerasPath('topology-2.21.0.json'), topology);
  return { folder, weights, topology };
}

/** What Keras 3 writes as `model.save_weights('x.weights.h5')`. Its values are those of `trained`. */
export async function trainedWeights(): Promise<WeightsAlone> {
  const folder = await tempFolder();
  const parts = unzipSync(await kerasBytes('trained.keras'));
  await writeFiles(folder, {
    'weights/epoch-7.weights.h5': parts['model.weights.h5']!,
    'topologies/trained.json': parts['config.json']!,
  });
  return {
    folder,
    weights: join(folder, 'weights/epoch-7.weights.h5'),
    topology: join(folder, 'topologies/trained.json'),
  };
}

/** The network of `legacyWeights`, and pictures for it. */
export async function withPictures(): Promise<WeightsAlone & { readonly images: string; readonly picture: string }> {
  const alone = await legacyWeights();
  const images = join(alone.folder, 'images');
  await mkdir(images);
  for (const i of [0, 1, 2]) {
    const data = new Uint8ClampedArray(24 * 24 * 4).map((_, at) => (at % 4 === 3 ? 255 : (at * (7 + i) * 13) % 256));
    await writePicture(join(images, `${i}.png`), { width: 24, height: 24, data });
  }
  return { ...alone, images, picture: join(images, '0.png') };
}
