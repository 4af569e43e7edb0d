import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { counted } from '../errors/counted.js';
import { resumeCommand } from './checkpoint.js';
import type { GalleryOptions } from './draw-gallery.js';
import { unfinishedFolder } from './gallery-checkpoint.js';
import { shellWords } from './terminal.js';

/** The message for a gallery that was not finished: which files exist, and how to continue. */
export async function unfinishedGallery(
  { out, from, checkpoint }: GalleryOptions,
  { drawing, args }: { readonly drawing: boolean; readonly args: readonly string[] },
): Promise<string> {
  const older = await stat(join(out, 'index.html')).catch(() => undefined);
  const page = older
    ? `${join(out, 'index.html')} is the page of an older gallery, which is still complete.`
    : 'No page was written.';
  const again = `Go on with:\n\n  deconvnet ${shellWords(args)}\n`;
  const resumed = checkpoint === undefined ? again : `Go on with:${resumeCommand(args)}`;
  const unfinished = unfinishedFolder(out);
  if (!drawing) return `${page} What was mined is kept in ${checkpoint ?? unfinished}. ${resumed}`;
  const sprites = join(out, 'sprites');
  const { length } = await readdir(sprites).catch(() => []);
  const sheets =
    length > 0
      ? ` ${sprites} contains ${counted(length, 'picture')}, which the next gallery in ${out} will use or replace.`
      : '';
  if (from !== undefined) {
    return `${page}${sheets} The state ${from} is unchanged. What was projected and drawn is kept in ${unfinished}. ${again}`;
  }
  const mined = checkpoint === undefined ? '' : `All that was mined is kept in ${checkpoint}. `;
  const what = checkpoint === undefined ? 'mined, projected and drawn' : 'projected and drawn';
  return `${page}${sheets} ${mined}What was ${what} is kept in ${unfinished}. ${resumed}`;
}
