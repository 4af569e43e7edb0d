import { open, readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';

/** The files beside a model.json, on disk or in a zip file. Errors are those of the file system: the code is ENOENT if a file does not exist. */
export interface ModelFiles {
  /** The path of a file, for messages. */
  pathOf(name: string): string;
  /** The number of bytes in a file. */
  size(name: string): Promise<number>;
  read(name: string): Promise<Uint8Array>;
  /** The bytes of a file in pieces. Each is valid until the next one is asked for. */
  pieces(name: string): AsyncIterable<Uint8Array>;
}

/** So many bytes are read at once. More would leave the caches of the processor before they are copied. */
const PIECE = 2 ** 20;

/** The files in a folder. */
export function folderFiles(folder: string): ModelFiles {
  const pathOf = (name: string): string => join(folder, name);
  return {
    pathOf,
    size: async (name) => (await stat(pathOf(name))).size,
    read: (name) => readFile(pathOf(name)),
    async *pieces(name) {
      const piece = new Uint8Array(PIECE);
      const file = await open(pathOf(name));
      try {
        for (;;) {
          const { bytesRead } = await file.read(piece, 0, PIECE);
          if (bytesRead === 0) return;
          yield piece.subarray(0, bytesRead);
        }
      } finally {
        await file.close();
      }
    },
  };
}

/** The files in a folder of a zip file that has been unpacked. */
export function zippedFiles(path: string, folder: string, files: ReadonlyMap<string, Uint8Array>): ModelFiles {
  const nameOf = (name: string): string => posix.join(folder, name);
  const read = async (name: string): Promise<Uint8Array> => {
    const bytes = files.get(nameOf(name));
    if (!bytes) throw Object.assign(new Error(`no such file in ${path}: ${nameOf(name)}`), { code: 'ENOENT' });
    return bytes;
  };
  return {
    pathOf: (name) => `${path}/${nameOf(name)}`,
    size: async (name) => (await read(name)).byteLength,
    read,
    async *pieces(name) {
      yield await read(name);
    },
  };
}
