import type { Deconvnet } from '../../../deconvnet.js';
import { renderProjection } from '../../../render/render-projection.js';
import { type Occlusion, occlusion } from '../../../studies/occlusion/occlusion.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { readStudyPicture, type StudyPictures } from '../kit/study-pictures.js';
import type { PartContext } from '../kit/study-plan.js';
import type { WriteOcclusionOptions } from './write-occlusion-options.js';

/** Lists in place of typed arrays, as JSON holds them. */
type Listed<T> = {
  readonly [Key in keyof T]: T[Key] extends Float32Array | Int32Array ? readonly number[] : T[Key];
};

/** A picture that was covered, as it is kept until the page is written. */
export interface CoveredPicture
  extends Listed<Omit<Occlusion, 'classes' | 'untouched' | 'fill' | 'squares'>>,
    Pick<PictureFile, 'label'> {
  readonly fill: Occlusion['fill'];
  /** Null where the study has NaN: at every place, the square touches the receptive field of every activation. */
  readonly untouched: number | null;
  readonly classes?: Listed<NonNullable<Occlusion['classes']>>;
  /** The files of the picture and of the projection. */
  readonly picture: string;
  readonly projection: string;
  /** The value that is full black or white in the projection, and whether the projection is zero everywhere. */
  readonly scale: number;
  readonly empty: boolean;
  /** The strongest activation of the feature map on the picture. */
  readonly activation: number;
}

/** Covers one picture, place by place, and projects the feature map that is watched. */
export async function coverPicture(
  deconvnet: Deconvnet,
  {
    file,
    all,
    place,
    layer,
    options,
  }: {
    readonly file: PictureFile;
    readonly all: StudyPictures;
    /** The number of the picture, for the names of its files. */
    readonly place: number;
    readonly layer: string;
    readonly options: WriteOcclusionOptions;
  },
  { folder, onProgress, signal }: PartContext,
): Promise<CoveredPicture> {
  const item = await readStudyPicture(deconvnet, file, all.reading);
  try {
    const { featureMap, size, stride, fill, batchSize, contrast, gamma } = options;
    const found = await occlusion(deconvnet, item, {
      layer,
      ...(featureMap !== undefined && { featureMap }),
      ...(size !== undefined && { size }),
      ...(stride !== undefined && { stride }),
      ...(fill !== undefined && { fill }),
      ...(batchSize !== undefined && { batchSize }),
      onProgress: ({ done }) => onProgress(done),
      ...(signal && { signal }),
    });
    const picture = await folder.writePicture(`pictures/${place}`, await deconvnet.toPicture(item.image));
    const projection = await deconvnet.project(item.image, {
      ...{ layer: found.layer, featureMap: found.featureMap, position: 'strongest' },
    });
    try {
      const drawn = await renderProjection(projection, {
        ...(contrast !== undefined && { contrast }),
        ...(gamma !== undefined && { gamma }),
      });
      const { classes, untouched, activity, squares: _, ...plain } = found;
      return {
        ...plain,
        ...(file.label !== undefined && { label: file.label }),
        activity: [...activity],
        untouched: Number.isNaN(untouched) ? null : untouched,
        ...(classes && {
          classes: { ...classes, probability: [...classes.probability], best: [...classes.best] },
        }),
        picture,
        projection: await folder.writePicture(`pictures/${place}-projection`, drawn),
        ...{ scale: drawn.scale, empty: projection.empty, activation: projection.activation },
      };
    } finally {
      projection.dispose();
    }
  } finally {
    item.image.dispose();
  }
}
