// What projections, mining and galleries cost. CONTRIBUTING.md and docs/performance.md explain how to run it.
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from 'deconvnet/node';
import { adapterOf } from './adapter.mjs';
import { backendJobs } from './backend-jobs.mjs';
import { gallery } from './gallery.mjs';
import { mining } from './mining.mjs';
import { opening } from './opening.mjs';
import { projecting } from './projecting.mjs';
import { realNetwork } from './real-network.mjs';
import { Report } from './report.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    backend: { type: 'string' },
    json: { type: 'string' },
    photographs: { type: 'string' },
    pictures: { type: 'string' },
    maps: { type: 'string' },
    workers: { type: 'string' },
    chunk: { type: 'string' },
    'by-layer': { type: 'boolean' },
    model: { type: 'string' },
    input: { type: 'string' },
    layers: { type: 'string' },
    'random-maps': { type: 'string' },
  },
});
const number = (name) => (options[name] === undefined ? undefined : Number(options[name]));
const galleryOptions = {
  ...{ photographs: options.photographs, byLayer: options['by-layer'], model: options.model, input: options.input },
  ...{ pictures: number('pictures'), maps: number('maps'), workers: number('workers'), chunk: number('chunk') },
  ...{ layers: options.layers?.split(','), randomMaps: number('random-maps') },
};

/** The parts, by the names that `--only` takes. */
const parts = {
  projecting,
  mining,
  opening: ({ report, repeats, quick }) => opening(report, repeats, quick ? { size: 64, units: 1024 } : {}),
  gallery: (context) => gallery(context, galleryOptions),
  network: (context) => realNetwork(context, galleryOptions),
  backend: backendJobs,
};
/** What runs if nothing is chosen. A real network and another backend are parts of their own. */
const usual = ['projecting', 'mining', 'gallery', 'opening'];
const chosen = options.only?.split(',') ?? (options.model ? ['network'] : options.backend ? ['backend'] : usual);
const unknown = chosen.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) throw new Error(`--only takes ${Object.keys(parts).join(', ')}; there is no '${unknown}'.`);

await useBackend(options.backend ?? 'wasm');
const adapter = await adapterOf();
const quick = options.quick || adapter.inSoftware;
const repeats = quick ? 1 : 3;
const report = new Report();
const machine = {
  cpu: cpus()[0].model,
  cores: cpus().length,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  node: process.version,
  tfjs: tf.version_core,
  backend: adapter.text,
  date: new Date().toISOString().slice(0, 10),
};
console.log(
  `${Object.entries(machine)
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · ')}`,
);
console.log(
  `Ratios are medians over ${repeats} interleaved repetitions, those of galleries are of one run; other figures are seconds.\n`,
);
for (const name of chosen) await parts[name]({ report, repeats, quick });
if (options.json) report.save(options.json, { machine, repeats });
