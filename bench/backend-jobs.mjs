import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, PatchMiner, renderProjection } from 'deconvnet';
import { compare, median, seconds } from './clock.mjs';
import { countCalls } from './counting.mjs';
import { kernelTimes } from './kernel-times.mjs';
import { noise, vgg16 } from './networks.mjs';
import { release } from './release.mjs';

const SMALL = { size: 32, blocks: [4, 8, 8, 16, 16] };
const DEPTHS = ['conv4', 'conv7', 'conv10', 'conv13'];

/**
 * The jobs that run on every backend, in Node and in a page: a forward pass, projections at four depths, many feature
 * maps, mining, and what a gallery projects and draws, from pictures of noise.
 */
export async function backendJobs({ report, repeats, quick }) {
  const model = vgg16(quick ? SMALL : {});
  const deconvnet = new Deconvnet(model);
  const context = { report, repeats, quick, model, deconvnet, size: model.inputs[0].shape[1] };
  const image = noise(1, context.size);
  await forwardPass(context, image);
  for (const layer of DEPTHS) await projection(context, image, layer);
  await manyMaps(context, image, quick ? 8 : 256);
  await mining(context);
  await gallery(context, quick ? { pictures: 2, maps: 1 } : { pictures: 63, maps: 4 });
  deconvnet.dispose();
  model.dispose();
  image.dispose();
}

async function forwardPass({ report, repeats, model }, image) {
  report.row('forward pass of a picture', undefined, { seconds: await timed(() => predict(model, image), repeats) });
}

/** One activation in the middle of a layer: what it costs, and what it asks of the backend. */
async function projection({ report, repeats, deconvnet }, image, layer) {
  const [, cells] = deconvnet.layers.find(({ name }) => name === layer).outputShape;
  const position = [cells >> 1, cells >> 1];
  const project = async () => finish(await deconvnet.project(image, { layer, featureMap: 3, position }));
  const time = await timed(project, repeats);
  const calls = await countCalls(project);
  report.row(`${layer}: one projection`, undefined, { seconds: time, ...callsText(calls) });
  // Reshape and Identity start nothing.
  const frequent = [...calls.byKernel].filter(([name]) => !/Reshape|Identity/.test(name)).sort(([, a], [, b]) => b - a);
  report.row(`${layer}: the kernels that are called most often`, undefined, Object.fromEntries(frequent.slice(0, 6)));
  const times = await kernelTimes(project);
  if (times) report.row(`${layer}: the kernels that take longest, milliseconds`, undefined, times);
}

async function manyMaps({ report, deconvnet }, image, maps) {
  const selections = Array.from({ length: maps }, (_, map) => ({
    ...{ layer: 'conv7', featureMap: map, position: 'strongest' },
  }));
  const all = async () => finish(await deconvnet.project(image, selections));
  const time = await timed(all, 1);
  const calls = await countCalls(all);
  report.row(`conv7: ${maps} feature maps of one picture`, undefined, {
    ...{ seconds: time, 'maps per second': maps / time },
    ...callsText(calls, maps),
  });
}

async function mining({ report, repeats, model, deconvnet, size }) {
  const batch = noise(4, size);
  const miner = new PatchMiner(deconvnet, { layers: convolutionsOf(deconvnet) });
  let added = 0;
  const add = (images) =>
    miner.add(
      images,
      Array.from({ length: 4 }, () => `picture ${added++}`),
    );
  while (added < 12) await add(batch);
  const dimmer = tf.mul(batch, 0.9);
  const { first, second, ratio } = await compare(
    () => add(dimmer),
    () => predict(model, dimmer),
    repeats,
  );
  const calls = await countCalls(() => add(dimmer));
  report.row('mining 4 pictures in all convolutions / forward pass, lists full', ratio, {
    ...{ mine: first, forward: second },
    ...callsText(calls, 4),
  });
  tf.dispose([batch, dimmer]);
}

async function gallery({ report, deconvnet, size }, { pictures, maps }) {
  const layers = convolutionsOf(deconvnet);
  const chosen = Object.fromEntries(layers.map((layer) => [layer, Array.from({ length: maps }, (_, i) => 2 * i)]));
  const miner = new PatchMiner(deconvnet, { layers, featureMaps: chosen });
  const mine = await seconds(async () => {
    for (let i = 0; i < pictures; i++) {
      const image = tf.randomUniform([1, size, size, 3], -1, 1, 'float32', i + 1);
      await miner.add(image, [`picture ${String(i).padStart(2, '0')}`]);
      image.dispose();
    }
  });
  let count = 0;
  const project = async () => {
    count = 0;
    for await (const { projection } of miner.projectAll({ crop: true })) {
      await renderProjection(projection, { tile: 96 });
      projection.dispose();
      count++;
    }
  };
  // The counters cost nothing that can be measured, so that one run is enough.
  let time = 0;
  const calls = await countCalls(async () => {
    time = await seconds(project);
  });
  report.row(`gallery: projections of ${maps} maps of each convolution, ${pictures} pictures`, undefined, {
    ...{ 'mine (and read patches)': mine, 'project and draw': time, projections: count },
    'projections per second': count / time,
    ...callsText(calls, count),
  });
}

const convolutionsOf = ({ layers }) => layers.filter(({ className }) => className === 'Conv2D').map(({ name }) => name);

/** The median of some runs. The first one does not count, because shaders are compiled in it. */
async function timed(work, repeats) {
  await work();
  const times = [];
  for (let i = 0; i < repeats; i++) times.push(await seconds(work));
  return median(times);
}

/** Waits until the graphics card has computed everything, by reading what it computes last. */
async function finish(projections) {
  const all = [projections].flat();
  await all.at(-1).pixels.data();
  release(all);
}

async function predict(model, image) {
  const output = model.predict(image);
  await output.data();
  output.dispose();
}

/** Calls per projection or picture. One of the reads is the one of this benchmark. */
function callsText({ kernels, programs, reads }, count = 1) {
  return {
    ...{ 'kernels each': kernels / count, 'read-backs each': reads / count },
    ...(programs > 0 && { 'shaders each': programs / count }),
  };
}
