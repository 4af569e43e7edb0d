import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deconvnet, PatchMiner } from 'deconvnet';
import type { PictureFile, WriteGalleryOptions } from 'deconvnet/node';
import { shownPatches } from '../node/gallery/shown-patches.js';
import { imageById } from './draw-gallery.js';
import type { Library } from './load-library.js';
import { minerOptionsOf } from './mine-pictures.js';
import type { MiningOptions } from './mining-options.js';
import { type Reading, readingOptions } from './picture-options.js';

/** At most this many pictures are mined for an estimate. With fewer, the lists that are drawn would not be full. */
const PICTURES = 9;
/** This many feature maps are projected and drawn of each of at most this many layers, and no other layer after some seconds. */
const SAMPLE = { layers: 5, maps: 3, seconds: 4 } as const;

/** A layer to draw. */
export interface LayerWork {
  readonly name: string;
  readonly maps: number;
  readonly patches: number;
}

/** What is projected: patches, and their estimated multiply-adds. */
export interface ProjectingWork {
  readonly cost: number;
  readonly patches: number;
}

/** What a gallery is expected to take. */
export interface DrawingCost {
  /** What was projected, and in how many seconds. */
  readonly projected: ProjectingWork & { readonly seconds: number };
  /** Seconds of one thread for drawing. */
  readonly drawing: number;
  /** Seconds for the thumbnails. */
  readonly thumbnails: number;
  /** Bytes of the gallery. */
  readonly bytes: number;
}

/** Mines a few pictures. One is mined twice before, because the first time takes longer. */
export async function sampleMining(
  library: Library,
  deconvnet: Deconvnet,
  {
    images,
    given,
    draws,
    signal,
  }: {
    readonly images: readonly PictureFile[];
    readonly given: MiningOptions;
    /** Whether feature maps will be drawn from what is mined. */
    readonly draws: boolean;
    readonly signal: AbortSignal;
  },
): Promise<{ readonly miner: PatchMiner; readonly secondsPerPicture: number }> {
  const mine = async (count: number): Promise<{ miner: PatchMiner; seconds: number }> => {
    const started = Date.now();
    const { miner } = await library.mineImages({
      ...{ deconvnet, images: images.slice(0, count), signal },
      ...minerOptionsOf(library, deconvnet, given),
      ...readingOptions(given),
    });
    return { miner, seconds: (Date.now() - started) / 1000 / Math.max(1, miner.images) };
  };
  await mine(1);
  const one = await mine(1);
  const quick = draws ? PICTURES : Math.max(2, Math.floor(SAMPLE.seconds / one.seconds));
  const { miner, seconds } = await mine(Math.min(PICTURES, quick));
  return { miner, secondsPerPicture: seconds };
}

/**
 * Projects and draws a few feature maps in this thread, and the thumbnails of their pictures, into a folder that it removes
 * again. Null if none of them has patches to show.
 */
export async function sampleDrawing(
  library: Library,
  miner: PatchMiner,
  {
    images,
    reading,
    layers,
    thumbnails,
    signal,
  }: {
    readonly images: readonly PictureFile[];
    readonly reading: Reading;
    readonly layers: readonly LayerWork[];
    /** How many thumbnails of pictures there will be. */
    readonly thumbnails: number;
    readonly signal: AbortSignal;
  },
): Promise<DrawingCost | null> {
  const folder = await mkdtemp(join(tmpdir(), 'deconvnet-'));
  const draw = async (place: number, watch: Pick<WriteGalleryOptions, 'onProjected' | 'onPicture' | 'onProgress'>) =>
    library.writeGallery(miner, {
      ...{ out: join(folder, String(place)), layers: [layers[place]!.name], maps: SAMPLE.maps, signal },
      ...(images.length > 0 && { source: imageById(library, miner.deconvnet, images, reading) }),
      ...watch,
    });
  const drawn = new Map<number, { readonly seconds: number; readonly bytes: number }>();
  const read = { pictures: 0, seconds: 0, drawn: 0, bytes: 0 };
  const projected = { cost: 0, patches: 0, seconds: 0 };
  try {
    // The first layer is drawn before, because the first time takes longer.
    await draw(0, {});
    const started = Date.now();
    for (const place of spread(layers.length)) {
      if (Date.now() - started > 1000 * SAMPLE.seconds) break;
      const { name } = layers[place]!;
      const times: number[] = [];
      const readAt: number[] = [];
      const projectedAt: (ProjectingWork & { readonly at: number })[] = [];
      const gallery = await draw(place, {
        onProjected: ({ cost, patches }) => projectedAt.push({ at: Date.now(), cost, patches }),
        onPicture: () => readAt.push(Date.now()),
        onProgress: () => times.push(Date.now()),
      });
      // The first picture is not timed, unless it is the only one: weights are prepared for it.
      const [none, first] = projectedAt;
      const [begin, end] = [(projectedAt.length > 2 ? first : none)!, projectedAt.at(-1)!];
      projected.cost += end.cost - begin.cost;
      projected.patches += end.patches - begin.patches;
      projected.seconds += (end.at - begin.at) / 1000;
      const sprites = await spriteBytes(join(folder, String(place), 'sprites'));
      // The first picture is not timed either.
      read.pictures += Math.max(0, readAt.length - 1);
      read.seconds += readAt.length > 1 ? (readAt.at(-1)! - readAt[0]!) / 1000 : 0;
      read.drawn += gallery.thumbnails;
      read.bytes += sprites.thumbnails;
      const lists = miner
        .minedMaps(name)
        .slice(0, SAMPLE.maps)
        .map((map) => shownPatches(miner, name, map).length);
      const count = (some: readonly number[]): number => some.reduce((a, b) => a + b, 0);
      // The first feature map is not timed, because much is prepared before it, and only once.
      const timed = count(lists.slice(1));
      if (timed === 0) continue;
      const seconds = (times.at(-1)! - times[0]!) / 1000 / timed;
      drawn.set(place, { seconds, bytes: sprites.tiles / count(lists) });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (drawn.size === 0) return null;
  // A layer that was not drawn costs what the nearest one costs that was.
  const nearest = (place: number): { readonly seconds: number; readonly bytes: number } =>
    [...drawn].reduce((a, b) => (Math.abs(b[0] - place) < Math.abs(a[0] - place) ? b : a))[1];
  const total = (what: 'seconds' | 'bytes'): number =>
    layers.reduce((sum, { patches }, place) => sum + patches * nearest(place)[what], 0);
  return {
    projected,
    drawing: total('seconds'),
    thumbnails: (thumbnails * read.seconds) / Math.max(1, read.pictures),
    bytes: total('bytes') + (thumbnails * read.bytes) / Math.max(1, read.drawn),
  };
}

/** Places in a list, evenly spread, the last one first. */
function spread(length: number): number[] {
  const count = Math.min(SAMPLE.layers, length);
  const places = Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / Math.max(1, count - 1)));
  return [places.at(-1)!, ...places.slice(0, -1)];
}

/** The sizes of the sheets of feature maps and of thumbnails. There is one sheet of filters whatever is drawn. */
async function spriteBytes(folder: string): Promise<{ readonly tiles: number; readonly thumbnails: number }> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('filters'));
  const sizes = await Promise.all(
    names.map(async (name) => ({ bytes: (await stat(join(folder, name))).size, whole: name.startsWith('pictures-') })),
  );
  const sum = (whole: boolean): number =>
    sizes.filter((one) => one.whole === whole).reduce((bytes, one) => bytes + one.bytes, 0);
  return { tiles: sum(false), thumbnails: sum(true) };
}
