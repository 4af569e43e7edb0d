import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { getBackend } from '@tensorflow/tfjs-core';
import { checkKeys, checkValue, isCount } from '../../errors/check-options.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import type { RuleName } from '../../mirrors/rules.js';
import { copyGallery } from '../gallery/copy-gallery.js';
import type { DrawnGallery } from '../gallery/draw-gallery.js';
import { galleryWork } from '../gallery/gallery-work.js';
import { writeGallery } from '../gallery/write-gallery.js';
import type { WriteGalleryOptions } from '../gallery/write-gallery-options.js';
import { checkMiner } from '../mine/check-miner.js';
import { plainOptions } from '../mine/open-network.js';
import { listingWords } from '../mine/run-identity.js';
import type { PlainDeconvnetOptions } from '../mine/worker-protocol.js';
import { checkTopology, type ModelPlace, resolvedTopology } from '../models/model-place.js';
import type { NodeBackend } from '../peers.js';
import { type FetchOptions, resolveFetching } from '../pictures/fetching.js';
import type { ListPicturesOptions } from '../pictures/list-pictures.js';
import type { PictureFile } from '../pictures/picture-file.js';
import { MAX_PIXELS, type ReadPictureOptions } from '../pictures/read-picture-options.js';
import { resolveListing } from '../pictures/resolve-listing.js';
import { awaitRun, beginRun, type ConductedRun } from './conduct-run.js';
import { connectToQueue } from './connect.js';
import { listedImages } from './draw-part.js';
import type { DrawSettings } from './draw-settings.js';
import { environmentOf } from './environment.js';
import { findFolder } from './find-run.js';
import { chooseParts, originsIn, withSizes } from './list-parts.js';
import { MachinePaths } from './machine-paths.js';
import type { ListedPicture } from './mine-settings.js';
import { QUEUE_OPTIONS, type QueueOptions, resolveQueueOptions } from './queue-options.js';
import { sha256 } from './run-folder.js';
import { idOf } from './run-identity-of.js';
import { RunIndex, type RunRecord } from './run-record.js';

/** Options of `writeGallery` that say how one machine draws. */
type OfOneMachine = 'source' | 'workers' | 'network' | 'onProjected' | 'onProgress' | 'onPicture' | 'signal';

/** Where to write a gallery, what it shows, and which queue draws it. */
export interface DrawOnQueueOptions
  extends Omit<WriteGalleryOptions, OfOneMachine>,
    Omit<QueueOptions, 'attach'>,
    Omit<PlainDeconvnetOptions, 'rule'>,
    Pick<ListPicturesOptions, 'followLinks'>,
    Pick<ReadPictureOptions, 'maxPixels'>,
    Pick<FetchOptions, 'allowHosts'>,
    ModelPlace {
  /**
   * The pictures that were mined: a folder, or a list of files. They are needed for patches whose pixels the miner did not
   * keep, and for the thumbnails of whole pictures.
   */
  readonly images?: string | readonly PictureFile[];
}

/** A gallery that was drawn on a queue. */
export interface DrawnOnQueue extends DrawnGallery {
  /** The id of the run. */
  readonly id: string;
}

/** What the parts of a gallery depend on beside the miner and the pictures. */
const DRAWING = ['layers', 'maps', 'tile', 'zoom', 'contrast', 'gamma'] as const;
/** What only its page depends on. The day is left out, so that a run can be gone on with on the next day. */
const PAGE = ['title', 'command', 'versions', 'dependence', 'ruleChosen'] as const;

const NAMES: readonly (keyof DrawOnQueueOptions)[] = [
  ...QUEUE_OPTIONS.filter((name) => name !== 'attach'),
  ...DRAWING,
  ...PAGE,
  'date',
  'compare',
  'out',
  'model',
  'topology',
  'images',
  'input',
  'labels',
  'fallback',
  'followLinks',
  'maxPixels',
  'allowHosts',
];

/**
 * Writes a gallery as `writeGallery` does, with all workers that wait at a queue: they project the pictures and draw the
 * sprite sheets. The caller draws the thumbnails and what the gallery is compared with, and writes the page. The files are the
 * same to the byte as those of `writeGallery`, however many workers there are, and however often they are killed.
 *
 * The gallery is made in the shared folder, and is copied to `out` when it is finished. If the caller was stopped, the same
 * call waits for the same run.
 *
 * @returns as `writeGallery`, and the id of the run
 * @throws DeconvnetError as `writeGallery`; `pictures-not-found`; `queue-unreachable`; `run-unknown`; `part-failed`. The
 * signal's reason when it is aborted; the run goes on then.
 * @example
 * ```ts
 * import type { PatchMiner } from 'deconvnet';
 * import { drawOnQueue } from 'deconvnet/queue';
 *
 * const draw = (miner: PatchMiner) =>
 *   drawOnQueue(miner, {
 *     queue: 'redis://queue.local:6379',
 *     share: '/mnt/share',
 *     model: '/mnt/share/vgg16',
 *     images: '/mnt/share/val',
 *     out: 'gallery',
 *   });
 * ```
 */
