import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type ByteSource, bytesInMemory } from './byte-source.js';

/** What a worker reads a part of a file with, without waiting. */
type Reader = new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };

/** Each read asks another process, so that short ones are answered from pages of this many bytes, which are kept. */
const PAGE = 2 ** 16;

/** As many pages are kept: files of Keras have what describes a weight between the weights, and it is read several times. */
const MOST_PAGES = 32;

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
  const pages = new Map<number, Uint8Array>();
  const pageAt = (number: number): Uint8Array => {
    const page = pages.get(number) ?? part(number * PAGE, PAGE);
    // The page that was used last is the last one of the map.
    pages.delete(number);
    pages.set(number, page);
    if (pages.size > MOST_PAGES) pages.delete(pages.keys().next().value!);
    return page;
  };
  return {
    size: blob.size,
    read(into, position) {
      const length = Math.max(0, Math.min(into.length, blob.size - position));
      if (length >= PAGE) {
        into.set(part(position, length));
        return length;
      }
      for (let done = 0; done < length; ) {
        const number = Math.floor((position + done) / PAGE);
        const from = position + done - number * PAGE;
        const bytes = pageAt(number).subarray(from, from + length - done);
        if (bytes.length === 0) return done;
        into.set(bytes, done);
        done += bytes.length;
      }
      return length;
    },
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
