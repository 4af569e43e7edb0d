import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

/** The files beside a model.json, on disk or in a zip file. */
export interface ModelFiles {
  /** The path of a file, for messages. */
  pathOf(name: string): string;
  /** @throws the error of the file system; its code is ENOENT if the file does not exist */
  read(name: string): Promise<Uint8Array>;
}

/** The files in a folder. */
export function folderFiles(folder: string): ModelFiles {
  const pathOf = (name: string): string => join(folder, name);
  return { pathOf, read: (name) => readFile(pathOf(name)) };
}

/** The files in a folder of a zip file that has been unpacked. */
export function zippedFiles(path: string, folder: string, files: ReadonlyMap<string, Uint8Array>): ModelFiles {
  const nameOf = (name: string): string => posix.join(folder, name);
  return {
    pathOf: (name) => `${path}/${nameOf(name)}`,
    async read(name) {
      const bytes = files.get(nameOf(name));
      if (!bytes) throw Object.assign(new Error(`no such file in ${path}: ${nameOf(name)}`), { code: 'ENOENT' });
      return bytes;
    },
  };
}
