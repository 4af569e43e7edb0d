import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, PatchMiner } from 'deconvnet';
import { compare, seconds } from './clock.mjs';
import { naiveProjection } from './naive.mjs';
import { noise, residual, vgg16 } from './networks.mjs';
import { release } from './release.mjs';

/** What projections cost: crops, whole passes, many feature maps at a time, mined patches. */
export async function projecting(context) {
  const { quick } = context;
  const vgg = vgg16(quick ? { size: 112, blocks: [16, 32, 64, 128, 128] } : {});
  const size = vgg.inputs[0].shape[1];
  const image = noise(1, size);
  await cropsAgainstWhole(context, vgg, image, ['conv4', 'conv7', 'conv10', 'conv13']);
  await downAgainstUp(context, vgg, image, 'conv13');
  await againstNaive(context, vgg, image, 'conv13');
  await manyAgainstOne(context, vgg, image, 'conv7', quick ? 64 : 256);
  const nine = noise(9, size);
  await patchesAgainstWhole(context, vgg, nine, 'conv7');
  await peakBytes(context, vgg, image, 'conv13');
  const dag = residual(quick ? { size: 64, filters: [16, 32] } : {});
  await cropsAgainstWhole(context, dag, noise(1, dag.inputs[0].shape[1]), ['conv3', 'add2']);
}

/** Runs every projection on whole pictures. The choice is by cost otherwise. */
function always(deconvnet, strategy) {
  deconvnet.engine.strategy = strategy;
  return deconvnet;
}

/** A grid of places, with corners and middle. */
function places(cells, quick) {
  const along = quick ? [0, cells >> 1] : [0, cells >> 2, cells >> 1, cells - 1];
  return along.flatMap((y) => along.map((x) => [y, x]));
}

async function cropsAgainstWhole({ report, repeats, quick }, model, image, layers) {
  const deconvnet = new Deconvnet(model);
  for (const layer of layers) {
    const cells = deconvnet.layers.find(({ name }) => name === layer).outputShape[1];
    const at = places(cells, quick).map((position) => ({ layer, featureMap: 3, position }));
    const project = (strategy, chosen) => async () => {
      always(deconvnet, strategy);
      for (const selection of chosen) release(await deconvnet.project(image, selection));
    };
    const crops = project('by-cost', at);
    // A short job is done again and again, so that it is not the compiler that is timed.
    const enough = quick ? 0.1 : 0.5;
    for (const from = performance.now(); performance.now() - from < 1000 * enough; ) await crops();
    const rounds = Math.min(20, Math.ceil(enough / (await seconds(crops))));
    const many = Array.from({ length: rounds }, () => at).flat();
    const { first, second, ratio } = await compare(project('whole', at.slice(0, 1)), project('by-cost', many), repeats);
    report.row(`${model.name} ${layer}: whole pass / cropped, mean of ${at.length} places`, ratio * many.length, {
      whole: first,
      cropped: second / many.length,
    });
  }
  deconvnet.dispose();
}

async function downAgainstUp({ report, repeats }, model, image, layer) {
  const deconvnet = always(new Deconvnet(model), 'whole');
  const up = async () => (await deconvnet.activations(image, layer)).dispose();
  const both = async () => release(await deconvnet.project(image, { layer, featureMap: 3 }));
  const { first, second, ratio } = await compare(both, up, repeats);
  report.row(`${model.name} ${layer}: whole way down / way up`, ratio - 1, { both: first, up: second });
  deconvnet.dispose();
}

async function againstNaive({ report, repeats }, model, image, layer) {
  const deconvnet = always(new Deconvnet(model), 'whole');
  const selection = { layer, featureMap: 3, position: 'strongest' };
  const naive = async () => {
    const made = naiveProjection(model, image, selection);
    await made.data();
    made.dispose();
  };
  const ours = async () => release(await deconvnet.project(image, selection));
  const { first, second, ratio } = await compare(naive, ours, repeats);
  report.row(`${model.name} ${layer}: gradients with another ReLU / whole pass`, ratio, {
    naive: first,
    whole: second,
  });
  deconvnet.dispose();
}

async function manyAgainstOne({ report, repeats }, model, image, layer, maps) {
  const deconvnet = new Deconvnet(model);
  const selections = Array.from({ length: maps }, (_, featureMap) => ({ layer, featureMap, position: 'strongest' }));
  const all = async () => release(await deconvnet.project(image, selections));
  const one = async () => release(await deconvnet.project(image, selections[3]));
  const { first, second, ratio } = await compare(all, one, repeats);
  report.row(`${model.name} ${layer}: one of ${maps} maps at once / one alone`, ratio / maps, {
    all: first,
    one: second,
    'maps per second': maps / first,
  });
  deconvnet.dispose();
}

async function patchesAgainstWhole({ report, repeats }, model, images, layer) {
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
  report.row(`${model.name} ${layer}: nine mined patches / nine whole passes`, ratio / 9, {
    nine: first,
    whole: second,
  });
  deconvnet.dispose();
  image.dispose();
}

/** The most bytes that tensors take at a time, above those of the model and the picture. */
async function peakBytes({ report }, model, image, layer) {
  const before = tf.memory().numBytes;
  const deconvnet = always(new Deconvnet(model), 'whole');
  const { peakBytes: peak } = await tf.profile(async () => {
    release(await deconvnet.project(image, { layer, featureMap: 3, position: 'strongest' }));
    return tf.scalar(0);
  });
  report.row(`${model.name} ${layer}: peak of tensors, MB, whole picture`, (peak - before) / 1e6, {});
  deconvnet.dispose();
}
