// Loads damaged models one after the other, each from disk and through keras3, and prints a line of JSON before and after.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import seedrandom from 'seedrandom';
import { DAMAGES } from './damage.mjs';
import { damageBases } from './damage-bases.mjs';

const [dist, folder, from, to] = process.argv.slice(2);
const { loadModel, useBackend } = await import(new URL('node.js', dist).href);
const { keras3 } = await import(new URL('models.js', dist).href);
await useBackend('cpu');
const bases = await damageBases();
const kinds = Object.keys(DAMAGES);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const warn = () => undefined;

/** Writes a model, and loads it from the folder. */
async function fromDisk(topology, { weightSpecs, weights }, seed) {
  const at = join(folder, String(seed % 50));
  mkdirSync(at, { recursive: true });
  const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
  writeFileSync(
    join(at, 'model.json'),
    JSON.stringify({ format: 'layers-model', modelTopology: topology, weightsManifest }),
  );
  writeFileSync(join(at, 'weights.bin'), weights);
  return loadModel(at, { warn });
}

/** Loads a model as a page does. */
async function throughKeras3(modelTopology, { weightSpecs, weights }) {
  const weightData = new Uint8Array(weights).buffer;
  return loadLayersModel(keras3({ load: async () => ({ modelTopology, weightSpecs, weightData }) }, { warn }));
}

for (let seed = Number(from); seed < Number(to); seed++) {
  const random = seedrandom(String(seed));
  const base = bases[seed % bases.length];
  const kind = kinds[Math.floor(seed / bases.length) % kinds.length];
  const topology = structuredClone(base.modelTopology);
  DAMAGES[kind](topology.model_config ?? topology, random);
  for (const [way, load] of Object.entries({ fromDisk, throughKeras3 })) {
    const about = { seed, way, form: base.form, kind };
    say({ ...about, begins: true });
    await load(topology, base, seed).then(
      (model) => {
        model.dispose();
        say({ ...about, loads: true });
      },
      (error) => say({ ...about, name: error.name, code: error.code, message: error.message, layer: error.layer }),
    );
  }
}
