import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type ByteSource, bytesInMemory } from './byte-source.js';

/** What a worker reads a part of a file with, without waiting. */
type Reader = new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };

/**
 * Files are read in pages, because each read asks another process. Long reads follow each other, and share large pages.
 * Short ones are of what describes the weights. It lies between the weights and is read several times, so that many small
 * pages are kept.
 */
const SHORT = { page: 2 ** 16, kept: 32 } as const;
const LONG = { page: 2 ** 22, kept: 1 } as const;

/**
 * A file of a page. A Web Worker reads it in parts, because the HDF5 library asks for bytes in the middle of its work.
 * Elsewhere all of it is loaded.
 *
 * @param subject the name of the file in messages
 * @throws DeconvnetError `model-unreadable`, also when a part is read.
 */
export async function blobSource(subject: string, blob: Blob): Promise<ByteSource> {
  const { FileReaderSync } = globalThis as { readonly FileReaderSync?: Reader };
  if (!FileReaderSync) {
    const bytes = await blob.arrayBuffer().catch((cause: unknown) => {
      throw gone(subject, cause);
    });
    return bytesInMemory(new Uint8Array(bytes));
  }
  const reader = new FileReaderSync();
  const part = (position: number, length: number): Uint8Array => {
    try {
      return new Uint8Array(reader.readAsArrayBuffer(blob.slice(position, position + length)));
    } catch (cause) {
      throw gone(subject, cause);
    }
  };
  const short = pagesOf(part, SHORT);
  const long = pagesOf(part, LONG);
  return {
    size: blob.size,
    read(into, position) {
      const length = Math.max(0, Math.min(into.length, blob.size - position));
      return (length < SHORT.page ? short : long)(into.subarray(0, length), position);
    },
  };
}

type Read = ByteSource['read'];

/** Reads in pages, of which the last ones that were used are kept. */
function pagesOf(
  part: (position: number, length: number) => Uint8Array,
  { page, kept }: { readonly page: number; readonly kept: number },
): Read {
  const pages = new Map<number, Uint8Array>();
  const pageAt = (number: number): Uint8Array => {
    const bytes = pages.get(number) ?? part(number * page, page);
    // The page that was used last is the last one of the map.
    pages.delete(number);
    pages.set(number, bytes);
    if (pages.size > kept) pages.delete(pages.keys().next().value!);
    return bytes;
  };
  return (into, position) => {
    let done = 0;
    while (done < into.length) {
      const number = Math.floor((position + done) / page);
      const from = position + done - number * page;
      const bytes = pageAt(number).subarray(from, from + into.length - done);
      if (bytes.length === 0) break;
      into.set(bytes, done);
      done += bytes.length;
    }
    return done;
  };
}

/** Browsers do not read a file that is not as it was when a person chose it. */
function gone(subject: string, cause: unknown): DeconvnetError {
  return new DeconvnetError(
    'model-unreadable',
    `${subject} cannot be read. It was changed, moved or removed after it was chosen, or it may not be read. Choose it again.`,
    { cause },
  );
}
