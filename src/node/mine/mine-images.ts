import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { resolveMinerOptions } from '../../mine/miner-options.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import { topologyOption } from '../models/model-place.js';
import type { NodeBackend } from '../peers.js';
import { MAX_PIXELS } from '../pictures/read-picture-options.js';
import { resolveListing } from '../pictures/resolve-listing.js';
import { takePictures } from '../pictures/take-pictures.js';
import type { Checkpoint } from './checkpoint-bytes.js';
import { CheckpointFile } from './checkpoint-file.js';
import { Checkpointer } from './checkpointer.js';
import { chooseChunk } from './choose-chunk.js';
import { chooseWorkers } from './choose-workers.js';
import { type ChunkMiner, localMiner, threadMiner } from './chunk-miner.js';
import type { ChunkMinerOptions, ChunkSettings, LeftOut } from './mine-chunk.js';
import { type MineImagesOptions, resolveMineOptions } from './mine-images-options.js';
import { miningCost } from './mining-cost.js';
import { progressOf } from './mining-progress.js';
import { type Caution, MiningRun } from './mining-run.js';
import { checkNetwork, chooseBackend, openNetwork, plainOptions } from './open-network.js';
import { runIdentity } from './run-identity.js';
import { setupUrl } from './setup-module.js';
import { openThreads } from './threads.js';

/** Which pictures a run mined and which it left out. */
export interface MiningReport {
  /** The number of pictures that were mined. */
  readonly images: number;
  /** Pictures that cannot be read, in the order of their ids. */
  readonly skipped: readonly LeftOut[];
  /** Pictures that made the network overflow, or made a worker end twice, in the order of their ids. */
  readonly setAside: readonly LeftOut[];
  /** The number of pictures that were already done in the checkpoint from which this run resumed. */
  readonly resumed: number;
}

/** The result of a run. */
export interface MinedImages {
  /** The miner with what was found. The caller disposes its Deconvnet and its model. */
  readonly miner: PatchMiner;
  readonly report: MiningReport;
}

/**
 * Searches a whole data set for the strongest patches of each feature map. It can use several cores, and it can be
 * stopped, killed and resumed. The result is the same to the byte however many cores and runs it took.
 *
 * @throws DeconvnetError `invalid-option`, `pictures-not-found`, `duplicate-id`; as `loadModel`, `new Deconvnet` and
 * `new PatchMiner`; `input-unknown`; `empty-source` if the list has no pictures; `picture-unreadable` if no picture can be
 * read, unless it is a shard of fewer than 16 pictures; `write-failed` if the first
 * checkpoint cannot be written; `state-unreadable` if both the last and the previous checkpoint are damaged;
 * `state-mismatch` if the checkpoint belongs to another run; `worker-failed` if workers do not start, or end repeatedly.
 * The signal's reason when it is aborted.
 * @example
 * ```ts
 * import { mineImages } from 'deconvnet/node';
 *
 * const mine = async (signal: AbortSignal) => {
 *   const { miner, report } = await mineImages({
 *     model: 'vgg16',
 *     images: 'imagenet/val',
 *     layers: ['block3_conv3', 'block4_conv3'],
 *     workers: 4,
 *     checkpoint: { path: 'vgg16.checkpoint' },
 *     resume: true,
 *     signal,
 *   });
 *   for (const { reason } of [...report.skipped, ...report.setAside]) console.warn(reason);
 *   return miner;
 * };
 * ```
 */
export async function mineImages(options: MineImagesOptions): Promise<MinedImages> {
  return mineWatched(options, {});
}

/** How a process that is watched by another one mines. */
export interface Watch {
  readonly caution?: Caution;
  /** Says before each checkpoint whether this process may still write it; by default it always may. */
  readonly mayWrite?: () => Promise<boolean>;
}

