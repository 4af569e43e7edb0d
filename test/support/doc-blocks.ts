import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A piece of TypeScript that documentation shows. */
export interface DocBlock {
  /** Where it stands: `src/errors.ts:42`. */
  readonly at: string;
  readonly code: string;
}

const FENCE = /^([ \t]*(?:\* ?)?)```ts\n([\s\S]*?)^[ \t]*(?:\* ?)?```/gm;

/** The fenced blocks of TypeScript in a file: in Markdown as they are, in docstrings without the stars. */
export function docBlocks(path: string): DocBlock[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(FENCE)].map((match) => ({
    at: `${path}:${text.slice(0, match.index).split('\n').length}`,
    code: match[2]!
      .split('\n')
      .map((line) => (match[1]!.includes('*') ? line.replace(/^\s*\* ?/, '') : line.slice(match[1]!.length)))
      .join('\n'),
  }));
}

/** All files below a folder with an ending. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(folder, path))
    .sort();
}
