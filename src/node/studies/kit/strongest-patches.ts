import type { Deconvnet } from '../../../deconvnet.js';
import { PatchMiner } from '../../../mine/patch-miner.js';
import { shortNumber } from '../../../plots/short-number.js';
import { type ContrastOptions, checkContrast } from '../../../render/contrast.js';
import { readProjection } from '../../../render/read-projection.js';
import { figure, type Html, image } from './study-page.js';
import { batchSizeFor, readAllPictures, type StudyPictures } from './study-pictures.js';
import type { PartContext } from './study-plan.js';
import { type PatchAndProjection, writePairs } from './write-pairs.js';

/** A patch that excites a feature map strongly, and its projection, as they are kept until the page is written. */
export interface StrongPatch {
  /** The picture. */
  readonly id: string;
  readonly activation: number;
  /** The files of the patch and of the projection: the part in which the projections of the feature map are. */
  readonly patch: string;
  readonly projection: string;
  readonly height: number;
  readonly width: number;
}

/** Which patches are looked for, and how they are drawn. */
interface StrongPatchOptions extends ContrastOptions {
  readonly layer: string;
  readonly maps: readonly number[];
  /** How many patches of each feature map, each from another picture. */
  readonly count: number;
  readonly batchSize?: number;
}

/**
 * Searches pictures for the patches that excite some feature maps most, projects them, and writes both as files. Those of one
 * feature map have one contrast and one zoom, as in a gallery.
 */
export async function strongestPatches(
  deconvnet: Deconvnet,
  pictures: StudyPictures,
  { layer, maps, count, batchSize, contrast, gamma }: StrongPatchOptions,
  { folder, onProgress, signal }: Omit<PartContext, 'records'>,
): Promise<ReadonlyMap<number, readonly StrongPatch[]>> {
  const featureMaps = [...maps].sort((a, b) => a - b);
  const miner = new PatchMiner(deconvnet, {
    ...{ layers: [layer], featureMaps: { [layer]: featureMaps } },
    ...{ k: count, maxBytes: Number.MAX_SAFE_INTEGER },
  });
  await miner.run(readAllPictures(deconvnet, pictures), {
    ...batchSizeFor(deconvnet, batchSize),
    onProgress: ({ images }) => onProgress(images),
    ...(signal && { signal }),
  });
  const drawing = checkContrast({
    ...(contrast !== undefined && { contrast }),
    ...(gamma !== undefined && { gamma }),
  });
  const found = new Map<number, StrongPatch[]>();
  for (const map of featureMaps) {
    signal?.throwIfAborted();
    const patches = miner.top(layer, map);
    const projections = await miner.project(layer, map, { crop: true });
    try {
      const pairs: PatchAndProjection[] = [];
      for (const [rank, { landing, pixels }] of patches.entries()) {
        pairs.push({ landing, pixels: pixels!, projection: await readProjection(projections[rank]!) });
      }
      const drawn = await writePairs(deconvnet, pairs, {
        ...{ contrast: drawing, zoom: 'focus', folder },
        fileOf: (rank, what) => `pictures/map-${map}-${rank}-${what}`,
      });
      const shown = patches.map(({ id, activation }, rank): StrongPatch => {
        const { size, patch, projection } = drawn[rank]!;
        return { id, activation, patch, projection, ...size };
      });
      found.set(map, shown);
    } finally {
      for (const projection of projections) projection.dispose();
    }
  }
  return found;
}

/**
 * A projection and its patch beside each other.
 *
 * @param side the longer side of each on the page, in pixels
 */
export function patchPair(
  { id, activation, patch, projection, height, width }: StrongPatch,
  side: number,
  caption = `${id}, activation ${shortNumber(activation)}`,
): Html {
  const scale = side / Math.max(height, width);
  const size = { width: Math.round(width * scale), height: Math.round(height * scale), crisp: scale > 1 };
  const what = `the patch of ${id}`;
  const pair = `${image({ ...size, file: projection, alt: `Projection of ${what}` })}${image({ ...size, file: patch, alt: what })}`;
  return figure(`<span class="pair">${pair}</span>`, caption);
}