export async function drawOnQueue(miner: PatchMiner, options: DrawOnQueueOptions): Promise<DrawnOnQueue> {
  checkMiner('drawOnQueue', miner);
  checkKeys('drawOnQueue', options, NAMES);
  const { lock, retry } = resolveQueueOptions(options);
  const { model, images, out, share, parts, date, compare, signal, onBegin, maxPixels = MAX_PIXELS } = options;
  const fetching = resolveFetching(options);
  checkValue(typeof model === 'string', 'model is the path of the model, which each worker loads', model);
  checkTopology(options);
  checkValue(
    isCount(maxPixels, 1),
    'maxPixels is the largest number of pixels of a picture, a whole number',
    maxPixels,
  );
  signal?.throwIfAborted();
  const { deconvnet } = miner;
  const compareWith = compare && (await environmentOf(compare.miner.deconvnet));
  const drawing = pick(options, DRAWING);
  const page = pick(options, PAGE);
  const work = await galleryWork(miner, { out, ...drawing });
  const files =
    images === undefined
      ? undefined
      : await mined(miner, await resolveListing(images, { ...options, hosts: fetching.hosts }));
  const state = miner.save();
  const settings = { state: sha256(state), gallery: work.identity, drawing, maxPixels };
  const identity = {
    ...(await environmentOf(deconvnet)),
    'mined state': `SHA-256 ${settings.state}`,
    gallery: work.identity,
    drawing: JSON.stringify(drawing),
    'pixels of a picture, at most': String(maxPixels),
    page: `SHA-256 ${sha256(JSON.stringify([page, compare ? [compare.title, sha256(compare.miner.save()), compareWith] : null]))}`,
    listing: files ? listingWords(files) : 'no pictures',
    'file sizes': `SHA-256 ${sha256(JSON.stringify(files?.map(({ bytes }) => bytes ?? null) ?? null))}`,
  };
  const id = idOf(identity);
  const server = await connectToQueue(options.queue, signal);
  try {
    const index = new RunIndex(server.redis);
    const folder = await findFolder(index, id, join(resolve(share), id));
    const network = plainOptions({ ...options, rule: deconvnet.engine.rule.name as RuleName });
    const finish = async (_: RunRecord, stop: AbortSignal | undefined): Promise<void> => {
      // It was finished, but the queue was not told.
      if (await folder.isFinished()) return;
      const source =
        files && listedImages(deconvnet, files, { paths: EVERYWHERE, maxPixels, ...pick(options, ['allowHosts']) });
      const drawn = await writeGallery(miner, {
        ...{ ...drawing, ...page, out: folder.gallery, workers: 0 },
        ...(date && { date }),
        ...(compare && { compare }),
        ...(source && { source }),
        ...(stop && { signal: stop }),
      });
      await folder.write(folder.drawn, [Buffer.from(JSON.stringify(drawn))]);
    };
    const run: ConductedRun = { server, index, folder, lock, retry, finish };
    const count = async (cost: number, pieces: number): Promise<number> =>
      Math.max(
        1,
        Math.min(
          pieces,
          parts ?? chooseParts({ pictures: pieces, cost: cost / Math.max(1, pieces), workers: await index.workers() }),
        ),
      );
    const projecting = await count(work.cost, work.pictures);
    const job: DrawSettings = {
      kind: 'draw',
      projecting,
      ...settings,
      ...(files && { list: sha256(JSON.stringify(files)) }),
    };
    const { record, attached } = await beginRun(run, {
      record: {
        ...{
          id,
          identity,
          created: Date.now(),
          model: resolve(model),
          folder: folder.path,
          origins: originsIn(files ?? []),
          ...resolvedTopology(options),
        },
        ...{ backend: getBackend() as NodeBackend, network, job, items: work.pictures + work.sheets },
        parts: projecting + (await count(work.drawingCost, work.sheets)),
      },
      prepare: async (begun) => {
        await folder.write(folder.state, [state]);
        if (files) await folder.writeList(0, files);
        return Array.from({ length: begun.parts }, () => '');
      },
    });
    onBegin?.({ id, parts: record.parts, items: record.items, attached, folder: folder.path });
    const end = await index.endOf(id);
    if (!end || end.failed !== undefined) await awaitRun(record, run, options);
    const drawn = JSON.parse(await readFile(folder.drawn, 'utf8')) as DrawnGallery;
    const copied = await copyGallery(folder.gallery, out);
    await folder.removeParts();
    return { ...drawn, ...copied, id };
  } catch (error) {
    // If the server is away, commands fail when nobody waits for them any more.
    signal?.throwIfAborted();
    throw error;
  } finally {
    await server.close();
  }
}

/** This machine listed the pictures, so it may read them wherever they are. */
const EVERYWHERE = new MachinePaths({}, ['/']);

/** The pictures that occur in the lists of a miner, with their sizes, in the order of their ids. */
async function mined(miner: PatchMiner, files: readonly PictureFile[]): Promise<ListedPicture[]> {
  const ids = new Set(miner.pictureWork({ layers: miner.layers }).map(({ id }) => id));
  const own = files.filter(({ id }) => ids.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
  return withSizes(own);
}

/** Some options, as far as they are given. */
function pick<Options extends object, Name extends keyof Options>(
  options: Options,
  names: readonly Name[],
): Pick<Options, Name> {
  return Object.fromEntries(
    names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  ) as Pick<Options, Name>;
}
