import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { counted } from '../errors/counted.js';
import { resumeCommand } from './checkpoint.js';
import type { GalleryOptions } from './draw-gallery.js';
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
  if (!drawing) {
    return checkpoint === undefined
      ? `${page} What was mined is lost: only a run with --checkpoint FILE can be resumed.`
      : `${page} What was mined is kept in ${checkpoint}. Go on with:${resumeCommand(args)}`;
  }
  const sprites = join(out, 'sprites');
  const { length } = await readdir(sprites).catch(() => []);
  const sheets =
    length > 0
      ? ` ${sprites} contains ${counted(length, 'picture')}, which the next gallery in ${out} will replace.`
      : '';
  const again = `\n\n  deconvnet ${shellWords(args)}\n`;
  if (from !== undefined)
    return `${page}${sheets} The state ${from} is unchanged. What was projected is kept in ${join(out, 'unfinished')}. Go on with:${again}`;
  if (checkpoint === undefined) {
    return `${page}${sheets} What was mined is lost: only a run with --checkpoint FILE can be resumed.`;
  }
  return `${page}${sheets} All that was mined is kept in ${checkpoint}, and what was projected in ${join(out, 'unfinished')}. Go on with:${resumeCommand(args)}`;
}
