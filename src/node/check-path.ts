import { checkValue } from '../errors/check-options.js';
import { DeconvnetError, type DeconvnetErrorCode } from '../errors/deconvnet-error.js';

/**
 * Checks that a value is a path.
 *
 * @param what a sentence without its end, such as "loadModel reads a folder"
 * @throws DeconvnetError `invalid-option`. For a `file:` URL it says how to make a path from it.
 */
export function checkPath(what: string, path: unknown): void {
  const wayOut = path instanceof URL ? 'fileURLToPath of node:url makes a path from it.' : undefined;
  checkValue(typeof path === 'string' && path !== '', `${what}, a path`, path, wayOut);
}

/**
 * Checks that a path is not an address such as https://..., because files are only read from disk.
 *
 * @throws DeconvnetError with the given code.
 */
export function checkOnDisk(path: string, code: DeconvnetErrorCode, wayOut: string): void {
  if (!/^[a-z][a-z\d+.-]+:\/\//i.test(path)) return;
  throw new DeconvnetError(code, `'${path}' is an address, but only files on disk are read here. ${wayOut}`);
}
