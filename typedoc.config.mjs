import { readFileSync } from 'node:fs';
import { OptionDefaults } from 'typedoc';

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
  highlightLanguages: [...OptionDefaults.highlightLanguages, 'python'],
  treatWarningsAsErrors: true,
};

export default options;
