import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { ByteSource } from '../../models/bytes/byte-source.js';
import { readFault } from '../read-fault.js';

/** A file on disk that is read in parts. The caller closes it. */
export interface FileSource extends ByteSource {
  close(): void;
}

/**
 * Opens a file. It is read synchronously, because the HDF5 library asks for bytes in the middle of its work.
 *
 * @param what what it is, for messages
 * @throws DeconvnetError `model-not-found`.
 */
export function openFileSource(path: string, what: string): FileSource {
  const orFault = <Value>(read: () => Value): Value => {
    try {
      return read();
    } catch (cause) {
      throw new DeconvnetError('model-not-found', `${what} ${path} cannot be read: ${readFault(cause)}.`, {
        cause,
      });
    }
  };
  const file = orFault(() => openSync(path, 'r'));
  const size = fstatSync(file).size;
  return {
    size,
    read(into, position) {
      let done = 0;
      while (done < into.length) {
        const read = orFault(() => readSync(file, into, done, into.length - done, position + done));
        if (read === 0) break;
        done += read;
      }
      return done;
    },
    close: () => closeSync(file),
  };
}
