import type { Deconvnet } from '../../../deconvnet.js';
import { readPictureInput } from '../../../studies/kit/picture-input.js';
import { type Compared, compareProjections, type SanityPixels } from '../../../studies/sanity/compare-projections.js';
import { edgeLikeness, inChannels } from '../../../studies/sanity/edge-likeness.js';
import { readStudyPicture } from '../kit/study-pictures.js';
import type { PartContext } from '../kit/study-plan.js';
import { type DrawnFile, drawMagnitude } from './draw-pixels.js';
import { coreOptions, type SanityInput, scaledProgress } from './sanity-input.js';
import { type KeptCompared, type KeptProjection, kept, keptProjection } from './sanity-records.js';
import { projectUnrelated } from './unrelated.js';

/** The projections of one picture beside its edges, and the control for all sections that show this layer. */
export interface EdgesRecord {
  readonly id: string;
  /** The picture's size in pixels of the model's input, and its file. */
  readonly extent: readonly [height: number, width: number];
  readonly picture: string;
  /** The edges in the box of the first activation. */
  readonly edges: DrawnFile;
  /** Compared with the edges; drawn without signs. */
  readonly projections: readonly KeptProjection[];
  /** The picture of the control; null if it is this one, turned by half. */
  readonly other: string | null;
  /** The control: unrelated projections compared with the real ones, and with the edges. */
  readonly unrelated: readonly KeptCompared[];
  readonly unrelatedToEdges: readonly KeptCompared[];
}

/** Compares the projections of one picture with its edges, and both with unrelated projections. */
export async function edgesPart(
  deconvnet: Deconvnet,
  input: SanityInput & { readonly images: number },
  { folder, onProgress, signal }: PartContext,
): Promise<EdgesRecord> {
  const { file, all, place, images, options } = input;
  const item = await readStudyPicture(deconvnet, file, all.reading);
  const picture = await readPictureInput('writeSanity', deconvnet, item.image, item.id).catch((error) => {
    item.image.dispose();
    throw error;
  });
  try {
    const half = Math.floor(images / 2);
    const core = coreOptions(input);
    const { seed, ...choice } = core;
    const { id, layer, projections } = await edgeLikeness(deconvnet, item, {
      ...choice,
      onProgress: scaledProgress(half, onProgress),
      ...(signal && { signal }),
    });
    const control = await projectUnrelated(
      deconvnet,
      picture,
      projections,
      { ...core, file, all, layer, seed: input.seed },
      { signal, tell: () => onProgress(half) },
    );
    const [first] = projections;
    const own: KeptProjection[] = [];
    for (const { edges: _, ...projection } of projections) {
      const isShown = projection.featureMap === first!.featureMap && !projection.empty;
      const name = `pictures/${place}-magnitude-${projection.rule}`;
      own.push(
        keptProjection(projection, isShown ? await drawMagnitude(folder, name, projection.pixels, options) : undefined),
      );
    }
    const compared = (others: readonly SanityPixels[]): KeptCompared[] =>
      control.projections.map(({ rule, pixels }, i) => {
        const likeness = compareProjections(pixels, others[i]!);
        return kept({ rule, ...(likeness && { likeness }) } satisfies Compared);
      });
    return {
      id,
      extent: [picture.height, picture.width],
      picture: await folder.writePicture(`pictures/${place}`, await deconvnet.toPicture(item.image)),
      edges: await drawMagnitude(folder, `pictures/${place}-edges`, first!.edges, options),
      projections: own,
      other: control.other,
      unrelated: compared(projections.map(({ pixels }) => pixels)),
      unrelatedToEdges: compared(projections.map(({ edges }) => inChannels(edges, picture.channels))),
    };
  } finally {
    picture.tensor.dispose();
    item.image.dispose();
  }
}
