import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Puts parts of the page, which are files of their own, in the places where the page names them. */
export function pageParts(folder: string): Plugin {
  return {
    name: 'page-parts',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replace(/<!-- part: (\S+) -->/g, (_, name: string) => readFileSync(join(folder, name), 'utf8')),
    },
  };
}
