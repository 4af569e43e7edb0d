import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import type { Plugin } from 'vite';

const FOLDERS = {
  'shipped/network.zip': 'model',
  'shipped/checkpoints.zip': 'checkpoints',
  'shipped/pictures.zip': 'pictures',
} as const;

/** Zip files have no earlier date; a fixed one keeps builds alike. */
const DATE = new Date(1980, 0, 2);

/**
 * Serves the network, its checkpoints and the pictures that the project ships, each folder as one zip file, and puts them into the build.
 * The page opens them like any zip file that a person drops on it.
 */
export function shippedData(folder: string): Plugin {
  const packed = (name: keyof typeof FOLDERS): Uint8Array => zipFolder(join(folder, FOLDERS[name]));
  return {
    name: 'shipped-data',
    configureServer({ middlewares }) {
      for (const name of Object.keys(FOLDERS) as (keyof typeof FOLDERS)[]) {
        middlewares.use(`/${name}`, (_, response) => {
          response.setHeader('Content-Type', 'application/zip');
          response.end(packed(name));
        });
      }
    },
    generateBundle() {
      for (const name of Object.keys(FOLDERS) as (keyof typeof FOLDERS)[]) {
        this.emitFile({ type: 'asset', fileName: name, source: packed(name) });
      }
    },
  };
}

function zipFolder(folder: string): Uint8Array {
  const entries: Zippable = {};
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    // Only files have an ending here.
    if (!path.includes('.')) continue;
    entries[path.replaceAll('\\', '/')] = new Uint8Array(readFileSync(join(folder, path)));
  }
  return zipSync(entries, { level: 0, mtime: DATE });
}
