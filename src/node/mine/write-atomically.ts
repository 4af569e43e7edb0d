import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The end of the name of a draft, a file that is being written. */
export const DRAFT = '.part';

/**
 * Writes a file whole or not at all: a draft is written beside it, and gets its name when the draft is on the disk. If that
 * fails, the old file is unchanged, and the draft is removed.
 *
 * @param former the new name of the old file; by default the old file is replaced
 * @param mayRename called when the draft is on the disk, which may have taken long; it rejects if the draft is not wanted
 * @throws the error of the file system
 */
export async function writeAtomically(
  path: string,
  pieces: Iterable<Uint8Array>,
  { former, mayRename }: { readonly former?: string; readonly mayRename?: () => Promise<void> } = {},
): Promise<void> {
  const draft = `${path}${DRAFT}`;
  try {
    const file = await open(draft, 'w');
    try {
      for (const piece of pieces) await writeAll(file, piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await mayRename?.();
    if (former !== undefined) await rename(path, former).catch(unlessMissing);
    await rename(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

/** Writes the new name to the disk. Some systems cannot do that for folders, so errors are ignored. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

function unlessMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
