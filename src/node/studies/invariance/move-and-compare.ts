import type { Deconvnet } from '../../../deconvnet.js';
import { type Invariance, invariance } from '../../../studies/invariance/invariance.js';
import type { Transformation } from '../../../studies/invariance/move-picture.js';
import type { Fill } from '../../../studies/kit/fill.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { distinctNames } from '../kit/distinct-names.js';
import { readStudyPicture, type StudyPictures } from '../kit/study-pictures.js';
import type { PartContext } from '../kit/study-plan.js';
import { drawExamples, type MovedExample } from './draw-examples.js';
import type { WriteInvarianceOptions } from './write-invariance-options.js';

/** One way in which a picture was moved, and what that changed. */
export interface Movement extends Pick<Invariance, 'transformation' | 'steps' | 'layers'> {
  readonly examples: readonly MovedExample[];
  /** The probability of the watched class for each step. */
  readonly probability?: readonly number[];
}

/** A picture that was moved, as it is kept until the page is written. */
export interface MovedPicture extends Pick<PictureFile, 'id' | 'label'> {
  /** The file of the picture as it is, and its size in pixels. */
  readonly picture: string;
  readonly height: number;
  readonly width: number;
  /** The watched class; undefined if the network has none. */
  readonly watched?: {
    readonly index: number;
    readonly name: string;
    readonly by: 'label' | 'answer';
    readonly cleanProbability: number;
  };
  readonly movements: readonly Movement[];
}

/** A transformation, and its steps if they are not those of the paper. */
export interface Move {
  readonly transformation: Transformation;
  readonly steps?: readonly number[];
}

/** Moves one picture in all ways, compares the outputs of the layers, and draws some moved pictures. */
export async function moveAndCompare(
  deconvnet: Deconvnet,
  {
    file,
    all,
    place,
    moves,
    layers,
    fill,
    options: { batchSize },
  }: {
    readonly file: PictureFile;
    readonly all: StudyPictures;
    /** The number of the picture, for the names of its files. */
    readonly place: number;
    readonly moves: readonly Move[];
    readonly layers: readonly string[];
    readonly fill: Fill;
    readonly options: WriteInvarianceOptions;
  },
  { folder, onProgress, signal }: PartContext,
): Promise<MovedPicture> {
  const item = await readStudyPicture(deconvnet, file, all.reading);
  try {
    const picture = await deconvnet.toPicture(item.image);
    const movements: Movement[] = [];
    let watched: MovedPicture['watched'];
    let before = 0;
    for (const move of moves) {
      const found = await invariance(deconvnet, item, {
        ...{ ...move, layers, fill },
        ...(batchSize !== undefined && { batchSize }),
        onProgress: ({ done }) => onProgress(before + done),
        ...(signal && { signal }),
      });
      before += found.steps.length + 1;
      const { transformation, steps, classes } = found;
      if (classes) {
        const { index, by, labels, cleanProbability } = classes;
        const name = labels ? distinctNames(labels)[index]! : `class ${index}`;
        watched = { index, name, by, cleanProbability };
      }
      movements.push({
        ...{ transformation, steps, layers: found.layers },
        examples: await drawExamples(deconvnet, item, { transformation, steps, fill }, (step, example) =>
          folder.writePicture(`pictures/${place}-${transformation}-${step}`, example),
        ),
        ...(classes && { probability: classes.probability }),
      });
    }
    return {
      ...{ id: file.id, height: picture.height, width: picture.width },
      ...(file.label !== undefined && { label: file.label }),
      picture: await folder.writePicture(`pictures/${place}`, picture),
      ...(watched && { watched }),
      movements,
    };
  } finally {
    item.image.dispose();
  }
}
