import type { ByteSource } from '../../models/bytes/byte-source.js';
import { unpackEntry } from '../../models/bytes/unpack-entry.js';
import { zipEntries } from '../../models/bytes/zip-entries.js';

/**
 * Unpacks a zip file in memory, and checks the checksum of every file in it, because a damaged weight would silently give
 * wrong pictures.
 *
 * @throws DeconvnetError `model-unreadable`.
 */
export async function unzipped(path: string, packed: ByteSource): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of zipEntries(path, packed)) {
    const source = await unpackEntry(path, packed, entry);
    const bytes = new Uint8Array(source.size);
    source.read(bytes, 0);
    files.set(entry.name, bytes);
  }
  return files;
}
