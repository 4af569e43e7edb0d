import { readFile } from 'node:fs/promises';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { readFault } from '../read-fault.js';
import type { PictureFile } from './picture-file.js';
import { shownUrl, urlFaults } from './picture-url.js';

/** A line that is too long for a message is cut. */
const SHOWN = 80;

/** Whether the name of a file says that it is a list of URLs. */
export function isUrlList(path: string): boolean {
  return /\.txt$/i.test(path);
}

/**
 * Reads a list of URLs: one per line, maybe with a tab and a label after it. Empty lines are left out, and lines that begin
 * with #.
 *
 * @returns the pictures in the order of the lines; the id of each is its URL as it is written
 * @throws DeconvnetError `pictures-not-found` if it cannot be read or contains no URL; `invalid-option`, which names the
 * first line that is not a URL; `duplicate-id`, which names the two lines.
 */
export async function readUrlList(path: string): Promise<PictureFile[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new DeconvnetError('pictures-not-found', `The list ${path} cannot be read: ${readFault(cause)}.`, { cause });
  });
  const faultOf = urlFaults();
  const lines = new Map<string, number>();
  const pictures: PictureFile[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const [first = '', second = '', ...more] = line.split('\t').map((part) => part.trim());
    const number = index + 1;
    if (line.trim() === '' || first.startsWith('#')) continue;
    const fault = more.length > 0 ? 'it has more than one tab' : faultOf(first);
    if (fault !== undefined) throw badLine(path, number, { line, fault });
    const before = lines.get(first);
    if (before !== undefined) {
      throw new DeconvnetError(
        'duplicate-id',
        `Lines ${before} and ${number} of ${path} have the same URL, ${first}. Each picture is listed once.`,
      );
    }
    lines.set(first, number);
    pictures.push({ id: first, path: first, ...(second !== '' && { label: second }) });
  }
  if (pictures.length > 0) return pictures;
  throw new DeconvnetError('pictures-not-found', `The list ${path} contains no URLs. Write one on each line.`);
}

function badLine(
  path: string,
  number: number,
  { line, fault }: { readonly line: string; readonly fault: string },
): DeconvnetError {
  const shown = JSON.stringify(shownUrl(line.trim()).slice(0, SHOWN));
  return new DeconvnetError(
    'invalid-option',
    `Line ${number} of ${path} is wrong, ${shown}: ${fault}. Each line has the URL of a picture and, if it has a class, a tab and a label after it.`,
  );
}
