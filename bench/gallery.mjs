import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { getBackend } from '@tensorflow/tfjs-core';
import { byLayer } from './by-layer.mjs';
import { countWaysUp } from './counting.mjs';
import { close, countPatches, draw, forwardPasses, minePictures, spreadMaps } from './gallery-work.mjs';
import { vgg16 } from './networks.mjs';
import { picturesToMine } from './pictures.mjs';
import { withPlainKernels } from './plain-kernels.mjs';
import { inTemporaryFolder } from './temporary-folder.mjs';
import { saveModel } from './write-model.mjs';

const ALL_LAYERS = Array.from({ length: 13 }, (_, i) => `conv${i + 1}`);
const QUICK_LAYERS = ['conv1', 'conv4', 'conv7', 'conv10', 'conv13'];
const INPUT = 'tf';

/**
 * A gallery of some feature maps in each convolution of VGG-16, and its parts: mining, projecting and drawing, in one
 * thread and with the default number of workers.
 *
 * @param options `photographs`: a folder, instead of the pictures of this repository; `pictures`: how many; `maps`: of
 * each layer; `workers` and `chunk`: instead of the defaults; `byLayer`: whether to measure each layer on its own, too
 */
export async function gallery(context, options) {
  const { quick } = context;
  const { pictures = quick ? 8 : 63, maps = quick ? 1 : 4, photographs } = options;
  await inTemporaryFolder(async (folder) => {
    const vgg = vgg16(quick ? { size: 64, blocks: [8, 16, 32, 64, 64] } : {});
    const size = vgg.inputs[0].shape[1];
    await saveModel(folder, vgg);
    vgg.dispose();
    const files = await picturesToMine(join(folder, 'pictures'), { photographs, count: pictures, size });
    const network = { model: folder, input: INPUT, files, chunk: options.chunk };
    // Small networks get no workers by default. Workers have no graphics card.
    const threads = quick && getBackend() === 'wasm' ? availableParallelism() : undefined;
    const workers = options.workers ?? threads;
    const layers = quick ? QUICK_LAYERS : ALL_LAYERS;
    const miner = await mining(context, network, { layers, workers });
    const shown = spreadMaps(miner.deconvnet, layers, maps);
    const { alone, shared } = await drawing(context, miner, { ...network, folder, workers, maps: shown });
    if (options.byLayer) {
      const gain = alone / shared;
      await layerByLayer(context, miner, { files: files.slice(0, 3), pictures: files.length, gain });
    }
    close(miner);
  });
}

async function mining({ report, quick }, network, { layers, workers }) {
  const { miner, seconds } = await minePictures({ ...network, layers, workers });
  const { files } = network;
  const what = `vgg16: mining ${files.length} pictures in ${layers.length} layers / forward passes`;
  const forward = await forwardPasses(miner.deconvnet, files);
  // Those of TensorFlow.js alone take longer, so that a few have to do.
  const few = files.slice(0, 16);
  const plain = (await withPlainKernels(() => forwardPasses(miner.deconvnet, few))) * (files.length / few.length);
  for (const [whose, passes] of Object.entries({ '': forward, ' of TensorFlow.js alone': plain })) {
    report.row(`${what}${whose}`, seconds / passes, {
      ...{ mine: seconds, 'forward, one thread': passes, workers: workers ?? 'default' },
      ...(quick && { note: 'a smaller network' }),
    });
  }
  return miner;
}

async function drawing({ report }, miner, { workers, ...at }) {
  const { projections, pictures } = countPatches(miner, at.maps);
  let alone;
  const waysUp = await countWaysUp(miner.deconvnet.model, async () => {
    alone = await draw(miner, { ...at, workers: 0 });
  });
  const shared = await draw(miner, { ...at, workers });
  const what = `vgg16: gallery of ${projections} projections`;
  report.row(`${what}, one thread / workers`, alone.total / shared.total, {
    ...{ 'one thread': alone.total, 'with workers': shared.total, workers: workers ?? 'default' },
  });
  for (const [name, run] of Object.entries({ 'in one thread': alone, 'with workers': shared })) {
    const { opening, projecting, drawing: rest, processor } = run;
    report.row(`${what}, ${name}`, undefined, {
      ...{ projecting, drawing: rest, 'processor time': processor, 'before (not counted)': opening },
      'projections per second': projections / run.total,
    });
  }
  report.row(`${what}: ways up / pictures`, waysUp / pictures, { 'ways up': waysUp, pictures });
  timeLeft(report, what, { 'in one thread': alone.course, 'with workers': shared.course });
  return { alone: alone.projecting, shared: shared.projecting };
}

/** By how much the time left was wrong, in per cent: by estimated cost, and by the number of projections. */
function timeLeft(report, what, courses) {
  for (const [name, course] of Object.entries(courses)) {
    const errors = [0.1, 0.25, 0.5, 0.75].map((share) => {
      const { cost, count } = course.errorAt(share);
      return [`at ${100 * share} %`, `${signed(cost)} % by cost and ${signed(count)} % by count`];
    });
    report.row(`${what}, ${name}: error of the time left`, undefined, Object.fromEntries(errors));
  }
}

const signed = (value) => `${value > 0 ? '+' : ''}${value.toFixed(0)}`;

async function layerByLayer({ report }, { deconvnet, layers: names }, { files, pictures, gain }) {
  const layers = await byLayer(deconvnet, files, names);
  for (const { layer, down, up } of layers) {
    report.row(`vgg16 ${layer}: one more projection of a picture, one thread`, undefined, {
      seconds: down,
      'way up': up,
    });
  }
  const all = layers.reduce((sum, { featureMaps }) => sum + 9 * featureMaps, 0);
  const down = layers.reduce((sum, layer) => sum + 9 * layer.featureMaps * layer.down, 0);
  const up = pictures * layers.at(-1).up;
  report.row(`vgg16: all ${all} projections, estimated`, undefined, {
    ...{ 'one thread': up + down, 'ways up': up, 'ways down': down },
    'with workers, at their gain in the gallery': (up + down) / gain,
  });
}
