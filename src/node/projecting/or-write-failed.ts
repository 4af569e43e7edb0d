import { DeconvnetError } from '../../errors/deconvnet-error.js';

/**
 * Writes a part of a gallery or of a study.
 *
 * @param path what is written, for the message
 * @throws DeconvnetError `write-failed` if the file system refuses
 */
export async function orWriteFailed<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    if (cause instanceof DeconvnetError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeconvnetError('write-failed', `'${path}' could not be written: ${why}`, { cause });
  }
}
