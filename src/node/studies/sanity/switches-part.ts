import type { Deconvnet } from '../../../deconvnet.js';
import { type RandomPart, switchDependence } from '../../../studies/sanity/switch-dependence.js';
import { readStudyPicture } from '../kit/study-pictures.js';
import type { PartContext } from '../kit/study-plan.js';
import { drawSigned } from './draw-pixels.js';
import { coreOptions, type SanityInput, scaledProgress } from './sanity-input.js';
import { type KeptProjection, keptProjection } from './sanity-records.js';

/** The projections of one picture with random weights, random switches, both or neither. */
export interface SwitchesRecord {
  readonly id: string;
  /** The layers that have switches. */
  readonly pools: readonly string[];
  readonly projections: readonly (KeptProjection & { readonly random: RandomPart })[];
}

/** Projects one picture with random weights, with random switches, and with both. */
export async function switchesPart(
  deconvnet: Deconvnet,
  input: SanityInput & { readonly images: number },
  { folder, onProgress, signal }: PartContext,
): Promise<SwitchesRecord> {
  const { file, all, place, images, options } = input;
  const item = await readStudyPicture(deconvnet, file, all.reading);
  try {
    const { id, pools, projections } = await switchDependence(deconvnet, item, {
      ...coreOptions(input),
      onProgress: scaledProgress(images, onProgress),
      ...(signal && { signal }),
    });
    const own: SwitchesRecord['projections'][number][] = [];
    const [first] = projections;
    for (const projection of projections) {
      const { rule, random, featureMap, empty, pixels } = projection;
      const isShown = featureMap === first!.featureMap && !empty;
      const name = `pictures/${place}-switches-${random}-${rule}`;
      const drawn = isShown ? await drawSigned(deconvnet, folder, name, pixels, options) : undefined;
      own.push({ ...keptProjection(projection, drawn), random });
    }
    return { id, pools, projections: own };
  } finally {
    item.image.dispose();
  }
}
