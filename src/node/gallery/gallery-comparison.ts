import { checkKeys, checkValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { namesIn } from '../../errors/did-you-mean.js';
import { checkLookup, type ImageLookup } from '../../mine/image-source.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import { checkMiner } from '../mine/check-miner.js';
import { checkTopology } from '../models/model-place.js';
import type { KeptProjections } from '../projecting/keep-projections.js';
import { GalleryWorkers, type WorkerNetwork } from './gallery-workers.js';
import { type ProjectForGalleryOptions, projectForGallery } from './project-for-gallery.js';

/** What a gallery is compared with. */
export interface GalleryComparison {
  readonly miner: PatchMiner;
  /** What it is, as a heading: 'the same network with random weights'. */
  readonly title: string;
  /** As the option of the same name of the gallery, which is the default. */
  readonly source?: ImageLookup;
  /** As the option of the same name of the gallery. Without it, this thread makes the projections of this miner. */
  readonly network?: WorkerNetwork;
}

/**
 * Checks what a gallery of some layers is compared with.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function checkComparison(compare: GalleryComparison, layers: readonly string[]): void {
  checkKeys('compare', compare, ['miner', 'title', 'source', 'network']);
  checkMiner('compare', compare.miner);
  checkValue(typeof compare.title === 'string', 'title of compare is a heading, a string', compare.title);
  checkLookup(compare.source);
  if (compare.network) checkTopology(compare.network);
  const own = compare.miner.layers;
  if (layers.some((layer) => own.includes(layer))) return;
  throw new DeconvnetError(
    'invalid-option',
    `The gallery shows ${namesIn(layers)}, but the miner of compare has none of these layers. It has ${namesIn(own)}.`,
  );
}

/** Makes the projections of what a gallery is compared with. Their threads end, because those of the gallery draw. */
export async function projectCompared(
  { miner, network, source }: GalleryComparison,
  { workers, ...options }: Omit<ProjectForGalleryOptions, 'workers'> & { readonly workers: number | undefined },
): Promise<KeptProjections> {
  const threads = new GalleryWorkers(miner, { workers, network, signal: options.signal });
  try {
    return await projectForGallery(miner, { ...options, workers: threads, source: source ?? options.source });
  } finally {
    await threads.close();
  }
}
