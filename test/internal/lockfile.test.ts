import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('the lockfile lists the packages of every platform, without which npm ci refuses', () => {
  interface Package {
    readonly optionalDependencies?: Record<string, string>;
  }
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Package> };
  const wanted = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => [path, name] as const),
  );
  const missing = wanted.filter(
    ([path, name]) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`],
  );
  expect(wanted.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});
