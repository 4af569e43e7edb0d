import { join } from 'node:path';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { ImageLookup } from '../../mine/image-source.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import type { PictureWork } from '../../mine/picture-work.js';
import { type ProjectAllProgress, WorkProgress } from '../../mine/work-progress.js';
import { type KeptProjections, keepProjections } from '../projecting/keep-projections.js';
import { scratchBytes } from '../projecting/scratch-bytes.js';
import type { GalleryWorkers } from './gallery-workers.js';
import { type MapsToShow, shownOf } from './maps-to-show.js';
import { shownPatches } from './shown-patches.js';

/** How far the projecting for a gallery is. */
export interface GalleryProjecting extends ProjectAllProgress {
  /** How many bytes the projections take on the disk until they are drawn, estimated before the first one is made. */
  readonly scratchBytes: number;
}

/** The folder beside the page in which projections wait until they are drawn. */
export function unfinishedIn(out: string): string {
  return join(out, 'unfinished');
}

/** What a gallery shows of a miner. */
export interface ShownByGallery {
  /** The layers that are shown; those that the miner does not have are left out. */
  readonly layers: readonly string[];
  readonly maps: MapsToShow;
}

/** Which projections a gallery needs, and how they are made. */
export interface ProjectForGalleryOptions extends ShownByGallery {
  /** The folder in which the projections wait. */
  readonly folder: string;
  readonly source: ImageLookup | undefined;
  /** The threads that make them, if there are some. */
  readonly workers: GalleryWorkers;
  readonly onProgress: ((progress: GalleryProjecting) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes the projections that a gallery shows, in worker threads or in this thread.
 *
 * @throws DeconvnetError `source-missing` if no picture at all can be read again; `worker-failed`; and the codes of
 * `Deconvnet.project`.
 */
export async function projectForGallery(
  miner: PatchMiner,
  options: ProjectForGalleryOptions,
): Promise<KeptProjections> {
  const { folder, source, workers, onProgress, signal } = options;
  const { work, featureMaps, drawn } = workOfGallery(miner, options);
  const progress = new WorkProgress(miner.deconvnet, work);
  const bytes = scratchBytesOf(miner, work);
  const kept = await keepProjections(miner, {
    ...{ work, progress, folder, source, signal },
    onProgress: onProgress && ((now) => onProgress({ ...now, scratchBytes: bytes })),
    workers: (cost) => workers.start({ cost, maps: drawn }),
  });
  checkSomething(miner, kept, { source, layers: Object.keys(featureMaps) });
  return kept;
}

/** What a gallery projects. */
export interface GalleryProjections {
  readonly work: readonly PictureWork[];
  /** The feature maps that are projected, by layer. */
  readonly featureMaps: Readonly<Record<string, readonly number[]>>;
  /** The number of feature maps that are drawn. */
  readonly drawn: number;
}

/** Collects what a gallery projects. */
export function workOfGallery(miner: PatchMiner, { layers, maps }: ShownByGallery): GalleryProjections {
  const own = layers.filter((layer) => miner.layers.includes(layer));
  const featureMaps = Object.fromEntries(
    own.map((name) => [name, mapsOf(miner, name, maps)] as const).filter(([, shown]) => shown.length > 0),
  );
  return {
    work: miner.pictureWork({ layers: Object.keys(featureMaps), featureMaps }),
    featureMaps,
    drawn: Object.values(featureMaps).reduce((sum, { length }) => sum + length, 0),
  };
}

/** How many bytes the projections of some pictures take on the disk. */
export function scratchBytesOf(miner: PatchMiner, work: readonly PictureWork[]): number {
  const patches = new Map<string, number>();
  for (const { patches: own } of work) {
    for (const { node } of own) patches.set(node.name, (patches.get(node.name) ?? 0) + 1);
  }
  return scratchBytes(
    miner,
    [...patches].map(([name, count]) => ({ name, patches: count })),
  );
}

function mapsOf(miner: PatchMiner, name: string, maps: MapsToShow): readonly number[] {
  const shown = shownOf({ name, mined: miner.minedMaps(name), featureMaps: miner.featureMaps(name) }, maps);
  return shown.filter((map) => shownPatches(miner, name, map).length > 0);
}

/** Throws if no picture can be read. Then the pictures are probably in another folder. */
function checkSomething(
  miner: PatchMiner,
  { skipped, patches }: KeptProjections,
  { source, layers }: { readonly source: ImageLookup | undefined; readonly layers: readonly string[] },
): void {
  if (!source || patches > 0 || skipped.length === 0) return;
  const [{ id, reason }] = skipped as [(typeof skipped)[0], ...typeof skipped];
  throw new DeconvnetError(
    'source-missing',
    `None of the ${skipped.length} pictures of ${layers.join(', ')} can be used: '${id}', for example, ${reason === 'missing' ? 'is not there' : 'is not the one that was mined'}. The miner has seen ${miner.images} pictures. Give the pictures that were mined.`,
  );
}
