import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('documents every error code, and no other', () => {
  const source = readFileSync('src/errors/deconvnet-error.ts', 'utf8');
  const codes = [...source.split(';')[0]!.matchAll(/\| '([a-z-]+)'/g)].map((match) => match[1]);
  const documented = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([a-z-]+)`/gm)].map((match) => match[1]);
  expect(codes.length).toBeGreaterThan(20);
  expect(documented).toEqual(codes);
});
