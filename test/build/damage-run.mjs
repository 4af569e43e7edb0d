// Loads damaged models one after the other, and prints a line of JSON before and after each.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import seedrandom from 'seedrandom';
import { DAMAGES } from './damage.mjs';
import { damageBases } from './damage-bases.mjs';

const [dist, folder, from, to] = process.argv.slice(2);
const { loadModel, useBackend } = await import(new URL('node.js', dist).href);
await useBackend('cpu');
const bases = await damageBases();
const kinds = Object.keys(DAMAGES);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

for (let seed = Number(from); seed < Number(to); seed++) {
  const random = seedrandom(String(seed));
  const base = bases[seed % bases.length];
  const kind = kinds[Math.floor(seed / bases.length) % kinds.length];
  const topology = structuredClone(base.modelTopology);
  DAMAGES[kind](topology.model_config ?? topology, random);
  const at = join(folder, String(seed % 50));
  mkdirSync(at, { recursive: true });
  const weightsManifest = [{ paths: ['weights.bin'], weights: base.weightSpecs }];
  writeFileSync(
    join(at, 'model.json'),
    JSON.stringify({ format: 'layers-model', modelTopology: topology, weightsManifest }),
  );
  writeFileSync(join(at, 'weights.bin'), base.weights);
  const about = { seed, form: base.form, kind };
  say({ ...about, begins: true });
  await loadModel(at, { warn: () => undefined }).then(
    (model) => {
      model.dispose();
      say({ ...about, loads: true });
    },
    (error) => say({ ...about, name: error.name, code: error.code, message: error.message, layer: error.layer }),
  );
}
