import { checkValue } from '../errors/check-options.js';
import { DeconvnetError, type DeconvnetErrorCode } from '../errors/deconvnet-error.js';

/** @throws DeconvnetError `invalid-option` for what is no path; a URL of a file is told how it becomes one. */
export function checkPath(what: string, path: unknown): void {
  const wayOut = path instanceof URL ? 'fileURLToPath of node:url makes a path of it.' : undefined;
  checkValue(typeof path === 'string' && path !== '', `${what}, a path`, path, wayOut);
}

/** @throws DeconvnetError of that code for an address of the net, where files are read from disk alone. */
export function checkOnDisk(path: string, code: DeconvnetErrorCode, wayOut: string): void {
  if (!/^[a-z][a-z\d+.-]+:\/\//i.test(path)) return;
  throw new DeconvnetError(code, `'${path}' is an address, and files are read from disk here. ${wayOut}`);
}
