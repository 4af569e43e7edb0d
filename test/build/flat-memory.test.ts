import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, PatchMiner, type SourceItem } from 'deconvnet';
import { writeGallery } from 'deconvnet/node';
import { beforeAll, expect, inject, it } from 'vitest';
import { use } from '../support/backends.js';
import { growth, type Memory, memoryNow, rise } from '../support/memory-samples.js';
import { fillWeights, noiseTensor } from '../support/project/networks.js';
import { tempFolder } from '../support/temp-folder.js';

const [PICTURES, LAYERS, MAPS, K] = inject('long') ? [10_000, 20, 1000, 2] : [300, 6, 100, 1];
const SHAPE = [6, 6, 1];
const BATCH = 20;
/** So many samples are taken while the network is mined, and while patches are projected. */
const SAMPLES = inject('long') ? 15 : 6;

/** Layers of many feature maps above a small convolution and a max pooling. */
function wide(): tfl.LayersModel {
  const { conv2d, maxPooling2d } = tfl.layers;
  const input = tfl.input({ shape: SHAPE });
  const first = conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(input);
  const pooled = maxPooling2d({ poolSize: 2 }).apply(first);
  const layers = layerNames.map((name) => conv2d({ filters: MAPS, kernelSize: 2, activation: 'relu', name }));
  const outputs = layers.map((layer) => layer.apply(pooled) as tfl.SymbolicTensor);
  const model = fillWeights(tfl.model({ inputs: input, outputs }));
  // All activations lie around 8. So the first pictures hit all bins that the histograms will ever have.
  for (const layer of layers) layer.setWeights([layer.getWeights()[0]!, tf.fill([MAPS], 8)]);
  return model;
}

const layerNames = Array.from({ length: LAYERS }, (_, i) => `wide${i}`);

function* pictures(): Generator<SourceItem> {
  for (let i = 0; i < PICTURES; i++) {
    yield { id: `picture ${i}`, image: noiseTensor(SHAPE, i + 1), label: `class ${i % 10}` };
  }
}

interface Sampler {
  readonly samples: Memory[];
  /** What was counted at each sample. */
  readonly counts: (readonly number[])[];
  at(done: number): void;
}

/** Takes samples of the memory while some work goes on, evenly spread. */
function sampler(total: number, count: number, counted: () => readonly number[] = () => []): Sampler {
  const samples: Memory[] = [];
  const counts: (readonly number[])[] = [];
  return {
    ...{ samples, counts },
    at(done) {
      if (done < ((samples.length + 1) * total) / (count + 1) || samples.length >= count) return;
      counts.push(counted());
      samples.push(memoryNow());
    },
  };
}

/** How many different boxes of pixels, and places of patches, the lists of a miner refer to. */
function keptBy(miner: PatchMiner): readonly [boxes: number, places: number] {
  const [boxes, places] = [new Set<unknown>(), new Set<unknown>()];
  for (const layer of miner.layers) {
    for (const map of miner.minedMaps(layer)) {
      for (const { pixels, receptiveField } of miner.entries(layer, map)) {
        boxes.add(pixels);
        places.add(receptiveField);
      }
    }
  }
  return [boxes.size, places.size];
}

/** Expects that nothing has grown from the first third of a job to the last, up to some bytes of JavaScript's heap. */
function expectFlat(job: string, samples: readonly Memory[], { heap }: { readonly heap: number }): void {
  const grown = growth(samples);
  const shown = samples.map((one) => `${(one.heap / 1e6).toFixed(2)} MB, ${one.tensors} tensors`).join('; ');
  if (inject('long'))
    console.log(`${job}: grown by ${JSON.stringify(grown)}; at the end ${JSON.stringify(samples.at(-1))}`);
  expect(grown.heap, `${job}: ${shown}`).toBeLessThan(heap);
  // While work goes on, the tensors of one batch come and go.
  expect(grown.tensors, `${job}: ${shown}`).toBeLessThan(2 * BATCH);
  expect(grown.arrays, job).toBeLessThan(2e6);
  expect(grown.wasm, job).toBe(0);
}

/** The size of all files in a folder. */
function bytesIn(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

beforeAll(() => use('wasm'));

it(`memory stays flat over ${PICTURES} pictures and ${LAYERS * MAPS} feature maps`, async () => {
  const model = wide();
  const deconvnet = new Deconvnet(model, { input: { scale: 1, mean: [0], std: [1] } });
  const miner = new PatchMiner(deconvnet, { layers: layerNames, k: K });
  const before = tf.memory().numTensors;

  const mining = sampler(PICTURES, SAMPLES, () => keptBy(miner));
  await miner.run(pictures(), { batchSize: BATCH, onProgress: ({ images }) => mining.at(images) });
  expect(miner.images).toBe(PICTURES);
  expect(tf.memory().numTensors).toBe(before);
  // At first all lists refer to patches of the same few batches, which share their pixels and their places, and later to
  // patches of many. There are at most as many as there are entries in the lists, which is a fixed number.
  const [boxes, places] = [0, 1].map((kind) => rise(mining.counts.map((count) => count[kind]!))) as [number, number];
  if (inject('long'))
    console.log(`The lists came to refer to ${boxes} more boxes of pixels and ${places} more places.`);
  expectFlat('mining', mining.samples, { heap: 1.5e6 + 700 * boxes + 400 * places });

  const patches = K * LAYERS * MAPS;
  const projecting = sampler(patches, SAMPLES);
  let projected = 0;
  for await (const { projection } of miner.projectAll()) {
    projection.dispose();
    projecting.at(++projected);
  }
  expect(projected).toBe(patches);
  expectFlat('projecting', projecting.samples, { heap: 1.5e6 });
  const prepared = tf.memory().numTensors;

  const [keeping, drawing] = [sampler(patches, SAMPLES), sampler(LAYERS * MAPS, LAYERS - 1)];
  const out = join(await tempFolder(), 'gallery');
  let onDisk = 0;
  const { maps } = await writeGallery(miner, {
    ...{ out, tile: 16, workers: 0 },
    onProjected: (progress) => {
      keeping.at(progress.patches);
      if (progress.patches === patches) onDisk = bytesIn(join(out, 'unfinished'));
    },
    // Between two layers: what is known of the feature maps of one layer is in memory together.
    onProgress: ({ done }) => drawing.at(done),
  });
  expect(maps).toBe(LAYERS * MAPS);
  expect(tf.memory().numTensors).toBe(prepared);
  expectFlat('projecting for a gallery', keeping.samples, { heap: 1.5e6 });
  // The search index has the lists of all feature maps.
  expectFlat('drawing', drawing.samples, { heap: 1e6 + 200 * LAYERS * MAPS });
  // A projection has a float per pixel of the box in which its signal can land, here at most 36, and a description.
  expect(onDisk / patches).toBeLessThan(4 * 36 + 500);
  if (inject('long')) {
    const peak = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(
      `At most ${peak} MiB were resident. Projections waited in ${(onDisk / 1e6).toFixed(1)} MB on the disk.`,
    );
  }
  deconvnet.dispose();
  model.dispose();
}, 1_800_000);
