import type { Deconvnet, PatchMiner } from 'deconvnet';
import type { PictureFile } from 'deconvnet/node';
import { counted } from '../errors/counted.js';
import { shownPatches } from '../node/gallery/shown-patches.js';
import { takePictures } from '../node/pictures/take-pictures.js';
import type { GalleryOptions } from './draw-gallery.js';
import type { Library } from './load-library.js';
import { minerOptionsOf } from './mine-pictures.js';
import type { MiningOptions } from './mining-options.js';
import { type LayerWork, sampleDrawing, sampleMining } from './sample-cost.js';
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
  if (given.resume || (pictures <= SMALL.pictures && sum('patches') <= SMALL.patches)) return;
  try {
    const mined = kept ? undefined : await sampleMining(library, deconvnet, { images, given, draws, signal });
    const drawn = draws
      ? await sampleDrawing(library, kept ?? mined!.miner, { images, layers, thumbnails, signal })
      : null;
    const lines = estimateLines({
      ...(mined && { mining: mined.secondsPerPicture * pictures }),
      ...(drawn && { drawing: drawn.seconds, gallery: drawn.bytes }),
      ...(mined && !draws && { state: stateBytes(mined.miner, { layers, pictures }) }),
    });
    for (const line of lines) err.write(`${line}\n`);
  } catch (error) {
    if (signal.aborted) throw error;
  }
}

function workOf(
  miner: PatchMiner,
  name: string,
  { shown, kept, pictures }: Pick<Work, 'shown' | 'kept'> & { readonly pictures: number },
): LayerWork & { readonly maps: number } {
  const maps = shown?.[name] ?? miner.minedMaps(name);
  const patches = kept
    ? maps.reduce((sum, map) => sum + shownPatches(kept, name, map).length, 0)
    : maps.length * Math.min(miner.k, miner.perImage * pictures);
  return { name, maps: maps.length, patches };
}

/** What work is expected to take: seconds and bytes. Absent is what is not done, or not known. */
interface Estimate {
  readonly mining?: number;
  readonly drawing?: number;
  readonly gallery?: number;
  readonly state?: number;
}

/** Says an estimate; above ten minutes also how to do less. */
export function estimateLines({ mining, drawing, gallery, state }: Estimate): string[] {
  const parts = [
    ...(mining === undefined ? [] : [`${duration(mining)} for mining`]),
    ...(drawing === undefined ? [] : [`${duration(drawing)} for drawing`]),
    ...(gallery === undefined ? [] : [`about ${sizeText(gallery)} on the disk`]),
    ...(state === undefined
      ? []
      : [`about ${sizeText(state)} for the state, and as much for each of its two checkpoints`]),
  ];
  if (parts.length === 0) return [];
  const line = `Estimate: ${parts.join(', ')}.`;
  if ((mining ?? 0) + (drawing ?? 0) <= LONG) return [line];
  const ways = [
    'fewer layers with --layers conv3,conv5',
    'fewer feature maps of each with --maps 32',
    ...(mining === undefined
      ? []
      : ['fewer pictures with --limit 500', 'fewer patches of each feature map with --top 4']),
  ];
  return [line, `If that is too long, choose ${ways.slice(0, -1).join(', ')} or ${ways.at(-1)}.`];
}

/** A time for a person, which is not more exact than an estimate can be. */
function duration(seconds: number): string {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} min`;
  return `about ${(seconds / 3600).toFixed(1)} h`;
}
