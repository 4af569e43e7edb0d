// Loads damaged files of Keras one after the other, each from disk and from its bytes, and prints a line of JSON before
// and after.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { unzipSync } from 'fflate';
import seedrandom from 'seedrandom';
import { DAMAGES } from './keras-damage.mjs';

const [dist, folder, from, to] = process.argv.slice(2);
const { loadModel, useBackend } = await import(new URL('node.js', dist).href);
const { fromKeras, loadLayersModel } = await import(new URL('models.js', dist).href);
await useBackend('cpu');

const FORMS = [
  'trained.keras',
  'nested.keras',
  'nested-2.21.0.h5',
  ...['contiguous', 'gzip', 'latest', 'fixed-texts'].map((form) => `forms/${form}.h5`),
];
const bases = FORMS.map((form) => {
  const whole = new Uint8Array(readFileSync(new URL(`../fixtures/keras/${form}`, import.meta.url)));
  return { form, whole, ...(form.endsWith('.keras') && { parts: unzipSync(whole) }) };
});
const cases = bases.flatMap((base) =>
  Object.entries(DAMAGES)
    .filter(([, damage]) => damage.for(base))
    .map(([kind, { damage }]) => ({ base, kind, damage })),
);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const warn = () => undefined;
const ways = {
  async fromDisk(bytes, seed) {
    const path = join(folder, `${seed % 50}.model`);
    writeFileSync(path, bytes);
    return loadModel(path, { warn });
  },
  fromBytes: (bytes) => loadLayersModel(fromKeras(bytes, { warn }), { warn }),
};

/** What a model is: its topology, and the names, shapes and values of its weights. */
function imageOf(model) {
  const weights = model.weights.map((weight) => ({ name: weight.originalName, value: weight.read() }));
  const hash = createHash('sha256');
  for (const { value } of weights) hash.update(new Uint8Array(value.dataSync().slice().buffer));
  const shapes = JSON.stringify(weights.map(({ name, value }) => [name, value.shape]));
  const image = { topology: JSON.stringify(model.toJSON(null, false)), shapes, values: hash.digest('hex') };
  model.dispose();
  for (const { value } of weights) value.dispose();
  return image;
}

const sound = new Map();
for (const { form, whole } of bases) sound.set(form, imageOf(await ways.fromBytes(whole)));

for (let seed = Number(from); seed < Number(to); seed++) {
  const random = seedrandom(String(seed));
  const { base, kind, damage } = cases[seed % cases.length];
  const bytes = damage(base, random);
  for (const [way, load] of Object.entries(ways)) {
    const about = { seed, way, form: base.form, kind };
    say({ ...about, begins: true });
    const { numTensors, numDataBuffers } = memory();
    const started = performance.now();
    const ended = () => ({
      ms: Math.round(performance.now() - started),
      megabytes: Math.round(process.memoryUsage.rss() / 2 ** 20),
      leaked: [memory().numTensors - numTensors, memory().numDataBuffers - numDataBuffers],
    });
    await load(bytes, seed).then(
      (model) => {
        const image = imageOf(model);
        const first = sound.get(base.form);
        say({
          ...about,
          loads: true,
          same: Object.fromEntries(Object.keys(first).map((key) => [key, image[key] === first[key]])),
          ...ended(),
        });
      },
      (error) =>
        say({
          ...about,
          name: error.name,
          code: error.code,
          message: error.message,
          cause: String(error.cause),
          ...ended(),
        }),
    );
  }
}
