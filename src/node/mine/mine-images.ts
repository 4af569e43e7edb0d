import { env } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { resolveMinerOptions } from '../../mine/miner-options.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import type { NodeBackend } from '../peers.js';
import { MAX_PIXELS } from '../pictures/read-picture.js';
import { resolveListing } from '../pictures/resolve-listing.js';
import { takePictures } from '../pictures/take-pictures.js';
import type { Checkpoint } from './checkpoint-bytes.js';
import { CheckpointFile } from './checkpoint-file.js';
import { Checkpointer } from './checkpointer.js';
import { type ChunkMiner, localMiner } from './chunk-miner.js';
import type { ChunkMinerOptions, ChunkSettings, LeftOut } from './mine-chunk.js';
import { type MineImagesOptions, resolveMineOptions } from './mine-images-options.js';
import { openPool } from './miner-pool.js';
import { progressOf } from './mining-progress.js';
import { MiningRun } from './mining-run.js';
import { checkNetwork, chooseBackend, openNetwork, plainOptions } from './open-network.js';
import { runIdentity } from './run-identity.js';
import { setupUrl } from './setup-module.js';

/** What a run went through. */
export interface MiningReport {
  /** Pictures mined. */
  readonly images: number;
  /** Pictures that cannot be read, by id. */
  readonly skipped: readonly LeftOut[];
  /** Pictures that made the network overflow, or ended a worker twice, by id. */
  readonly setAside: readonly LeftOut[];
  /** How many pictures former runs had gone through, from whose checkpoint this one went on. */
  readonly resumed: number;
}

/** What a run gives. */
export interface MinedImages {
  /** What was found. Its Deconvnet and model are the caller's to dispose. */
  readonly miner: PatchMiner;
  readonly report: MiningReport;
}

/**
 * Mines a whole data set for the strongest patches of each feature map: over several cores, and over several runs, since
 * a run can be stopped, killed and resumed. What it finds does not depend on any of that, to the byte.
 *
 * @throws DeconvnetError `invalid-option`, `pictures-not-found`, `duplicate-id`; as `loadModel`, `new Deconvnet` and
 * `new PatchMiner`; `input-unknown`; `picture-unreadable` where no picture can be read; `write-failed` where there can be
 * no checkpoint; `state-unreadable` where one is damaged and the one before too; `state-mismatch` where it is of another
 * run; `worker-failed` where workers do not start, or end again and again; the signal's reason when it is aborted.
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
  const { workers, chunk, batchSize, resume, checkpoint } = resolveMineOptions(options);
  const { signal, onWarning = () => undefined, onProgress } = options;
  signal?.throwIfAborted();
  const files = takePictures(await resolveListing(options.images, options), options);
  const backend = await chooseBackend(options.backend, workers);
  const setup = options.setup === undefined ? undefined : setupUrl(options.setup);
  const network = await openNetwork(options, setup);
  const { deconvnet } = network;
  try {
    const minerOptions = minerOptionsOf(options, deconvnet);
    const settings: ChunkSettings = { miner: minerOptions, batchSize, maxPixels: options.maxPixels ?? MAX_PIXELS };
    const miner = new PatchMiner(deconvnet, minerOptions);
    await checkNetwork(miner);
    const file = checkpoint && new CheckpointFile(checkpoint.path);
    const identity = file ? await runIdentity(deconvnet, files, settings) : {};
    const run = new MiningRun({
      ...{ miner, files, identity, chunk },
      from: file && (await checkpointToResume(file, { resume, identity, onWarning })),
    });
    const resumed = run.work.done;
    if (!run.work.finished) {
      // A file that cannot be written shows now, and not after hours.
      if (resumed === 0) await file?.write(run.checkpoint);
      const saver = file && new Checkpointer(file, { every: checkpoint.every, make: () => run.checkpoint, onWarning });
      let who: ChunkMiner | undefined;
      try {
        who =
          workers === 0
            ? localMiner(deconvnet, settings, signal)
            : await openPool(
                workers,
                {
                  model: options.model!,
                  backend: backend as NodeBackend,
                  network: plainOptions(options),
                  ...(setup !== undefined && { setup }),
                  settings,
                  quiet: env().getBool('PROD'),
                },
                signal,
              );
        const progress = progressOf(run, files.length, () => miner.images);
        const onChunk = (): void => {
          onProgress?.(progress());
          saver?.tick();
        };
        onProgress?.(progress());
        await run.mineAll(who, onChunk, signal);
      } finally {
        await who?.close();
        await saver?.finish();
      }
    }
    checkSomething(miner, run, files.length);
    const report = { images: miner.images, skipped: byId(run.skipped), setAside: byId(run.setAside), resumed };
    return { miner, report };
  } catch (error) {
    network.dispose();
    throw error;
  }
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
  throw new DeconvnetError('invalid-option', `There is a checkpoint ${file.path} already.`, {
    advice: {
      about: 'resume',
      text: 'Go on from it with { resume: true }, or remove it, and the one before it (.prev), to begin from the start.',
    },
  });
}

/** The miner's options with nothing left open, the same for all threads. */
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

function checkSomething(miner: PatchMiner, { skipped, setAside }: MiningRun, pictures: number): void {
  if (miner.images > 0) return;
  const [first] = [...skipped, ...setAside];
  const why = first ? `None of the ${pictures} pictures can be mined. ${first.reason}` : 'The listing has no pictures.';
  throw new DeconvnetError(first ? 'picture-unreadable' : 'empty-source', why);
}

/** Chunks come in any order; what is told of them does not. */
function byId(pictures: readonly LeftOut[]): LeftOut[] {
  return [...pictures].sort((a, b) => (a.id < b.id ? -1 : 1));
}
