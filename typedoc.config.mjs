import { readFileSync } from 'node:fs';

const entryPoints = JSON.parse(readFileSync(new URL('entry-points.json', import.meta.url), 'utf8'));

/** @type {Partial<import('typedoc').TypeDocOptions>} */
const options = {
  entryPoints: Object.values(entryPoints),
  out: 'out/api',
  name: 'deconvnet',
  includeVersion: true,
  disableSources: true,
  excludePrivate: true,
  excludeInternal: true,
  treatWarningsAsErrors: true,
};

export default options;
