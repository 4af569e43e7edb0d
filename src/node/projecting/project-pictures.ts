import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { disposeImage, type ImageLookup } from '../../mine/image-source.js';
import type { PictureWork } from '../../mine/picture-work.js';
import { type SkippedImage, withImages } from '../../mine/project-all.js';
import type { ProjectAllProgress, WorkProgress } from '../../mine/work-progress.js';
import type { Threads } from '../mine/threads.js';
import { askAgain, TASKS_PER_WORKER, type Workers } from './ask-again.js';
import { pictureTask } from './picture-task.js';
import { type ProjectedPicture, projectToFile } from './project-to-file.js';
import type { ScratchFolder } from './scratch-folder.js';

/** What to project, and where the results wait. */
export interface ProjectPicturesOptions {
  readonly deconvnet: Deconvnet;
  readonly work: readonly PictureWork[];
  /** Counts the pictures of the work. */
  readonly progress: WorkProgress;
  readonly scratch: ScratchFolder;
  readonly source: ImageLookup | undefined;
  /**
   * Gives worker threads with the same network for an estimated number of multiply-adds; undefined if this thread does the
   * work.
   */
  readonly workers?: ((cost: number) => Promise<Workers | undefined>) | undefined;
  /** Called for each picture of which patches were left out. */
  readonly onSkip: (skipped: SkippedImage) => void;
  /** Called when the work begins, and after each picture. */
  readonly onProgress: (progress: ProjectAllProgress) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Projects the patches of pictures to files, one file per picture. Pictures whose files exist are not projected again. The
 * files do not depend on the number of workers.
 */
export async function projectPictures(options: ProjectPicturesOptions): Promise<void> {
  const { deconvnet, work, progress, scratch, source, signal, onSkip, onProgress } = options;
  signal?.throwIfAborted();
  const left = work.filter((one) => {
    if (!scratch.has(one.id)) return true;
    progress.finish(one);
    return false;
  });
  const { cost, totalCost } = progress.now;
  const workers = await options.workers?.(left.length > 0 ? Math.max(1, totalCost - cost) : 0);
  progress.begin();
  onProgress(progress.now);
  const running = new Set<Promise<void>>();
  const capacity = workers ? TASKS_PER_WORKER * workers.count : 1;
  try {
    for await (const { one, image } of withImages(left, source)) {
      try {
        signal?.throwIfAborted();
      } catch (error) {
        disposeImage({ id: one.id, image: image! });
        throw error;
      }
      const task = project(one, image, { deconvnet, path: scratch.fileOf(one.id), threads: workers?.threads }).then(
        ({ missing, changed }) => {
          if (missing > 0) onSkip({ id: one.id, reason: 'missing', patches: missing });
          if (changed > 0) onSkip({ id: one.id, reason: 'changed', patches: changed });
          running.delete(task);
          progress.finish(one);
          onProgress(progress.now);
        },
      );
      // It is awaited later. Until then a failure must not count as an unhandled rejection.
      task.catch(() => undefined);
      running.add(task);
      if (running.size >= capacity) await Promise.race(running);
    }
    await Promise.all(running);
    signal?.throwIfAborted();
  } finally {
    // The network must not be disposed while this thread still works with it.
    await Promise.allSettled(running);
  }
}

/** Projects the patches of one picture. The image is disposed. */
async function project(
  work: PictureWork,
  image: Tensor | undefined,
  {
    deconvnet,
    path,
    threads,
  }: { readonly deconvnet: Deconvnet; readonly path: string; readonly threads: Threads | undefined },
): Promise<ProjectedPicture> {
  try {
    if (!threads) return await projectToFile(deconvnet, work, { image, path });
    return await askAgain<ProjectedPicture>(threads, 'projectInWorker', await pictureTask(work, { image, path }));
  } finally {
    if (image) disposeImage({ id: work.id, image });
  }
}
