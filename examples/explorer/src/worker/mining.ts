import { type Deconvnet, defaultLayers, type Patch, PatchMiner, type SourceItem } from 'deconvnet';
import type { CollectionPicture, MiningProgress } from '../protocol';
import { batchSizeOf } from './batch-size';
import { readPicture } from './read-picture';

/** Looks through a collection for the strongest patches, a batch at a time, so that other work goes on in between. */
export class Mining {
  readonly #pictures: ReadonlyMap<string, CollectionPicture>;
  readonly #stop = new AbortController();
  readonly #miner: PatchMiner;
  #skipped = 0;

  /** The deconvnet is its own, and disposed by `run`: what is found is the same under every rule. */
  constructor(deconvnet: Deconvnet, layer: string, pictures: readonly CollectionPicture[]) {
    // One forward pass serves all layers, so that the next one need not be waited for again. Pixels are not kept: the
    // pictures are at hand.
    this.#miner = new PatchMiner(deconvnet, {
      layers: [...new Set([...defaultLayers(deconvnet).layers, layer])],
      maxBytes: 0,
    });
    this.#pictures = new Map(pictures.map((picture) => [picture.id, picture]));
  }

  /** Pictures mined so far. */
  get images(): number {
    return this.#miner.images;
  }

  /** Mines all pictures, or as many as there is time for until `stop`. */
  async run(onProgress: (progress: MiningProgress) => void): Promise<void> {
    const { signal } = this.#stop;
    const { deconvnet } = this.#miner;
    const batchSize = batchSizeOf(deconvnet);
    const total = this.#pictures.size;
    const report = (): void => onProgress({ images: this.images, total, skipped: this.#skipped });
    report();
    try {
      await this.#miner.run(this.#source(), { batchSize, onProgress: report, signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      deconvnet.dispose();
    }
    report();
  }

  /** Ends `run` after the batch in hand; what has been found stays. */
  stop(): void {
    this.#stop.abort();
  }

  /** The strongest patches of a feature map found so far, with their pictures; null where the layer is not mined. */
  top(layer: string, featureMap: number): { readonly patch: Patch; readonly blob: Blob }[] | null {
    if (!this.#miner.layers.includes(layer)) return null;
    return this.#miner.top(layer, featureMap).map((patch) => ({ patch, blob: this.#pictures.get(patch.id)!.blob }));
  }

  async *#source(): AsyncGenerator<SourceItem, void, undefined> {
    for (const { id, label, blob } of this.#pictures.values()) {
      const picture = await readPicture(blob).catch(() => null);
      if (!picture) {
        this.#skipped++;
        continue;
      }
      yield { id, image: this.#miner.deconvnet.toInput(picture), ...(label !== undefined && { label }) };
    }
  }
}
