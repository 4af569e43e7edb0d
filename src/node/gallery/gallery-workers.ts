import { getBackend } from '@tensorflow/tfjs-core';
import type { PatchMiner } from '../../mine/patch-miner.js';
import type { RuleName } from '../../mirrors/rules.js';
import { chooseWorkers } from '../mine/choose-workers.js';
import { plainOptions } from '../mine/open-network.js';
import { setupUrl } from '../mine/setup-module.js';
import { openThreads } from '../mine/threads.js';
import type { PlainDeconvnetOptions } from '../mine/worker-protocol.js';
import { type ModelPlace, topologyOption } from '../models/model-place.js';
import type { NodeBackend } from '../peers.js';
import type { Workers } from '../projecting/ask-again.js';

/** Where worker threads find the network of a miner. */
export interface WorkerNetwork extends ModelPlace, Omit<PlainDeconvnetOptions, 'rule'> {
  /** As the option of the same name of `mineImages`. */
  readonly setup?: string | URL;
}

/** Which worker threads a gallery may have. */
export interface GalleryWorkersOptions {
  /** The number of worker threads; 0: this thread does everything; undefined: as many as are worth it. */
  readonly workers: number | undefined;
  /** Without it this thread does everything. */
  readonly network: WorkerNetwork | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The number of multiply-adds that take about as long as drawing this number of feature maps. */
export function drawingCost(maps: number): number {
  return 5e7 * maps;
}

/** The worker threads of a gallery: the same ones project the patches of a miner and draw. */
export class GalleryWorkers {
  readonly #miner: PatchMiner;
  readonly #options: GalleryWorkersOptions;
  #open: Promise<Workers> | undefined;

  constructor(miner: PatchMiner, options: GalleryWorkersOptions) {
    this.#miner = miner;
    this.#options = options;
  }

  /**
   * Starts the threads, unless they run already. Undefined if this thread should do the work.
   *
   * @param work the estimated multiply-adds of projecting, and the number of feature maps to draw
   */
  async start({ cost, maps }: { readonly cost: number; readonly maps: number }): Promise<Workers | undefined> {
    this.#open ??= this.#startFor(cost, maps);
    return this.#open;
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    const open = await this.#open?.catch(() => undefined);
    await open?.threads.close();
  }

  #startFor(cost: number, maps: number): Promise<Workers> | undefined {
    const { workers, network, signal } = this.#options;
    const { deconvnet } = this.#miner;
    const backend = getBackend();
    if (!network || (backend !== 'wasm' && backend !== 'cpu')) return undefined;
    const count = workers ?? chooseWorkers(deconvnet, cost + drawingCost(maps));
    if (count === 0) return undefined;
    const start = {
      ...{ model: network.model, ...topologyOption(network), backend: backend as NodeBackend },
      network: plainOptions({ ...network, rule: deconvnet.engine.rule.name as RuleName }),
      ...(network.setup !== undefined && { setup: setupUrl(network.setup) }),
    };
    // Drawing does not need the network.
    return openThreads(count, start, signal, { network: cost > 0 }).then((threads) => ({ threads, count }));
  }
}