/** Mines as `mineImages` does, in a process that another one watches. */
export async function mineWatched(options: MineImagesOptions, { caution, mayWrite }: Watch): Promise<MinedImages> {
  const { workers: wanted, chunk: wantedChunk, resume, checkpoint, fetching } = resolveMineOptions(options);
  const { signal, onWarning = () => undefined, onProgress } = options;
  signal?.throwIfAborted();
  const listed = await resolveListing(options.images, { ...options, hosts: fetching.hosts });
  if (listed.length === 0) throw new DeconvnetError('empty-source', 'The list has no pictures.');
  const files = takePictures(listed, options);
  const backend = await chooseBackend(options.backend, wanted ?? 0);
  const setup = options.setup === undefined ? undefined : setupUrl(options.setup);
  const network = await openNetwork(options, setup);
  const { deconvnet } = network;
  try {
    const settings: ChunkSettings = { ...chunkSettings(options, deconvnet), fetching };
    const miner = new PatchMiner(deconvnet, settings.miner);
    await checkNetwork(miner);
    const cost = miningCost(miner);
    const workers = wanted ?? suitableWorkers(options, { miner, backend, cost: files.length * cost });
    const chunk = wantedChunk ?? chooseChunk({ pictures: files.length, workers, cost });
    const file = checkpoint && new CheckpointFile(checkpoint.path, mayWrite);
    const identity = file ? await runIdentity(deconvnet, files, settings) : {};
    const run = new MiningRun({
      ...{ miner, files, identity, chunk, caution },
      from: file && (await checkpointToResume(file, { resume, identity, onWarning })),
    });
    const resumed = run.work.done;
    if (!run.work.finished) {
      // If the checkpoint cannot be written, the run fails now and not after hours.
      if (resumed === 0) await file?.write(run.checkpoint);
      const saver = file && new Checkpointer(file, { every: checkpoint.every, make: () => run.checkpoint, onWarning });
      let chunkMiner: ChunkMiner | undefined;
      try {
        chunkMiner =
          workers === 0
            ? localMiner(deconvnet, settings, signal)
            : threadMiner(
                await openThreads(
                  workers,
                  {
                    ...{ model: options.model!, ...topologyOption(options) },
                    backend: backend as NodeBackend,
                    network: plainOptions(options),
                    ...(setup !== undefined && { setup }),
                    settings,
                  },
                  signal,
                ),
                deconvnet,
                workers,
              );
        const progress = progressOf(run, files.length, () => miner.images);
        const onChunk = (): void => {
          onProgress?.(progress());
          saver?.tick();
        };
        onProgress?.(progress());
        await run.mineAll(chunkMiner, onChunk, signal);
      } finally {
        await chunkMiner?.close();
        await saver?.finish();
      }
    }
    checkSomething(miner, run, { pictures: files.length, part: (options.shard?.count ?? 1) > 1 });
    const report = { images: miner.images, skipped: byId(run.skipped), setAside: byId(run.setAside), resumed };
    return { miner, report };
  } catch (error) {
    network.dispose();
    throw error;
  }
}

/** The number of worker threads for a run, if nobody has said it. */
function suitableWorkers(
  { model }: MineImagesOptions,
  { miner, backend, cost }: { readonly miner: PatchMiner; readonly backend: string; readonly cost: number },
): number {
  if (model === undefined || (backend !== 'wasm' && backend !== 'cpu')) return 0;
  return chooseWorkers(miner.deconvnet, cost);
}

async function checkpointToResume(
  file: CheckpointFile,
  {
    resume,
    identity,
    onWarning,
  }: {
    readonly resume: boolean;
    readonly identity: Checkpoint['run'];
    readonly onWarning: (warning: DeconvnetError) => void;
  },
): Promise<Checkpoint | undefined> {
  if (resume) return file.read(identity, onWarning);
  if (!(await file.exists())) return undefined;
  throw new DeconvnetError('invalid-option', `The checkpoint ${file.path} exists already.`, {
    advice: {
      about: 'resume',
      text: 'Resume from it with { resume: true }, or remove it, and the previous one (.prev), to start again.',
    },
  });
}

/** How every chunk of a run is mined, with all defaults filled in, so that it is the same in all threads and machines. */
export function chunkSettings(options: MineImagesOptions, deconvnet: Deconvnet): Omit<ChunkSettings, 'fetching'> {
  const { batchSize = 16, maxPixels = MAX_PIXELS } = options;
  return { miner: minerOptionsOf(options, deconvnet), batchSize, maxPixels };
}

function minerOptionsOf(options: MineImagesOptions, deconvnet: Deconvnet): ChunkMinerOptions {
  const { layers, featureMaps, k, perImage, maxBytes } = options;
  const resolved = resolveMinerOptions(deconvnet, {
    ...(layers !== undefined && { layers }),
    ...(featureMaps !== undefined && { featureMaps }),
    ...(k !== undefined && { k }),
    ...(perImage !== undefined && { perImage }),
    ...(maxBytes !== undefined && { maxBytes }),
  });
  return {
    layers: resolved.mined.map(({ node }) => node.name),
    featureMaps: featureMaps ?? {},
    k: resolved.k,
    perImage: resolved.perImage,
    maxBytes: resolved.maxBytes,
  };
}

/** If a shard cannot mine this many pictures, and mines no other, the pictures are probably not the cause. */
const MANY = 16;

/**
 * Checks that something was mined. A shard may be empty if it has no pictures, or only a few bad ones: the pictures of
 * the other shards count, and its state can be merged with theirs.
 */
function checkSomething(
  { images }: PatchMiner,
  { skipped, setAside }: MiningRun,
  { pictures, part }: { readonly pictures: number; readonly part: boolean },
): void {
  if (images > 0 || (part && pictures < MANY)) return;
  const [first] = [...skipped, ...setAside];
  throw new DeconvnetError('picture-unreadable', `None of the ${pictures} pictures can be mined. ${first!.reason}`);
}

/** Sorts pictures by id, because chunks finish in any order, and the report must not depend on it. */
function byId(pictures: readonly LeftOut[]): LeftOut[] {
  return [...pictures].sort((a, b) => (a.id < b.id ? -1 : 1));
}
