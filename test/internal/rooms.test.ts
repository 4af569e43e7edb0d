import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

/** The folders of `src`, each of which imports from those before it alone. Files of `src` itself stand by their names. */
const ROOMS = [
  'errors',
  'tensors',
  'regions',
  'network',
  'input',
  'mirrors',
  'project',
  'deconvnet-options.ts',
  'deconvnet.ts',
  'dependence',
  'mine',
  'render',
  'index.ts',
  'models',
  'studies',
  'plots',
  'backends',
  'testing',
  'node',
  'cli',
];

/**
 * The folders inside a folder, each of which imports only from those before it. A file that lies beside them may be read
 * by all of them, or may read all of them.
 */
const WINGS: Readonly<Record<string, readonly string[]>> = {
  mirrors: ['kit', 'rectify', 'convolution', 'pooling', 'merge', 'shape', 'scaling', 'recurrent'],
  project: ['crop', 'up', 'seed', 'down'],
  mine: ['pixels', 'state'],
  models: ['layers', 'bytes', 'h5', 'keras', 'keras-files', 'weights'],
  node: ['models', 'pictures', 'mine', 'projecting', 'gallery', 'studies', 'queue'],
};

/** What each file of `src` imports of it, types included. */
function readImports(): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return new Map(
    files.map((file) => {
      const text = readFileSync(join('src', file), 'utf8');
      const paths = [...text.matchAll(/(?:from|import|import\()\s*'(\.[^'?]+)'/g)].map(([, path]) =>
        normalize(join(dirname(file), path!.replace(/\.js$/, '.ts'))),
      );
      return [file, paths];
    }),
  );
}

const imports = readImports();
const roomOf = (file: string): string => file.split('/')[0]!;

it('reads the imports of all files', () => {
  expect(imports.size).toBeGreaterThan(250);
  expect(imports.get('deconvnet.ts')).toContain('project/engine.ts');
  for (const paths of imports.values())
    for (const path of paths) expect(existsSync(join('src', path)), path).toBe(true);
});

it('a folder imports only from folders before it', () => {
  const back: string[] = [];
  for (const [file, paths] of imports) {
    expect(ROOMS, file).toContain(roomOf(file));
    for (const path of paths) {
      if (ROOMS.indexOf(roomOf(path)) > ROOMS.indexOf(roomOf(file))) back.push(`${file} imports ${path}`);
    }
  }
  expect(back).toEqual([]);
});

it.each(Object.entries(WINGS))('a folder inside %s imports only from folders before it', (room, wings) => {
  const wingOf = (file: string): string | undefined => {
    const [first, wing, name] = file.split('/');
    return first === room && name !== undefined ? wing : undefined;
  };
  const back: string[] = [];
  for (const [file, paths] of imports) {
    const own = wingOf(file);
    if (own === undefined) continue;
    expect(wings, file).toContain(own);
    for (const path of paths) {
      const other = wingOf(path);
      if (other !== undefined && wings.indexOf(other) > wings.indexOf(own)) back.push(`${file} imports ${path}`);
    }
  }
  expect(back).toEqual([]);
});

it('no file imports itself by way of others, not even a type', () => {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' > '));
    if (way.includes(file) || done.has(file)) return;
    for (const path of imports.get(file) ?? []) visit(path, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  expect(circles).toEqual([]);
});
