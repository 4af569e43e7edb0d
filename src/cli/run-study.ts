import type { Deconvnet } from 'deconvnet';
import type { PictureFile, StudyCost, WrittenStudy } from 'deconvnet/node';
import { counted } from '../errors/counted.js';
import { CliError } from './cli-error.js';
import { whatWasAsked } from './draw-gallery.js';
import { duration } from './duration.js';
import { type Library, packageVersion } from './load-library.js';
import { readingOptions } from './picture-options.js';
import { type Progress, startProgress, type Unit } from './progress.js';
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
  let unit: Unit = ['image'];
  const { index } = await terminal.interruptible(async (signal) => {
    const tell = (): unknown => terminal.err.write('Stopping as soon as the images that are running are done.\n');
    signal.addEventListener('abort', tell, { once: true });
    try {
      return await write({
        ...studySettings(run),
        async onCost(cost) {
          before = cost.done;
          if (cost.down > 0) unit = ['image or projection', 'images and projections'];
          await tellStudyCost(run, cost);
        },
        onProgress({ done, total }) {
          progress ??= startProgress(terminal, what, total, before, unit);
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

/** Says how many images will be run, and how long that takes. For that it runs a batch up, and a few images up and down. */
async function tellStudyCost(run: StudyRun, { up, down, atMost, done, left }: StudyCost): Promise<void> {
  const { library, terminal, deconvnet, files, given } = run;
  const parts = [`${atMost ? 'At most ' : ''}${counted(up, 'image')} up through the network`];
  if (down > 0) parts.push(`${counted(down, 'projection')} down to the pixels`);
  if (done > 0) parts.push(`${done.toLocaleString('en')} of both done by an earlier run`);
  terminal.err.write(`${parts.join(', ')}.\n`);
  const image = await readImage(library, deconvnet, files[0]!.path, readingOptions(given)).catch(() => undefined);
  // The study says why the picture cannot be read.
  if (!image) return;
  try {
    // It computes with TensorFlow.js, which may be missing when the command starts.
    const { secondsPerComparison, secondsPerImage } = await import('./seconds-per-image.js');
    const seconds = await secondsPerImage(library, deconvnet, image, given.batchSize);
    const { comparisons = 0 } = left;
    const comparing = comparisons > 0 ? comparisons * secondsPerComparison(image) : 0;
    terminal.err.write(`Estimate: ${duration(left.up * seconds.up + left.down * seconds.down + comparing)}.\n`);
  } finally {
    image.dispose();
  }
}
