// Ratios of what projections cost, on wasm in one process: npm run bench [-- --quick] [-- --json FILE].
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, PatchMiner } from 'deconvnet';
import { useBackend } from 'deconvnet/node';
import { compare } from './clock.mjs';
import { noise, residual, vgg16 } from './networks.mjs';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'string' } } });
await useBackend('wasm');
const repeats = options.quick ? 1 : 3;
const rows = [];
const report = (what, ratio, details) => {
  rows.push({ what, ratio, ...details });
  const figures = Object.entries(details).map(([name, value]) => `${name} ${Number(value.toPrecision(3))}`);
  console.log(`${what.padEnd(64)} ${ratio.toPrecision(3).padStart(8)}   ${figures.join(', ')}`);
};
const release = (made) => {
  for (const projection of [made].flat()) projection.dispose();
};

/** Runs every projection on whole pictures. The choice is by cost otherwise. */
function always(deconvnet, strategy) {
  deconvnet.engine.strategy = strategy;
  return deconvnet;
}

/** A grid of places, with corners and middle. */
function places(cells) {
  const along = options.quick ? [0, cells >> 1] : [0, cells >> 2, cells >> 1, cells - 1];
  return along.flatMap((y) => along.map((x) => [y, x]));
}

async function cropsAgainstWhole(model, image, layers) {
  const deconvnet = new Deconvnet(model);
  for (const layer of layers) {
    const cells = deconvnet.layers.find(({ name }) => name === layer).outputShape[1];
    const at = places(cells).map((position) => ({ layer, featureMap: 3, position }));
    const project = (strategy, chosen) => async () => {
      always(deconvnet, strategy);
      for (const selection of chosen) release(await deconvnet.project(image, selection));
    };
    const { first, second, ratio } = await compare(project('whole', at.slice(0, 1)), project('by-cost', at), repeats);
    report(`${model.name} ${layer}: whole pass / cropped, mean of ${at.length} places`, ratio * at.length, {
      whole: first,
      cropped: second / at.length,
    });
  }
  deconvnet.dispose();
}

async function downAgainstUp(model, image, layer) {
  const deconvnet = always(new Deconvnet(model), 'whole');
  const up = async () => (await deconvnet.activations(image, layer)).dispose();
  const both = async () => release(await deconvnet.project(image, { layer, featureMap: 3 }));
  const { first, second, ratio } = await compare(both, up, repeats);
  report(`${model.name} ${layer}: whole way down / way up`, ratio - 1, { both: first, up: second });
  deconvnet.dispose();
}

async function manyAgainstOne(model, image, layer, maps) {
  const deconvnet = new Deconvnet(model);
  const selections = Array.from({ length: maps }, (_, featureMap) => ({ layer, featureMap, position: 'strongest' }));
  const all = async () => release(await deconvnet.project(image, selections));
  const one = async () => release(await deconvnet.project(image, selections[3]));
  const { first, second, ratio } = await compare(all, one, repeats);
  report(`${model.name} ${layer}: one of ${maps} maps at once / one alone`, ratio / maps, { all: first, one: second });
  deconvnet.dispose();
}

async function patchesAgainstWhole(model, images, layer) {
  const deconvnet = new Deconvnet(model);
  const miner = new PatchMiner(deconvnet, { layers: [layer], k: 9 });
  const ids = Array.from({ length: images.shape[0] }, (_, i) => `picture ${i}`);
  await miner.add(images, ids);
  const nine = async () => release(await miner.project(layer, 3));
  const image = tf.slice(images, [0], [1]);
  const whole = async () => {
    always(deconvnet, 'whole');
    release(await deconvnet.project(image, { layer, featureMap: 3, position: 'strongest' }));
    always(deconvnet, 'by-cost');
  };
  const { first, second, ratio } = await compare(nine, whole, repeats);
  report(`${model.name} ${layer}: nine mined patches / nine whole passes`, ratio / 9, { nine: first, whole: second });
  deconvnet.dispose();
  image.dispose();
}

async function miningAgainstForward(model, images) {
  const deconvnet = new Deconvnet(model);
  const layers = deconvnet.layers.filter(({ className }) => className === 'Conv2D').map(({ name }) => name);
  const miner = new PatchMiner(deconvnet, { layers, k: 9 });
  let added = 0;
  const mine = () =>
    miner.add(
      images,
      Array.from({ length: images.shape[0] }, () => `picture ${String(added++).padStart(6, '0')}`),
    );
  // The first pictures fill the lists: most of a run goes on with lists that are full.
  for (let i = 0; i < 3; i++) await mine();
  const forward = async () => {
    const output = model.predict(images);
    await output.data();
    output.dispose();
  };
  const { first, second, ratio } = await compare(mine, forward, repeats);
  report(`${model.name}: mining all ${layers.length} convolutions / forward pass`, ratio, {
    mine: first,
    forward: second,
  });
  deconvnet.dispose();
}

/** The most bytes that tensors take at a time, above those of the model and the picture. */
async function peakBytes(model, image, layer) {
  const before = tf.memory().numBytes;
  const deconvnet = always(new Deconvnet(model), 'whole');
  const { peakBytes: peak } = await tf.profile(async () => {
    release(await deconvnet.project(image, { layer, featureMap: 3, position: 'strongest' }));
    return tf.scalar(0);
  });
  report(`${model.name} ${layer}: peak of tensors, MB, whole picture`, (peak - before) / 1e6, {});
  deconvnet.dispose();
}

console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, wasm, ${repeats} repetitions\n`);
const vgg = vgg16(options.quick ? { size: 112, blocks: [16, 32, 64, 128, 128] } : {});
const size = vgg.inputs[0].shape[1];
const image = noise(1, size);
await cropsAgainstWhole(vgg, image, ['conv4', 'conv7', 'conv10', 'conv13']);
await downAgainstUp(vgg, image, 'conv13');
await manyAgainstOne(vgg, image, 'conv7', options.quick ? 64 : 256);
const nine = noise(9, size);
await patchesAgainstWhole(vgg, nine, 'conv7');
await miningAgainstForward(vgg, tf.slice(nine, [0], [4]));
await peakBytes(vgg, image, 'conv13');
const dag = residual(options.quick ? { size: 64, filters: [16, 32] } : {});
await cropsAgainstWhole(dag, noise(1, dag.inputs[0].shape[1]), ['conv3', 'add2']);
if (options.json) {
  const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version, backend: 'wasm' };
  writeFileSync(options.json, `${JSON.stringify({ machine, repeats, rows }, null, 2)}\n`);
}
