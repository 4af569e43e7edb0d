import { availableParallelism } from 'node:os';
import type { Deconvnet, PatchMiner } from 'deconvnet';
import type { PictureFile } from 'deconvnet/node';
import { counted } from '../errors/counted.js';
import type { PictureWork } from '../mine/picture-work.js';
import { WorkProgress } from '../mine/work-progress.js';
import { drawingCost } from '../node/gallery/gallery-workers.js';
import { shownPatches } from '../node/gallery/shown-patches.js';
import { chooseWorkers } from '../node/mine/choose-workers.js';
import { miningCost } from '../node/mine/mining-cost.js';
import { takePictures } from '../node/pictures/take-pictures.js';
import { scratchBytes } from '../node/projecting/scratch-bytes.js';
import type { GalleryOptions } from './draw-gallery.js';
import { duration } from './duration.js';
import type { Library } from './load-library.js';
import { minerOptionsOf } from './mine-pictures.js';
import type { MiningOptions } from './mining-options.js';
import { readingOptions } from './picture-options.js';
import { type LayerWork, type ProjectingWork, sampleDrawing, sampleMining } from './sample-cost.js';
import { sizeText } from './size-text.js';
import { stateBytes } from './state-bytes.js';
import { pictureCount, type Terminal } from './terminal.js';

/** Work with fewer pictures and fewer patches is done as soon as its time could be estimated. */
const SMALL = { pictures: 64, patches: 1000 } as const;
/** From this time on, in seconds, a person is told how to do less. */
const LONG = 600;

