import * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../../deconvnet.js';
import {
  type Correspondence,
  type CorrespondenceOptions,
  correspondence,
  type MarkedPicture,
} from '../../../studies/correspondence/correspondence.js';
import type { MarkedParts } from '../../../studies/correspondence/parts-of.js';
import { type Box, coveredCopies } from '../../../studies/kit/covered-copies.js';
import { type Fill, fillTensor } from '../../../studies/kit/fill.js';
import { readPictureInput } from '../../../studies/kit/picture-input.js';
import { rowsOf } from '../../../tensors/slice.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import type { StudyFolder } from '../kit/study-folder.js';
import { readStudyPicture, type StudyReading } from '../kit/study-pictures.js';
import type { PartContext } from '../kit/study-plan.js';

/** A picture with its parts masked one at a time, as it is kept until the page is written. */
export interface MaskedPicture {
  readonly id: string;
  /** The size of the model's input in pixels. */
  readonly height: number;
  readonly width: number;
  /** The boxes in pixels of the model's input, by part. */
  readonly boxes: Readonly<Record<string, Box>>;
  /** The files of the picture as it is, with each part masked, and with the first random box masked. */
  readonly picture: string;
  readonly masked: Readonly<Record<string, string>>;
  readonly random?: string;
}

/** What was found out about all pictures. */
export interface MaskedParts extends Correspondence {
  readonly pictures: readonly MaskedPicture[];
}

/** Masks the parts of all pictures, compares the changes, and draws what the network saw. */
export async function maskParts(
  deconvnet: Deconvnet,
  {
    files,
    marked,
    reading,
    options,
  }: {
    readonly files: readonly PictureFile[];
    readonly marked: readonly MarkedParts[];
    readonly reading: StudyReading;
    readonly options: Omit<CorrespondenceOptions, 'onProgress' | 'signal'>;
  },
  { folder, onProgress, signal }: PartContext,
): Promise<MaskedParts> {
  const pictures: MarkedPicture[] = [];
  try {
    for (const [place, file] of files.entries()) {
      const { id, image } = await readStudyPicture(deconvnet, file, reading);
      pictures.push({ id, image, boxes: marked[place]!.boxes });
    }
    const found = await correspondence(deconvnet, pictures, {
      ...options,
      onProgress: ({ done }) => onProgress(done),
      ...(signal && { signal }),
    });
    const drawn: MaskedPicture[] = [];
    for (const [place, picture] of pictures.entries()) {
      signal?.throwIfAborted();
      const [random] = found.randomBoxes[place]!;
      drawn.push(await drawMasked(deconvnet, picture, { folder, place, random, fill: found.fill }));
    }
    return { ...found, pictures: drawn };
  } finally {
    for (const { image } of pictures) tf.dispose(image);
  }
}

/** Writes a picture as it is, and with one box masked at a time. */
async function drawMasked(
  deconvnet: Deconvnet,
  { id, image, boxes }: MarkedPicture,
  {
    folder,
    place,
    random,
    fill,
  }: {
    readonly folder: StudyFolder;
    /** The number of the picture, for the names of its files. */
    readonly place: number;
    readonly random: Box | undefined;
    readonly fill: Fill;
  },
): Promise<MaskedPicture> {
  const picture = await readPictureInput('writeCorrespondence', deconvnet, image, id);
  const { height, width, tensor } = picture;
  const all = [...Object.values(boxes), ...(random ? [random] : [])];
  const copies = tf.tidy(() => rowsOf(coveredCopies(picture, all, fillTensor(deconvnet, fill, picture))));
  try {
    const clean = await folder.writePicture(`pictures/${place}`, await deconvnet.toPicture(tensor));
    const files: string[] = [];
    for (const [box, copy] of copies.entries()) {
      const name = `pictures/${place}-${box === Object.keys(boxes).length ? 'random' : box}`;
      files.push(await folder.writePicture(name, await deconvnet.toPicture(copy)));
    }
    const masked = Object.fromEntries(Object.keys(boxes).map((part, box) => [part, files[box]!]));
    return {
      ...{ id, height, width, boxes, picture: clean, masked },
      ...(random && { random: files.at(-1)! }),
    };
  } finally {
    tf.dispose([...copies, tensor]);
  }
}
