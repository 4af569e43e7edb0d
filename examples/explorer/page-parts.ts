import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Puts parts of the page, which are files of their own, in the places where the page, or another part, names them. */
export function pageParts(folder: string): Plugin {
  const fill = (html: string): string =>
    html.replace(/<!-- part: (\S+) -->/g, (_, name: string) => fill(readFileSync(join(folder, name), 'utf8')));
  return {
    name: 'page-parts',
    transformIndexHtml: { order: 'pre', handler: fill },
  };
}
