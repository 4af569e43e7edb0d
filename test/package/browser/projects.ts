import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, inject } from 'vitest';
import { writeFiles } from '../../support/temp-folder.js';
import { project } from '../command.js';

/** The packages of TensorFlow.js that a project installs. */
export function tfjs(...names: readonly string[]): string[] {
  return names.map((name) => `@tensorflow/tfjs-${name}@4.22.0`);
}

/** Makes a project with the packed library, and with other packages, for the tests of one file; gives its folder. */
export function useProject(name: string, packages: readonly string[]): { readonly folder: string } {
  const made = { folder: '' };
  let parent: string;
  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'deconvnet-consumer-'));
    made.folder = await project(parent, name, 'module', [inject('tarball'), ...tfjs('core', 'layers'), ...packages]);
  });
  afterAll(() => rm(parent, { recursive: true, force: true }));
  return made;
}

/** What the stand-in for the package `webgpu` says when it is run: no page may contain it. */
export const DAWN = 'this is the package webgpu';

/** Puts a stand-in for the package `webgpu` into a project, as where its owner runs WebGPU in Node too. It has no adapter. */
export async function installDawn(folder: string): Promise<void> {
  await writeFiles(folder, {
    'node_modules/webgpu/package.json': { name: 'webgpu', version: '0.6.2', type: 'module', main: 'index.js' },
    'node_modules/webgpu/index.js': `console.log('${DAWN}');
      export const globals = {};
      export const create = () => ({ requestAdapter: async () => null });`,
  });
}
