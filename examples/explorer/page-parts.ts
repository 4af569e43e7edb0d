import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Puts parts of the page, which are files of their own, in the places where the page names them. A part can name others. */
export function pageParts(folder: string): Plugin {
  const whole = (html: string): string =>
    html.replace(/<!-- part: (\S+) -->/g, (_, name: string) => whole(readFileSync(join(folder, name), 'utf8')));
  return { name: 'page-parts', transformIndexHtml: { order: 'pre', handler: whole } };
}
