import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The end of the name of a draft, a file that is being written. */
export const DRAFT = '.part';

/** A name for a draft beside a file. No other process has the same one, not even on another machine. */
export function ownDraft(path: string): string {
  return `${path}.${randomUUID()}${DRAFT}`;
}

/**
 * Writes a file whole or not at all: a draft is written beside it, and gets its name when the draft is on the disk. If that
 * fails, the old file is unchanged, and the draft is removed.
 *
 * @param options `former`: the new name of the old file; by default the old file is replaced. `draft`: the path of the
 * draft; by default that of the file with `.part` at its end. Several processes may write the same file at the same time
 * if each has a draft of its own (`ownDraft`). `flush`: whether to wait until the draft is on the disk; `true` by default.
 * Without it, a power failure can damage a file that was written shortly before.
 * `mayRename`: called when the draft is on the disk, which may have taken long; it rejects if the draft is not wanted.
 * @throws the error of the file system
 */
export async function writeAtomically(
  path: string,
  pieces: Iterable<Uint8Array>,
  {
    former,
    draft = `${path}${DRAFT}`,
    flush = true,
    mayRename,
  }: {
    readonly former?: string;
    readonly draft?: string;
    readonly flush?: boolean;
    readonly mayRename?: () => Promise<void>;
  } = {},
): Promise<void> {
  try {
    const file = await open(draft, 'w');
    try {
      for (const piece of pieces) await writeAll(file, piece);
      if (flush) await file.sync();
    } finally {
      await file.close();
    }
    await mayRename?.();
    if (former !== undefined) await rename(path, former).catch(unlessMissing);
    await rename(draft, path);
    if (flush) await syncFolder(dirname(path));
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
