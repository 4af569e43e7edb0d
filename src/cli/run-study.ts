import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from 'deconvnet';
import type { PictureFile, StudyCost, WrittenStudy } from 'deconvnet/node';
import { counted } from '../errors/counted.js';
import { CliError } from './cli-error.js';
import { whatWasAsked } from './draw-gallery.js';
import { duration } from './duration.js';
import { type Library, packageVersion } from './load-library.js';
import { readingOptions } from './picture-options.js';
import { type Progress, startProgress } from './progress.js';
import { readImage } from './read-image.js';
import type { StudyCallbacks, StudyChoice, StudySettings } from './study-options.js';
import { shellWords, type Terminal } from './terminal.js';

/** A study that a command runs. */
export interface StudyRun {
  readonly library: Library;
  readonly given: StudyChoice;
  readonly args: readonly string[];
  readonly terminal: Terminal;
  /** The network, and pictures of which one is run to estimate the time. */
  readonly deconvnet: Deconvnet;
  readonly files: readonly PictureFile[];
}

/** How the pictures of a study are read, and how its page is made, in the form that the library takes. */
function studySettings({ given, args }: StudyRun): StudySettings {
  const { out, title, limit, followLinks, batchSize, contrast, gamma, backend } = given;
  return {
    ...{ out, batchSize, ...readingOptions(given) },
    ...(contrast !== undefined && { contrast }),
    ...(gamma !== undefined && { gamma }),
    ...(title !== undefined && { title }),
    ...(limit !== undefined && { limit }),
    ...(followLinks !== undefined && { followLinks }),
    command: `deconvnet ${shellWords(whatWasAsked(args))}`,
    versions: { deconvnet: packageVersion(), backend, node: process.versions.node },
    date: new Date(),
  };
}

/**
 * Runs a study: says the cost first, shows the progress, and prints the path of the page. If it is stopped, it says how to
 * go on.
 *
 * @param what what the progress is called: `Covering pictures`
 * @param write calls the function of the library
 */
export async function runStudy(
  run: StudyRun,
  what: string,
  write: (settings: StudySettings & StudyCallbacks) => Promise<WrittenStudy>,
): Promise<void> {
  const { given, args, terminal } = run;
  const started = Date.now();
  let progress: Progress | undefined;
  let before = 0;
  const { index } = await terminal.interruptible(async (signal) => {
    const tell = (): unknown => terminal.err.write('Stopping as soon as the images that are running are done.\n');
    signal.addEventListener('abort', tell, { once: true });
    try {
      return await write({
        ...studySettings(run),
        async onCost(cost) {
          before = cost.done;
          await tellStudyCost(run, cost);
        },
        onProgress({ done, total }) {
          progress ??= startProgress(terminal, what, total, before, ['image']);
          progress.update(done);
        },
        signal,
      });
    } catch (error) {
      if (error !== signal.reason) throw error;
      const again = `Go on with:\n\n  deconvnet ${shellWords(args)}\n`;
      throw new CliError(
        (error as CliError).exitCode,
        `Interrupted. No page was written. The parts that were finished are kept in ${given.out}. ${again}`,
      );
    } finally {
      progress?.stop();
    }
  });
  terminal.err.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  terminal.out.write(`${index}\n`);
}

/** How many images are run together to estimate the time. */
const SAMPLE = 4;

/** Says how many images will be run, and how long that takes. For that it runs one image up, and a few up and down. */
async function tellStudyCost(run: StudyRun, { up, down, done }: StudyCost): Promise<void> {
  const { library, terminal, deconvnet, files, given } = run;
  const parts = [`${counted(up, 'image')} up through the network`];
  if (down > 0) parts.push(`${counted(down, 'projection')} down to the pixels`);
  if (done > 0) parts.push(`${done.toLocaleString('en')} of both done by an earlier run`);
  terminal.err.write(`${parts.join(', ')}.\n`);
  const image = await readImage(library, deconvnet, files[0]!.path, readingOptions(given)).catch(() => undefined);
  // The study says why the picture cannot be read.
  if (!image) return;
  try {
    const seconds = await secondsPerImage(library, deconvnet, image);
    const left = (up + down - done) / Math.max(1, up + down);
    const total = (up * seconds.up + down * seconds.down) * left;
    terminal.err.write(`Estimate: ${duration(total)}.\n`);
  } finally {
    image.dispose();
  }
}

/** How long one image takes up to the last default layer, and how long one projection takes from there. */
async function secondsPerImage(
  { defaultLayers }: Library,
  deconvnet: Deconvnet,
  image: Tensor,
): Promise<{ readonly up: number; readonly down: number }> {
  const { stack, unstack } = await import('@tensorflow/tfjs-core');
  const layer = defaultLayers(deconvnet).layers.at(-1);
  if (layer === undefined) return { up: 0, down: 0 };
  const [single] = image.rank === 4 ? unstack(image) : [image];
  const batch = stack(Array.from({ length: SAMPLE }, () => single!));
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    // The first time, much is prepared that is needed only once.
    await work();
    const began = performance.now();
    await work();
    return (performance.now() - began) / 1000;
  };
  try {
    const selection = { layer, featureMap: 0, position: 'strongest' } as const;
    const up = await timed(async () => (await deconvnet.activations(single!, layer)).dispose());
    const both = await timed(async () => {
      for (const projection of await deconvnet.projectBatch(batch, selection)) projection.dispose();
    });
    return { up, down: Math.max(0, both / SAMPLE - up) };
  } finally {
    batch.dispose();
    if (single !== image) single?.dispose();
  }
}
