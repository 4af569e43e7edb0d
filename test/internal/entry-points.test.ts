import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** `entry-points.json`, from which tsup, vitest and typedoc read: the name of each built file, and its source. */
const entryPoints = Object.entries(read('entry-points.json') as Record<string, string>);

it('tsconfig.json, which cannot import the list, maps the same public names to the same sources', () => {
  const { compilerOptions } = read('tsconfig.json') as { compilerOptions: { paths: object } };
  const paths = entryPoints.map(([name, source]) => [
    name === 'index' ? 'deconvnet' : `deconvnet/${name}`,
    [`./${source}`],
  ]);
  expect(compilerOptions.paths).toEqual(Object.fromEntries(paths));
});

it('package.json exports exactly the entry points of the list, with their types, as ESM and CommonJS', () => {
  const { exports } = read('package.json') as { exports: object };
  const files = entryPoints.map(([name]) => [
    name === 'index' ? '.' : `./${name}`,
    {
      import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
      require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
    },
  ]);
  expect(exports).toEqual({ ...Object.fromEntries(files), './package.json': './package.json' });
});
