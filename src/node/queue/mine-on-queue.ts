import { join, resolve } from 'node:path';
import { checkKeys, describeValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import { chunkSettings, type MinedImages } from '../mine/mine-images.js';
import { MINE_OPTIONS, type MineImagesOptions, resolveMineOptions } from '../mine/mine-images-options.js';
import { miningCost } from '../mine/mining-cost.js';
import { checkNetwork, chooseBackend, openNetwork, plainOptions } from '../mine/open-network.js';
import { identityDifferences, runIdentity } from '../mine/run-identity.js';
import { setupUrl } from '../mine/setup-module.js';
import { resolvedTopology } from '../models/model-place.js';
import type { NodeBackend } from '../peers.js';
import { resolveFetching } from '../pictures/fetching.js';
import { resolveListing } from '../pictures/resolve-listing.js';
import { takePictures } from '../pictures/take-pictures.js';
import { awaitRun, beginRun, type ConductedRun } from './conduct-run.js';
import { connectToQueue } from './connect.js';
import { BEGIN_AGAIN, findFolder, findRun } from './find-run.js';
import { chooseParts, originsIn, withSizes, writeLists } from './list-parts.js';
import { PartMerger, readMerged } from './merge-parts.js';
import type { MineSettings } from './mine-settings.js';
import { QUEUE_OPTIONS, type QueueOptions, resolveQueueOptions } from './queue-options.js';
import { idOf, miningIdentity, withoutListing } from './run-identity-of.js';
import { RunIndex, type RunRecord } from './run-record.js';

/** Options of `mineImages` that say how one machine mines. */
const ONLY_HERE = ['workers', 'chunk', 'checkpoint', 'resume', 'shard'] as const;
type OnlyHere = (typeof ONLY_HERE)[number];

/** What to mine on a queue, with which network, and how. */
export interface MineOnQueueOptions extends Omit<MineImagesOptions, OnlyHere | keyof QueueOptions>, QueueOptions {
  /** As the option of the same name of `mineImages`. Workers load the model from there, too, and from `topology`. */
  readonly model: string;
}

/** The result of mining on a queue. */
export interface MinedOnQueue extends MinedImages {
  /** The id of the run. */
  readonly id: string;
}

const NAMES = [
  ...MINE_OPTIONS.filter((name) => !(ONLY_HERE as readonly string[]).includes(name)),
  ...QUEUE_OPTIONS,
] as readonly (keyof MineOnQueueOptions)[];

/**
 * Searches a data set for the strongest patches of each feature map, with all workers that wait at a queue. The result is the
 * same to the byte as that of `mineImages`, however many workers there are, and however often they are killed.
 *
 * The pictures are cut into parts. Each part is a job of BullMQ on the Redis server; another job merges their results when
 * all are done. Start workers with `work`, or on the command line with `deconvnet work`, on each machine, before or after.
 * The results are files in the shared folder.
 *
 * @returns the miner and the report, as `mineImages`, and the id of the run. The caller disposes the miner's Deconvnet and
 * its model.
 * @throws DeconvnetError as `mineImages`; `queue-unreachable`; `run-unknown`; `part-failed`; `state-mismatch` if the run to
 * attach to is another one. The signal's reason when it is aborted; the run goes on then.
 * @example
 * ```ts
 * import { mineOnQueue } from 'deconvnet/queue';
 *
 * const mine = () =>
 *   mineOnQueue({
 *     queue: 'redis://queue.local:6379',
 *     share: '/mnt/share',
 *     model: '/mnt/share/vgg16',
 *     images: '/mnt/share/val',
 *     layers: ['block4_conv3'],
 *     onBegin: ({ id, parts }) => console.log(`Run ${id}, ${parts} parts`),
 *     onProgress: ({ done, total, workers }) => console.log(done, total, workers),
 *   });
 * ```
 */
export async function mineOnQueue(options: MineOnQueueOptions): Promise<MinedOnQueue> {
  checkKeys('mineOnQueue', options, NAMES);
  const { lock, retry } = resolveQueueOptions(options);
  const { model, attach, signal, onBegin, parts, onProgress, onWarning, ...mining } = options;
  checkModel(model);
  // What only workers would notice is noticed now.
  resolveMineOptions({ model, ...ofMining(mining) });
  signal?.throwIfAborted();
  const server = await connectToQueue(options.queue, signal);
  try {
    const index = new RunIndex(server.redis);
    const found = attach === undefined ? undefined : await findRun(index, attach, server.name, BEGIN_AGAIN);
    const images = { model, ...mining };
    let files = found
      ? []
      : await withSizes(
          takePictures(
            await resolveListing(options.images, { ...options, hosts: resolveFetching(options).hosts }),
            options,
          ),
        );
    const backend = (await chooseBackend(options.backend, 1)) as NodeBackend;
    const network = await openNetwork(images, options.setup === undefined ? undefined : setupUrl(options.setup));
    const { deconvnet } = network;
    try {
      const settings: MineSettings = { kind: 'mine', ...chunkSettings(images, deconvnet), fetch: options.fetch ?? {} };
      const identity = await miningIdentity(deconvnet, settings, files);
      if (found) checkSame(found, identity);
      const id = attach ?? idOf(identity);
      const folder = await findFolder(index, id, join(resolve(options.share), id));
      const merger = new PartMerger({
        deconvnet,
        folder,
        settings: settings.miner,
        identity: await runIdentity(deconvnet, [], settings),
      });
      const run: ConductedRun = {
        ...{ server, index, folder, lock, retry },
        ahead: (stop) => merger.ahead(stop),
        finish: (record, stop) => merger.finish(record.parts, stop),
      };
      const miner = new PatchMiner(deconvnet, settings.miner);
      await checkNetwork(miner);
      const plan = async (): Promise<RunRecord> => ({
        ...{ id, identity, created: Date.now(), model: resolve(model), folder: folder.path, backend },
        ...resolvedTopology(options),
        origins: originsIn(files),
        ...{ network: plainOptions(options), job: settings, items: files.length },
        parts: Math.min(
          files.length,
          parts ?? chooseParts({ cost: miningCost(miner), pictures: files.length, workers: await index.workers() }),
        ),
      });
      const { record, attached } = found
        ? { record: found, attached: true }
        : await beginRun(run, {
            record: await plan(),
            prepare: ({ parts: count }) => writeLists(folder, files, count),
          });
      // A run takes hours, and a listing of a million pictures hundreds of megabytes.
      files = [];
      onBegin?.({ id, parts: record.parts, items: record.items, attached, folder: folder.path });
      const end = await index.endOf(id);
      if (!end || end.failed !== undefined) {
        await awaitRun(record, run, {
          ...(onProgress && { onProgress }),
          ...(onWarning && { onWarning }),
          ...(signal && { signal }),
        });
      }
      const mined = await readMerged(folder, deconvnet);
      checkMined(mined);
      await folder.removeParts();
      return { ...mined, id };
    } catch (error) {
      network.dispose();
      throw error;
    }
  } catch (error) {
    // If the server is away, commands fail when nobody waits for them any more.
    signal?.throwIfAborted();
    throw error;
  } finally {
    server.close();
  }
}

/** Throws as `mineImages` does if no picture could be mined. */
function checkMined({ miner, report: { skipped, setAside } }: MinedImages): void {
  const [first] = [...skipped, ...setAside];
  if (miner.images > 0 || !first) return;
  throw new DeconvnetError('picture-unreadable', `None of the pictures can be mined. ${first.reason}`);
}

/** The options that `mineImages` has, too. */
function ofMining(options: object): MineImagesOptions {
  const names: readonly string[] = MINE_OPTIONS;
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name))) as never;
}

function checkModel(model: unknown): void {
  if (typeof model === 'string') return;
  throw new DeconvnetError(
    'invalid-option',
    `model is the path of a model, which each worker loads; it is ${describeValue(model)}.`,
  );
}

function checkSame(found: RunRecord, identity: RunRecord['identity']): void {
  const differences = identityDifferences(withoutListing(found.identity), withoutListing(identity));
  if (differences.length === 0) return;
  throw new DeconvnetError(
    'state-mismatch',
    `The run ${found.id} is another one. ${differences.join('; ')}. Use the same model and options as that run.`,
  );
}