/** What is going to be done. */
export interface Work {
  readonly images: readonly PictureFile[];
  readonly given: MiningOptions & Partial<Pick<GalleryOptions, 'from'>>;
  /** What was mined before; then only a gallery is drawn. */
  readonly kept?: PatchMiner | undefined;
  /** Which feature maps of it are drawn, by layer; all by default. */
  readonly shown?: Readonly<Record<string, readonly number[]>> | undefined;
  /** Whether a gallery is drawn. */
  readonly draws: boolean;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * Says how much there is to do, and, unless that is little, how long it will take and how much room on the disk. For that
 * it does a small part of the work. If the part fails, nothing more is said: the work itself will say why.
 *
 * @throws the reason of the signal.
 */
export async function tellCost(library: Library, deconvnet: Deconvnet, work: Work): Promise<void> {
  const { given, kept, shown, draws, signal } = work;
  const { err } = work.terminal;
  const images = kept ? work.images : takePictures(work.images, given);
  const miner = kept ?? new library.PatchMiner(deconvnet, minerOptionsOf(library, deconvnet, given));
  const pictures = kept?.images ?? images.length;
  const layers = (given.layers ?? miner.layers).map((name) =>
    workOf(miner, miner.layerNamed(name), { shown, kept, pictures }),
  );
  const sum = (what: 'maps' | 'patches'): number => layers.reduce((total, layer) => total + layer[what], 0);
  const counts = [
    pictureCount(pictures),
    counted(layers.length, 'layer'),
    counted(sum('maps'), 'feature map'),
    `${kept ? '' : 'at most '}${counted(sum('patches'), 'patch', 'patches')}`,
  ];
  err.write(`${counts.join(', ')}.\n`);
  // Of a picture that occurs in a list a gallery has a thumbnail.
  const thumbnails = draws && images.length > 0 ? Math.min(pictures, sum('patches')) : 0;
  // A run that is resumed has done an unknown part of its work.
  // Nobody knows the machines of a queue before they work.
  if (given.resume || given.queue !== undefined || (pictures <= SMALL.pictures && sum('patches') <= SMALL.patches))
    return;
  try {
    const mined = kept ? undefined : await sampleMining(library, deconvnet, { images, given, draws, signal });
    const reading = readingOptions(given);
    const drawn = draws
      ? await sampleDrawing(library, kept ?? mined!.miner, { images, reading, layers, thumbnails, signal })
      : null;
    const sample = kept ?? mined!.miner;
    const perPicture = miningCost(sample);
    const threads = (cost: number): number => threadsFor(deconvnet, given, cost);
    const cost = drawn ? projectingCost(sample, { layers, pictures: kept ? undefined : thumbnails }) : 0;
    const forGallery = threads(cost + drawingCost(sum('maps')));
    const lines = estimateLines({
      ...(mined && { mining: (mined.secondsPerPicture * pictures) / threads(pictures * perPicture) }),
      ...(drawn && {
        projecting:
          (drawn.projected.seconds * timesThe(drawn.projected, { cost, patches: sum('patches') })) / forGallery,
        drawing: drawn.thumbnails + drawn.drawing / forGallery,
        ...{ gallery: drawn.bytes, scratch: scratchBytes(sample, layers) },
      }),
      ...(mined && !draws && { state: stateBytes(mined.miner, { layers, pictures }) }),
    });
    for (const line of lines) err.write(`${line}\n`);
  } catch (error) {
    if (signal.aborted) throw error;
  }
}

/** How many threads do some work at a time, as far as there are cores for them. */
function threadsFor(deconvnet: Deconvnet, { workers, backend }: MiningOptions, cost: number): number {
  const chosen = workers ?? (backend === 'wasm' || backend === 'cpu' ? chooseWorkers(deconvnet, cost) : 0);
  return Math.max(1, Math.min(chosen, availableParallelism()));
}

/** How many times as long some projecting takes. The multiply-adds are 0 if the model takes images of any size. */
function timesThe(sample: ProjectingWork, all: ProjectingWork): number {
  return sample.cost > 0 ? all.cost / sample.cost : all.patches / Math.max(1, sample.patches);
}

/** The number of pictures whose multiply-adds are estimated. The estimate for all pictures is scaled up by the number of patches. */
const ESTIMATED = 20;

/**
 * The estimated multiply-adds of projecting.
 *
 * @param miner what was mined, or a sample of a few pictures
 * @param pictures over how many pictures the patches will be spread, if the miner is a sample
 */
function projectingCost(
  miner: PatchMiner,
  { layers, pictures }: { readonly layers: readonly LayerWork[]; readonly pictures: number | undefined },
): number {
  const mined = miner.pictureWork({ layers: layers.map(({ name }) => name) });
  const work = pictures === undefined ? mined : spreadOver(pictures, mined);
  const every = Math.ceil(work.length / ESTIMATED);
  const some = work.filter((_, i) => i % every === 0);
  const { totalCost, totalPatches } = new WorkProgress(miner.deconvnet, some).now;
  return (totalCost * layers.reduce((sum, { patches }) => sum + patches, 0)) / Math.max(1, totalPatches);
}

/** Spreads the patches of a few pictures over more pictures: what a patch costs depends on how many others its picture has. */
function spreadOver(pictures: number, work: readonly PictureWork[]): PictureWork[] {
  const all = work.flatMap(({ patches }) => patches);
  const length = Math.min(pictures, all.length);
  return Array.from({ length }, (_, picture) => ({
    id: String(picture),
    patches: Array.from({ length: Math.ceil((all.length - picture) / length) }, (_, i) => all[picture + i * length]!),
  }));
}

function workOf(
  miner: PatchMiner,
  name: string,
  { shown, kept, pictures }: Pick<Work, 'shown' | 'kept'> & { readonly pictures: number },
): LayerWork {
  const maps = shown?.[name] ?? miner.minedMaps(name);
  const patches = kept
    ? maps.reduce((sum, map) => sum + shownPatches(kept, name, map).length, 0)
    : maps.length * Math.min(miner.k, miner.perImage * pictures);
  return { name, maps: maps.length, patches };
}

/** What work is expected to take: seconds and bytes. Absent is what is not done, or not known. */
interface Estimate {
  readonly mining?: number;
  readonly projecting?: number;
  readonly drawing?: number;
  readonly gallery?: number;
  /** What waits on the disk until it is drawn. */
  readonly scratch?: number;
  readonly state?: number;
}

/** Says an estimate; above ten minutes also how to do less. */
export function estimateLines({ mining, projecting, drawing, gallery, scratch, state }: Estimate): string[] {
  const parts = [
    ...(mining === undefined ? [] : [`${duration(mining)} for mining`]),
    ...(projecting === undefined ? [] : [`${duration(projecting)} for projecting`]),
    ...(drawing === undefined ? [] : [`${duration(drawing)} for drawing`]),
    ...(gallery === undefined ? [] : [`about ${sizeText(gallery)} on the disk`]),
    ...(scratch === undefined ? [] : [`about ${sizeText(scratch)} more until the gallery is finished`]),
    ...(state === undefined
      ? []
      : [`about ${sizeText(state)} for the state, and as much for each of its two checkpoints`]),
  ];
  if (parts.length === 0) return [];
  const line = `Estimate: ${parts.join(', ')}.`;
  if ((mining ?? 0) + (projecting ?? 0) + (drawing ?? 0) <= LONG) return [line];
  const ways = [
    'fewer layers with --layers conv3,conv5',
    'fewer feature maps of each with --maps 32',
    ...(mining === undefined
      ? []
      : ['fewer pictures with --limit 500', 'fewer patches of each feature map with --top 4']),
  ];
  return [line, `If that is too long, choose ${ways.slice(0, -1).join(', ')} or ${ways.at(-1)}.`];
}
