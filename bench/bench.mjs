// Ratios of what projections cost, on wasm in one process: npm run bench [-- --quick] [-- --json FILE].
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, PatchMiner } from 'deconvnet';
import { loadModel, readPictures, useBackend } from 'deconvnet/node';
import { compare, seconds } from './clock.mjs';
import { naiveProjection } from './naive.mjs';
import { noise, residual, vgg16 } from './networks.mjs';
import { opening } from './opening.mjs';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, json: { type: 'string' } } });
await useBackend('wasm');
const repeats = options.quick ? 1 : 3;
const rows = [];
const report = (what, ratio, details) => {
  rows.push({ what, ratio, ...details });
  const figures = Object.entries(details).map(([name, value]) => `${name} ${Number(value.toPrecision(3))}`);
  console.log(`${what.padEnd(72)} ${ratio.toPrecision(3).padStart(8)}   ${figures.join(', ')}`);
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
    const crops = project('by-cost', at);
    // A short job is done again and again, so that it is not the compiler that is timed.
    const enough = options.quick ? 0.1 : 0.5;
    for (const from = performance.now(); performance.now() - from < 1000 * enough; ) await crops();
    const rounds = Math.min(20, Math.ceil(enough / (await seconds(crops))));
    const many = Array.from({ length: rounds }, () => at).flat();
    const { first, second, ratio } = await compare(project('whole', at.slice(0, 1)), project('by-cost', many), repeats);
    report(`${model.name} ${layer}: whole pass / cropped, mean of ${at.length} places`, ratio * many.length, {
      whole: first,
      cropped: second / many.length,
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

async function againstNaive(model, image, layer) {
  const deconvnet = always(new Deconvnet(model), 'whole');
  const selection = { layer, featureMap: 3, position: 'strongest' };
  const naive = async () => {
    const made = naiveProjection(model, image, selection);
    await made.data();
    made.dispose();
  };
  const ours = async () => release(await deconvnet.project(image, selection));
  const { first, second, ratio } = await compare(naive, ours, repeats);
  report(`${model.name} ${layer}: gradients with another ReLU / whole pass`, ratio, { naive: first, whole: second });
  deconvnet.dispose();
}

async function manyAgainstOne(model, image, layer, maps) {
  const deconvnet = new Deconvnet(model);
  const selections = Array.from({ length: maps }, (_, featureMap) => ({ layer, featureMap, position: 'strongest' }));
  const all = async () => release(await deconvnet.project(image, selections));
  const one = async () => release(await deconvnet.project(image, selections[3]));
  const { first, second, ratio } = await compare(all, one, repeats);
  report(`${model.name} ${layer}: one of ${maps} maps at once / one alone`, ratio / maps, {
    all: first,
    one: second,
    'maps per second': maps / first,
  });
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

/**
 * Mining once the lists are full, as most of a run is: the pictures are dimmer ones of those that fill the lists, so
 * that all is looked at and little enters.
 */
async function miningAgainstForward(model, images) {
  const deconvnet = new Deconvnet(model);
  const layers = deconvnet.layers.filter(({ className }) => className === 'Conv2D').map(({ name }) => name);
  const miner = new PatchMiner(deconvnet, { layers, k: 9 });
  const batch = images.shape[0];
  let added = 0;
  const add = (pictures) =>
    miner.add(
      pictures,
      Array.from({ length: batch }, () => `picture ${String(added++).padStart(6, '0')}`),
    );
  while (added < 12) await add(images);
  const dimmer = tf.mul(images, 0.9);
  const forward = async () => {
    const output = model.predict(dimmer);
    await output.data();
    output.dispose();
  };
  const { first, second, ratio } = await compare(() => add(dimmer), forward, repeats);
  report(`${model.name}: mining all ${layers.length} convolutions / forward pass, lists full`, ratio, {
    mine: first,
    forward: second,
  });
  deconvnet.dispose();
  dimmer.dispose();
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

/** The shipped network on its pictures: what a small gallery costs. */
async function shipped(pictures) {
  const folder = fileURLToPath(new URL('../examples/cifar10-zfnet/', import.meta.url));
  const model = await loadModel(`${folder}model`);
  const deconvnet = new Deconvnet(model);
  const layers = deconvnet.layers.filter(({ className }) => className === 'Conv2D').map(({ name }) => name);
  const images = [];
  for await (const { image } of readPictures(`${folder}pictures`, deconvnet, { limit: pictures })) images.push(image);
  const batch = tf.concat(images, 0);
  const ids = images.map((_, i) => `picture ${i}`);
  const mine = async () => {
    const miner = new PatchMiner(deconvnet, { layers });
    await miner.add(batch, ids);
    return miner;
  };
  const forward = async () => {
    const output = model.predict(batch);
    await output.data();
    output.dispose();
  };
  const { first, second, ratio } = await compare(mine, forward, repeats);
  report(`shipped network: mining ${pictures} pictures into empty lists / forward pass`, ratio, {
    mine: first,
    forward: second,
  });
  const miner = await mine();
  const last = layers.at(-1);
  const maps = miner.featureMaps(last);
  const patches = async () => {
    for (let map = 0; map < maps; map++) release(await miner.project(last, map));
  };
  const found = Array.from({ length: maps }, (_, map) => miner.top(last, map).length).reduce((a, b) => a + b, 0);
  const compared = await compare(patches, forward, repeats);
  report(
    `shipped network: projecting a patch of ${last} / forward pass of a picture`,
    (compared.ratio * pictures) / found,
    {
      all: compared.first,
      'maps per second': maps / compared.first,
      'projections per second': found / compared.first,
    },
  );
  deconvnet.dispose();
  tf.dispose([batch, ...images]);
}

const machine = {
  cpu: cpus()[0].model,
  cores: cpus().length,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  node: process.version,
  tfjs: tf.version_core,
  backend: 'wasm, one thread',
  date: new Date().toISOString().slice(0, 10),
};
console.log(
  `${Object.entries(machine)
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · ')}`,
);
console.log(`Medians over ${repeats} interleaved repetitions; figures beside the ratios are seconds.\n`);
const vgg = vgg16(options.quick ? { size: 112, blocks: [16, 32, 64, 128, 128] } : {});
const size = vgg.inputs[0].shape[1];
const image = noise(1, size);
await cropsAgainstWhole(vgg, image, ['conv4', 'conv7', 'conv10', 'conv13']);
await downAgainstUp(vgg, image, 'conv13');
await againstNaive(vgg, image, 'conv13');
await manyAgainstOne(vgg, image, 'conv7', options.quick ? 64 : 256);
const nine = noise(9, size);
await patchesAgainstWhole(vgg, nine, 'conv7');
await miningAgainstForward(vgg, tf.slice(nine, [0], [4]));
await peakBytes(vgg, image, 'conv13');
const dag = residual(options.quick ? { size: 64, filters: [16, 32] } : {});
await cropsAgainstWhole(dag, noise(1, dag.inputs[0].shape[1]), ['conv3', 'add2']);
await shipped(options.quick ? 32 : 128);
await opening(report, repeats, options.quick ? { size: 64, units: 1024 } : {});
if (options.json) writeFileSync(options.json, `${JSON.stringify({ machine, repeats, rows }, null, 2)}\n`);
