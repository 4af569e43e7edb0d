import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { succeed } from '../command.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the packed tarball. */
    readonly tarball: string;
  }
}

/** Builds and packs the library once, for all test files: two builds at a time would overwrite each other. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'deconvnet-packed-'));
  await succeed('npm', ['pack', '--pack-destination', folder], fileURLToPath(new URL('../../../', import.meta.url)));
  const [name] = await readdir(folder);
  project.provide('tarball', join(folder, name!));
  return () => rm(folder, { recursive: true, force: true });
}
