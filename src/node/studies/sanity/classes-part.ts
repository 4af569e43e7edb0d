import type { Deconvnet } from '../../../deconvnet.js';
import { readPictureInput } from '../../../studies/kit/picture-input.js';
import { type ClassPair, classSensitivity, type ProjectedClass } from '../../../studies/sanity/class-sensitivity.js';
import { compareProjections } from '../../../studies/sanity/compare-projections.js';
import { readStudyPicture } from '../kit/study-pictures.js';
import type { PartContext } from '../kit/study-plan.js';
import { type DrawnFile, drawSigned } from './draw-pixels.js';
import { type SanityInput, scaledProgress } from './sanity-input.js';
import { type KeptCompared, kept } from './sanity-records.js';
import { projectUnrelated } from './unrelated.js';

/** The projections of different classes from one picture. */
export interface ClassesRecord {
  readonly id: string;
  /** The layer that the logits stand in. */
  readonly layer: string;
  readonly classes: readonly ProjectedClass[];
  /** The projection of each class under each rule; not drawn if it is zero everywhere. */
  readonly projections: readonly {
    readonly rule: string;
    readonly index: number;
    readonly drawn?: DrawnFile;
  }[];
  readonly pairs: readonly (KeptCompared & Pick<ClassPair, 'classes'>)[];
  /** The control: unrelated projections of the same logits compared with the real ones. */
  readonly unrelated: readonly KeptCompared[];
}

/** Compares the projections of different classes of one picture. */
export async function classesPart(
  deconvnet: Deconvnet,
  input: SanityInput & { readonly classes: number | readonly number[]; readonly images: number },
  { folder, onProgress, signal }: PartContext,
): Promise<ClassesRecord> {
  const { file, all, place, classes, seed, images, options } = input;
  const { batchSize } = options;
  const item = await readStudyPicture(deconvnet, file, all.reading);
  try {
    const half = Math.floor(images / 2);
    const found = await classSensitivity(deconvnet, item, {
      ...{ classes, ...(batchSize !== undefined && { batchSize }) },
      onProgress: scaledProgress(half, onProgress),
      ...(signal && { signal }),
    });
    const picture = await readPictureInput('writeSanity', deconvnet, item.image, item.id);
    try {
      const { layer, projections } = found;
      const control = await projectUnrelated(
        deconvnet,
        picture,
        projections,
        { file, all, layer, seed, ...(batchSize !== undefined && { batchSize }) },
        { signal, tell: () => onProgress(half) },
      );
      const drawn: ClassesRecord['projections'][number][] = [];
      for (const { rule, featureMap: index, pixels, empty } of projections) {
        const name = `pictures/${place}-class-${index}-${rule}`;
        drawn.push({
          rule,
          index,
          ...(!empty && { drawn: await drawSigned(deconvnet, folder, name, pixels, options) }),
        });
      }
      return {
        ...{ id: found.id, layer, classes: found.classes, projections: drawn },
        pairs: found.pairs.map((pair) => ({ ...kept(pair), classes: pair.classes })),
        unrelated: control.projections.map(({ rule, pixels }, i) => {
          const likeness = compareProjections(pixels, projections[i]!.pixels);
          return kept({ rule, ...(likeness && { likeness }) });
        }),
      };
    } finally {
      picture.tensor.dispose();
    }
  } finally {
    item.image.dispose();
  }
}
