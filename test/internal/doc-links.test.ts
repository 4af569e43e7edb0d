import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { filesBelow } from '../support/doc-blocks.js';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...filesBelow('docs', '.md'),
  ...filesBelow('examples', '.md'),
];

/** Pages that name files of the project as code, such as `src/index.ts`. */
const MAPS = ['CONTRIBUTING.md', 'docs/architecture.md'];

it.each(pages)('%s links to files that exist', (page) => {
  const targets = [...readFileSync(page, 'utf8').matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, target]) => target!);
  expect(targets.filter((target) => !existsSync(join(dirname(page), target)))).toEqual([]);
});

it.each(MAPS)('%s names files that exist', (page) => {
  const named = [...readFileSync(page, 'utf8').matchAll(/`((?:src|test|docs|examples|bench)\/[\w./-]+)`/g)];
  expect(named.length).toBeGreaterThan(5);
  expect(named.map(([, path]) => path!).filter((path) => !existsSync(path))).toEqual([]);
});

it('docs/README.md lists every page of docs', () => {
  const index = readFileSync('docs/README.md', 'utf8');
  const listed = filesBelow('docs', '.md').filter((page) => page !== 'docs/README.md');
  expect(listed.filter((page) => !index.includes(`](${page.slice('docs/'.length)})`))).toEqual([]);
});
