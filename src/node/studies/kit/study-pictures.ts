import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../../deconvnet.js';
import { checkDeconvnet } from '../../../errors/check-deconvnet.js';
import { checkValue, isCount } from '../../../errors/check-options.js';
import { counted } from '../../../errors/counted.js';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import type { ImageFunction, SourceItem } from '../../../mine/image-source.js';
import { takesAnySize } from '../../../network/network.js';
import { readPictureInput } from '../../../studies/kit/picture-input.js';
import { resolveFetching } from '../../pictures/fetching.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { type ReadPicturesOptions, readPictures } from '../../pictures/read-pictures.js';
import { resolveListing } from '../../pictures/resolve-listing.js';
import { takePictures } from '../../pictures/take-pictures.js';
import { spreadPictures } from './spread-pictures.js';

/** How pictures are read. */
export type StudyReading = Omit<ReadPicturesOptions, 'onSkip'>;

/** The keys of `StudyReading`. */
export const READING_KEYS = ['limit', 'followLinks', 'maxPixels', 'allowHosts', 'fetch'] as const;

/** The pictures of a study, and how they are read. */
export interface StudyPictures {
  readonly files: readonly PictureFile[];
  readonly reading: StudyReading;
}

/**
 * Lists the pictures of a study. If the number is limited, the classes take turns.
 *
 * @throws DeconvnetError as `readPictures`.
 */
export async function listStudyPictures(
  what: string,
  deconvnet: Deconvnet,
  pictures: string | readonly PictureFile[],
  options: StudyReading,
): Promise<StudyPictures> {
  checkDeconvnet(what, deconvnet);
  const given = READING_KEYS.filter((key) => options[key] !== undefined);
  const reading: StudyReading = Object.fromEntries(given.map((key) => [key, options[key]]));
  const { limit, followLinks = false } = reading;
  const { hosts } = resolveFetching(reading);
  const listed = await resolveListing(pictures, { followLinks, signals: !deconvnet.takesPictures, hosts });
  const files = takePictures(listed, limit === undefined ? {} : { limit });
  if (files.length === 0) {
    throw new DeconvnetError('empty-source', `${what} was given no pictures. Give at least one.`);
  }
  return { files, reading };
}

/** Reads one picture. The caller disposes its image. */
export async function readStudyPicture(
  deconvnet: Deconvnet,
  file: PictureFile,
  { limit: _, ...reading }: StudyReading,
): Promise<SourceItem> {
  for await (const item of readPictures([file], deconvnet, reading)) return item;
  throw new Error(`The picture ${file.path} gave no image.`);
}

/** The height and the width of a picture as model input. It is read only if the network takes any size. */
export async function extentOfPicture(
  deconvnet: Deconvnet,
  file: PictureFile,
  reading: StudyReading,
): Promise<{ readonly height: number; readonly width: number }> {
  if (deconvnet.inputSize) return deconvnet.inputSize;
  const { image } = await readStudyPicture(deconvnet, file, reading);
  try {
    const { tensor, height, width } = await readPictureInput('A study of single pictures', deconvnet, image, file.id);
    tensor.dispose();
    return { height, width };
  } finally {
    image.dispose();
  }
}

/** Reads all pictures, one after the other. */
export function readAllPictures(
  deconvnet: Deconvnet,
  { files, reading: { limit: _, ...reading } }: StudyPictures,
): AsyncIterable<SourceItem> & { readonly size: number } {
  return Object.assign(readPictures(files, deconvnet, reading), { size: files.length });
}

/** How many pictures run together: one if the network takes any size, because different sizes do not fit into one batch. */
export function batchSizeFor(
  { engine: { network } }: Deconvnet,
  batchSize: number | undefined,
): { readonly batchSize?: number } {
  if (takesAnySize(network)) return { batchSize: 1 };
  return batchSize === undefined ? {} : { batchSize };
}

/** How many pictures are decoded at the same time. */
const CONCURRENCY = 4;

/** Makes a function that reads a picture by its id. */
export function lookUpPicture(deconvnet: Deconvnet, { files, reading }: StudyPictures): ImageFunction {
  const byId = new Map(files.map((file) => [file.id, file]));
  const read = async (id: string): Promise<Tensor> => (await readStudyPicture(deconvnet, byId.get(id)!, reading)).image;
  return Object.assign(read, { concurrency: CONCURRENCY });
}

/** Which pictures are looked at one by one: how many, or the ids of some. */
export type PictureChoice = number | readonly string[];

/**
 * Chooses pictures of a list: those with some ids, or a number of pictures from all of the list.
 *
 * @throws DeconvnetError `invalid-option`, also for an id that no picture has, or that is named twice.
 */
export function choosePictures(files: readonly PictureFile[], choice: PictureChoice): readonly PictureFile[] {
  if (!Array.isArray(choice)) {
    checkValue(isCount(choice, 1), 'pictures is how many pictures to study, 1 or more, or a list of ids', choice);
    return spreadPictures(files, choice as number);
  }
  checkValue(choice.length > 0, 'pictures is a list with at least one id', choice);
  return choice.map((id: string, place) => {
    if (choice.indexOf(id) < place) {
      throw new DeconvnetError(
        'invalid-option',
        `pictures names '${id}' twice. A study looks at each picture once: name it once.`,
      );
    }
    const file = files.find((one) => one.id === id);
    if (file) return file;
    throw new DeconvnetError('invalid-option', `There is no picture '${id}'. ${whatThereIs(files, id)}`);
  });
}

/** What could have been meant by an id that no picture has. Some name a class. */
function whatThereIs(files: readonly PictureFile[], id: string): string {
  const name = id.replace(/\/$/, '');
  const inside = files.filter((file) => file.label === name || file.id.startsWith(`${name}/`));
  if (inside.length === 0) return `The first of ${files.length} is '${files[0]!.id}'.`;
  const some = inside.slice(0, 2).map((file) => `'${file.id}'`);
  return `It is a class with ${counted(inside.length, 'picture')}. Name each picture of it by its own id: ${some.join(', ')}${inside.length > 2 ? ' and so on' : ''}.`;
}
