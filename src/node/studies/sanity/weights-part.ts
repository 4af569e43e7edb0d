import type { Deconvnet } from '../../../deconvnet.js';
import { randomization } from '../../../studies/sanity/randomization.js';
import { readStudyPicture } from '../kit/study-pictures.js';
import type { PartContext } from '../kit/study-plan.js';
import { drawSigned } from './draw-pixels.js';
import { coreOptions, type SanityInput, scaledProgress } from './sanity-input.js';
import { type KeptProjection, keptProjection } from './sanity-records.js';

/** The projections of one picture from a network of which some layers are random. */
export interface WeightsStep {
  readonly id: string;
  /** How many layers are random; 0 is the real network. */
  readonly step: number;
  /** The lowest layer that is random. */
  readonly randomized?: string;
  readonly projections: readonly KeptProjection[];
}

/** Projects one picture from the real network, and from some networks that are random from the top down. */
export async function weightsPart(
  deconvnet: Deconvnet,
  input: SanityInput & {
    /** The layers down to which the network is made random. */
    readonly steps: readonly string[];
    /** The numbers of the steps that the page shows. */
    readonly drawn: ReadonlySet<number>;
    /** Whether this part keeps the projections from the real network. */
    readonly first: boolean;
    readonly images: number;
  },
  { folder, onProgress, signal }: PartContext,
): Promise<WeightsStep[]> {
  const { file, all, place, steps, drawn, first, images, options } = input;
  const item = await readStudyPicture(deconvnet, file, all.reading);
  try {
    const kept: WeightsStep[] = [];
    const study = randomization(deconvnet, item, {
      ...{ ...coreOptions(input), steps },
      onProgress: scaledProgress(images, onProgress),
      ...(signal && { signal }),
    });
    for await (const { id, step, randomized, projections } of study) {
      if (step === 0 && !first) continue;
      const own: KeptProjection[] = [];
      const [shown] = projections;
      for (const projection of projections) {
        const name = `pictures/${place}-random-${step}-${projection.rule}`;
        const isShown = drawn.has(step) && projection.featureMap === shown?.featureMap && !projection.empty;
        own.push(
          keptProjection(
            projection,
            isShown ? await drawSigned(deconvnet, folder, name, projection.pixels, options) : undefined,
          ),
        );
      }
      kept.push({ id, step, ...(randomized !== undefined && { randomized }), projections: own });
    }
    return kept;
  } finally {
    item.image.dispose();
  }
}
