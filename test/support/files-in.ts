import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The contents of all files in a folder and its subfolders, by path, so that whole folders can be compared. */
export async function filesIn(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    names.map(async (name): Promise<[string, string]> => [name.slice(folder.length), await readFile(name, 'base64')]),
  );
  return new Map(files.sort());
}
