import { getBackend } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { ImageLookup } from '../../mine/image-source.js';
import type { PatchMiner } from '../../mine/patch-miner.js';
import { type ProjectAllProgress, WorkProgress } from '../../mine/work-progress.js';
import type { RuleName } from '../../mirrors/rules.js';
import { chooseWorkers } from '../mine/choose-workers.js';
import { plainOptions } from '../mine/open-network.js';
import { setupUrl } from '../mine/setup-module.js';
import { openThreads } from '../mine/threads.js';
import type { PlainDeconvnetOptions } from '../mine/worker-protocol.js';
import type { NodeBackend } from '../peers.js';
import { type KeptProjections, keepProjections } from '../projecting/keep-projections.js';
import { type MapsToShow, shownOf } from './maps-to-show.js';
import { shownPatches } from './shown-patches.js';

/** Where worker threads find the network of a miner. */
export interface WorkerNetwork extends Omit<PlainDeconvnetOptions, 'rule'> {
  /** The path of the model. */
  readonly model: string;
  /** As the option of the same name of `mineImages`. */
  readonly setup?: string | URL;
}

/** Which projections a gallery needs, and how they are made. */
export interface ProjectForGalleryOptions {
  /** The layers that are shown; those that the miner does not have are left out. */
  readonly layers: readonly string[];
  readonly maps: MapsToShow;
  /** The folder in which the projections wait. */
  readonly folder: string;
  readonly source: ImageLookup | undefined;
  /** The number of worker threads; 0: this thread; undefined: as many as are worth it. */
  readonly workers: number | undefined;
  readonly network: WorkerNetwork | undefined;
  readonly onProgress: ((progress: ProjectAllProgress) => void) | undefined;
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
  const { maps, folder, source, network, onProgress, signal } = options;
  const layers = options.layers.filter((layer) => miner.layers.includes(layer));
  const featureMaps = Object.fromEntries(
    layers.map((name) => [name, mapsOf(miner, name, maps)] as const).filter(([, shown]) => shown.length > 0),
  );
  const work = miner.pictureWork({ layers: Object.keys(featureMaps), featureMaps });
  const progress = new WorkProgress(miner.deconvnet, work);
  const rule = miner.deconvnet.engine.rule.name as RuleName;
  const backend = getBackend();
  const workers = !canHaveWorkers(network, backend)
    ? 0
    : (options.workers ?? chooseWorkers(miner.deconvnet, progress.now.totalCost));
  const threads =
    network && workers > 0
      ? await openThreads(
          workers,
          {
            model: network.model,
            backend: backend as NodeBackend,
            network: plainOptions({ ...network, rule }),
            ...(network.setup !== undefined && { setup: setupUrl(network.setup) }),
          },
          signal,
        )
      : undefined;
  try {
    const kept = await keepProjections(miner, {
      ...{ work, progress, folder, source, onProgress, signal },
      ...(threads && { workers: { threads, count: workers } }),
    });
    checkSomething(miner, kept, { source, layers: Object.keys(featureMaps) });
    return kept;
  } finally {
    await threads?.close();
  }
}

function canHaveWorkers(network: WorkerNetwork | undefined, backend: string): boolean {
  return network !== undefined && (backend === 'wasm' || backend === 'cpu');
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
