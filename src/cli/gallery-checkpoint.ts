import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deconvnet } from 'deconvnet';
import type { MinedImages } from 'deconvnet/node';
import { removeCheckpoint } from './checkpoint.js';
import type { Library } from './load-library.js';
import { type MiningJob, minePictures } from './mine-pictures.js';

/** The folder beside the page in which unfinished work waits. */
export function unfinishedFolder(out: string): string {
  return join(out, 'unfinished');
}

/** Where a gallery saves its mining if nobody names a checkpoint. */
export function galleryCheckpoint(out: string): string {
  return join(unfinishedFolder(out), 'mining.checkpoint');
}

/**
 * Mines pictures for a gallery that saves its mining in its own folder. If a checkpoint is there, it goes on from it. If
 * the checkpoint belongs to other pictures or options, it is removed, and the mining begins again.
 */
export async function mineForGallery(library: Library, deconvnet: Deconvnet, job: MiningJob): Promise<MinedImages> {
  try {
    return await minePictures(library, deconvnet, job);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (!job.given.resume || (code !== 'state-mismatch' && code !== 'state-unreadable')) throw error;
    const { err } = job.terminal;
    err.write(
      `The mining begins again, because what is left of an earlier one is not used. ${(error as Error).message}\n`,
    );
    await removeCheckpoint(job.given.checkpoint, job.terminal);
    return minePictures(library, deconvnet, { ...job, given: { ...job.given, resume: false } });
  }
}

/** Removes the folder for unfinished work if it is empty, and then the folder of the gallery if that is empty. */
export async function removeEmptyFolders(out: string): Promise<void> {
  try {
    await rmdir(unfinishedFolder(out));
    await rmdir(out);
  } catch {
    // They contain something, or do not exist.
  }
}
