import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, PatchMiner, type Projection } from 'deconvnet';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isInput, type NetworkNode } from '../../../src/network/network.js';
import { passCost } from '../../../src/project/crop/cost.js';
import { knownShapes } from '../../../src/project/crop/known-shapes.js';
import { ascendRows } from '../../../src/project/up/ascend-rows.js';
import { backends, draws, inTurn, use } from '../../support/backends.js';
import { fillWeights, noiseTensor, smallConvnet } from '../../support/project/networks.js';
import { randomGraph } from '../../support/project/random-graph.js';

vi.mock('../../../src/project/up/ascend-rows.js', async (importActual) => {
  const actual = await importActual<{ ascendRows: typeof ascendRows }>();
  return { ...actual, ascendRows: vi.fn(actual.ascendRows) };
});

afterEach(() => vi.mocked(ascendRows).mockClear());

const rules = ['deconvnet', 'guided', 'gradient'] as const;

/** A miner of all layers of a model, with a few images mined. */
async function mined(
  model: tfl.LayersModel,
  {
    rule = 'deconvnet',
    images = 4,
    k = 3,
    maxBytes,
  }: { rule?: (typeof rules)[number]; images?: number; k?: number; maxBytes?: number } = {},
): Promise<PatchMiner> {
  const deconvnet = new Deconvnet(model, { rule });
  const { nodes } = deconvnet.engine.network;
  const layers = nodes.filter((node) => !isInput(node)).map(({ name }) => name);
  const miner = new PatchMiner(deconvnet, { layers, k, ...(maxBytes !== undefined && { maxBytes }) });
  const shape = model.inputs[0]!.shape.slice(1) as number[];
  for (let i = 0; i < images; i++) {
    const image = noiseTensor(shape, i + 30);
    await miner.add(tf.expandDims(image), [`image ${i}`]);
    image.dispose();
  }
  return miner;
}

/** The pixels of all patches, by layer, feature map and rank. */
async function pixelsOf(miner: PatchMiner, crop: boolean): Promise<Map<string, [number[], Float32Array]>> {
  const all = new Map<string, [number[], Float32Array]>();
  for await (const { layer, featureMap, rank, projection } of miner.projectAll({ crop })) {
    all.set(`${layer} ${featureMap} ${rank}`, await valuesOf(projection));
  }
  return all;
}

async function valuesOf(projection: Projection): Promise<[number[], Float32Array]> {
  const values = (await projection.pixels.data()) as Float32Array;
  projection.dispose();
  return [projection.pixels.shape, values.slice()];
}

/** The pixels of all patches, each projected from a way up and down of the whole network. */
async function wholePixelsOf(miner: PatchMiner, crop: boolean): Promise<Map<string, [number[], Float32Array]>> {
  const { engine } = miner.deconvnet;
  const all = new Map<string, [number[], Float32Array]>();
  engine.strategy = 'whole';
  for (const layer of miner.layers) {
    for (const map of miner.minedMaps(layer)) {
      for (const [rank, projection] of (await miner.project(layer, map, { crop })).entries()) {
        all.set(`${layer} ${map} ${rank}`, await valuesOf(projection));
      }
    }
  }
  engine.strategy = 'by-cost';
  return all;
}

describe.each(backends)('projectAll on %s', (backend) => {
  it.each([1, 2, 3, 4, 5, 6].slice(0, draws(6)))(
    'gives the bits of project on the whole network: generated graph %i',
    async (seed) => {
      await use(backend);
      for (const rule of inTurn(rules, seed)) {
        const miner = await mined(randomGraph(seed, { averages: backend !== 'wasm' }), { rule });
        const crop = seed % 2 === 0;
        const all = await pixelsOf(miner, crop);
        expect(all.size).toBeGreaterThan(40);
        expect(all).toEqual(new Map([...(await wholePixelsOf(miner, crop))]));
        miner.deconvnet.dispose();
      }
    },
  );

  it('leaves no tensors, also if the caller stops early', async () => {
    await use(backend);
    const miner = await mined(smallConvnet());
    await pixelsOf(miner, true);
    const { numTensors } = tf.memory();
    await pixelsOf(miner, true);
    expect(tf.memory().numTensors).toBe(numTensors);
    for (const stop of [1, 2, 7]) {
      let count = 0;
      for await (const { projection } of miner.projectAll()) {
        projection.dispose();
        if (++count === stop) break;
      }
      expect(tf.memory().numTensors).toBe(numTensors);
    }
  });
});

describe('the ways up of projectAll', () => {
  const upOf = (): { readonly targets: readonly NetworkNode[]; readonly cropped: boolean }[] =>
    vi.mocked(ascendRows).mock.calls.map(([, , , { targets, crop }]) => ({ targets, cropped: crop !== undefined }));

  it('are one for each image, if most of the image matters', async () => {
    await use('cpu');
    const miner = await mined(smallConvnet(), { images: 3, k: 3 });
    vi.mocked(ascendRows).mockClear();
    const all = await pixelsOf(miner, true);
    expect(all.size).toBeGreaterThan(20);
    expect(upOf().length).toBe(3);
    expect(new Set(upOf().flatMap(({ targets }) => targets)).size).toBe(miner.layers.length);
  });

  it('are small ones of their own, where that costs less than one way up of both', async () => {
    await use('cpu');
    const { conv2d } = (await import('@tensorflow/tfjs-layers')).layers;
    const { sequential } = await import('@tensorflow/tfjs-layers');
    const conv = { filters: 2, kernelSize: 3, padding: 'same' as const, activation: 'relu' as const };
    const model = sequential({ layers: [conv2d({ ...conv, inputShape: [64, 64, 1] }), conv2d(conv)] });
    fillWeights(model, { seed: 5, positive: true });
    const deconvnet = new Deconvnet(model);
    const [, top] = deconvnet.layers.filter(({ className }) => className === 'Conv2D');
    const miner = new PatchMiner(deconvnet, { layers: [top!.name], k: 2, perImage: 2 });
    // Two bright points in opposite corners: each activation sees only its own corner.
    const image = tf.buffer([1, 64, 64, 1]);
    image.set(5, 0, 3, 3, 0);
    image.set(4, 0, 60, 60, 0);
    await miner.add(image.toTensor(), ['corners']);
    vi.mocked(ascendRows).mockClear();
    let cost = 0;
    const places = new Set<string>();
    for await (const { projection } of miner.projectAll({ onProgress: (progress) => (cost = progress.totalCost) })) {
      places.add(String(projection.position));
      projection.dispose();
    }
    expect(places.size).toBeGreaterThan(1);
    expect(upOf()).toHaveLength(2);
    expect(upOf().every(({ cropped }) => cropped)).toBe(true);
    const shapes = knownShapes(deconvnet.engine.network, [{ shape: [1, 64, 64, 1] }])!;
    const node = deconvnet.engine.network.nodes.find(({ name }) => name === top!.name)!;
    expect(cost).toBeLessThan(0.05 * passCost(deconvnet.engine.network, [node], shapes));
  });
});
