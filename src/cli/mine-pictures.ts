import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Deconvnet, PatchMinerOptions } from 'deconvnet';
import type { MinedImages } from 'deconvnet/node';
import { topologyOption } from '../node/models/model-place.js';
import { messageOf } from './advice.js';
import type { Library } from './load-library.js';
import type { MiningOptions } from './mining-options.js';
import { networkOptions } from './open-network.js';
import { readingOptions } from './picture-options.js';
import { type Progress, startProgress } from './progress.js';
import { featureMapsOf } from './read-maps.js';
import { tellPictures } from './skipped.js';
import type { Terminal } from './terminal.js';

/** What to mine, and where to report it. */
export interface MiningJob {
  readonly model: string;
  readonly images: Awaited<ReturnType<Library['listPictures']>>;
  readonly given: MiningOptions;
  readonly terminal: Terminal;
  /** Aborted with a `CliError`. */
  readonly signal: AbortSignal;
}

/** Mines pictures with the options of the command line, and shows the progress. */
export async function minePictures(library: Library, deconvnet: Deconvnet, job: MiningJob): Promise<MinedImages> {
  const { model, images, given, terminal, signal } = job;
  const { workers, backend, checkpoint, every, resume = false } = given;
  const { limit, shard } = given;
  if (checkpoint !== undefined) await mkdir(dirname(checkpoint), { recursive: true });
  let progress: Progress | undefined;
  try {
    return await library.mineImages({
      ...{ model, deconvnet, images, backend, resume },
      ...(workers !== undefined && { workers }),
      ...minerOptionsOf(library, deconvnet, given),
      ...(await networkOptions(given)),
      ...topologyOption(given),
      ...(given.import !== undefined && { setup: given.import }),
      ...readingOptions(given),
      ...(limit !== undefined && { limit }),
      ...(shard && { shard }),
      ...(checkpoint !== undefined && { checkpoint: { path: checkpoint, every } }),
      signal,
      onWarning: (warning) => terminal.err.write(`Warning: ${messageOf(warning)}\n`),
      onProgress({ done, total, skipped, setAside }) {
        progress ??= startProgress(terminal, 'Mining pictures', total, done);
        const left = [
          ...(skipped > 0 ? [`${skipped} skipped`] : []),
          ...(setAside > 0 ? [`${setAside} set aside`] : []),
        ];
        progress.update(done, left.join(', '));
      },
    });
  } finally {
    progress?.stop();
  }
}

/** What to mine, in the form that a miner takes. */
export function minerOptionsOf(
  library: Library,
  deconvnet: Deconvnet,
  { layers, maps, top: k, perImage, maxBytes }: MiningOptions,
): PatchMinerOptions {
  return {
    ...{ k, perImage },
    ...(layers && { layers }),
    ...(maps && { featureMaps: featureMapsOf(library, deconvnet, layers, maps) }),
    ...(maxBytes !== undefined && { maxBytes }),
  };
}

/** Reports the pictures that were left out. */
export function tellReport({ report: { skipped, setAside } }: MinedImages, terminal: Terminal): void {
  const reasons = (pictures: typeof skipped): string[] => pictures.map(({ reason }) => reason);
  tellPictures(terminal, 'skipped', reasons(skipped));
  tellPictures(terminal, 'set aside', reasons(setAside));
}
