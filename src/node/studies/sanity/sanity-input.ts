import type { StudyProgress } from '../../../studies/kit/study-options.js';
import type { SanityOptions } from '../../../studies/sanity/sanity-options.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import type { StudyPictures } from '../kit/study-pictures.js';
import type { WriteSanityOptions } from './write-sanity-options.js';

/** What a part of the study is made from. */
export interface SanityInput {
  readonly file: PictureFile;
  readonly all: StudyPictures;
  /** The number of the picture, for the names of its files. */
  readonly place: number;
  readonly layer: string;
  readonly maps: number | readonly number[];
  readonly seed: number;
  readonly options: WriteSanityOptions;
}

/** The options of the core functions that project activations of one layer. */
export function coreOptions({
  layer,
  maps,
  seed,
  options: { batchSize },
}: SanityInput): Pick<SanityOptions, 'layer' | 'maps' | 'seed' | 'batchSize'> {
  return { layer, maps, seed, ...(batchSize !== undefined && { batchSize }) };
}

/** Tells the progress of a core function, which counts projections, in images of a part, which are also run upwards. */
export function scaledProgress(images: number, tell: (done: number) => void): (progress: StudyProgress) => void {
  return ({ done, total = done }) => tell(Math.floor((images * done) / Math.max(1, total)));
}
