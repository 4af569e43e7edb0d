import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type DeconvnetOptions, PatchMiner, type Projection, type Selection } from 'deconvnet';
import { loadModel } from 'deconvnet/node';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { extentOf, featureMapsOf, type NetworkNode } from '../../../src/network/network.js';
import { backends, draws, inTurn, use } from '../../support/backends.js';
import { listNetworks } from '../../support/project/list-networks.js';
import { noiseTensor } from '../../support/project/networks.js';

const rules = ['deconvnet', 'guided', 'gradient'] as const;
const strategies = ['by-cost', 'cropped', 'whole'] as const;
type Strategy = (typeof strategies)[number];

/** Everything that a projection says, its pixels bit by bit. */
async function told(projection: Projection): Promise<object> {
  const { layer, featureMap, position, activation, probability, output, receptiveField, empty, cropped } = projection;
  const pixels: Record<string, unknown> = {};
  for (const [name, input] of Object.entries(projection.inputs)) {
    const bits = new Uint32Array(((await input.pixels.data()) as Float32Array).slice().buffer);
    pixels[name] = [input.pixels.shape, input.receptiveField, String(bits)];
  }
  return { layer, featureMap, position, activation, probability, output, receptiveField, empty, cropped, pixels };
}

/** Some pictures of a batch, for each of the model's inputs. */
function rowsOf(batches: readonly tf.Tensor[], from: number, count: number): tf.Tensor[] {
  return batches.map((batch) => tf.slice(batch, [from, ...batch.shape.slice(1).map(() => 0)], [count]));
}

/**
 * Asserts that selections of a batch come out as each by itself does, on the same part of the network or on any; says
 * how many were not zero. What the list is held to, `maxBytes`, one alone is not.
 */
async function expectSameBits(
  model: tfl.LayersModel,
  batches: readonly tf.Tensor[],
  selections: readonly Selection[],
  { strategy, maxBytes = 2 ** 26, ...options }: DeconvnetOptions & { strategy: Strategy },
): Promise<number> {
  const several = new Deconvnet(model, { ...options, maxBytes });
  const single = new Deconvnet(model, options);
  several.engine.strategy = strategy;
  single.engine.strategy = strategy;
  const pictures = batches[0]!.shape[0]!;
  const made = await several.projectBatch(batches, selections);
  expect(made).toHaveLength(pictures * selections.length);
  let lit = 0;
  for (const [at, projection] of made.entries()) {
    const image = rowsOf(batches, Math.floor(at / selections.length), 1);
    const alone = await single.project(image, selections[at % selections.length]!);
    expect(await told(projection)).toEqual(await told(alone));
    if (!alone.empty) lit++;
    projection.dispose();
    alone.dispose();
    tf.dispose(image);
  }
  several.dispose();
  single.dispose();
  return lit;
}

/** Selections in some layers, with the shapes that one picture has there. */
function selectionsIn(nodes: readonly NetworkNode[], shapes: readonly (readonly number[])[]): fc.Arbitrary<Selection> {
  return fc.integer({ min: 0, max: nodes.length - 1 }).chain((at) => {
    const node = nodes[at]!;
    const place = fc.tuple(...extentOf(shapes[at]!, node.channelAxis).map((cells) => fc.nat(cells - 1)));
    return fc.record({
      layer: fc.constant(node.name),
      featureMap: fc.nat(featureMapsOf(node) - 1),
      position: fc.oneof(fc.constantFrom('all' as const, 'strongest' as const), place, place),
      crop: fc.boolean(),
    });
  });
}

describe.each(backends)('a list of selections on %s', (backend) => {
  beforeEach(() => use(backend));

  it.each(Object.entries(listNetworks))(
    'gives the same bits as each selection by itself: %s',
    async (_, { make, inputs }) => {
      const model = make();
      const batches = inputs.map((shape, i) => noiseTensor([3, ...shape], 3 + i));
      const deconvnet = new Deconvnet(model);
      const nodes = deconvnet.engine.network.nodes.filter((node) => node.inputs.length > 0);
      const shapes: number[][] = [];
      for (const { name } of nodes) {
        shapes.push([1, ...(await deconvnet.activations(rowsOf(batches, 0, 1), name)).shape]);
      }
      let lit = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(selectionsIn(nodes, shapes), { minLength: 1, maxLength: 5 }),
          fc.integer({ min: 1, max: 3 }),
          fc.record({
            rule: fc.constantFrom(...rules),
            strategy: fc.constantFrom(...strategies),
            maxBytes: fc.constantFrom(1, 10_000, 2 ** 26),
          }),
          async (selections, pictures, options) => {
            const some = rowsOf(batches, 0, pictures);
            lit += await expectSameBits(model, some, selections, options);
            tf.dispose(some);
          },
        ),
        { numRuns: draws(20), seed: 17 },
      );
      expect(lit).toBeGreaterThan(draws(20));
    },
  );

  // These need values between the steps of a layer, or a way up of the whole picture, where others do not.
  it.each([
    ['layers with roundings of their own', 0],
    ['a softmax and a gate in the middle', 1],
  ])('gives the same bits whatever the others need of the way up: %s', async (name, number) => {
    const { make, inputs } = listNetworks[name]!;
    const model = make();
    const batches = inputs.map((shape, i) => noiseTensor([5, ...shape], 9 + i));
    const { layers } = new Deconvnet(model);
    const upper = layers.filter(({ mirror }) => mirror !== 'input').slice(1);
    const maps = upper.flatMap(({ name: layer, featureMaps }) =>
      Array.from({ length: Math.min(3, featureMaps) }, (_, featureMap): Selection => ({ layer, featureMap })),
    );
    const selections = [...maps.map((map): Selection => ({ ...map, position: 'strongest' })), maps.at(-1)!];
    for (const strategy of inTurn(['by-cost', 'cropped'] as const, number)) {
      expect(await expectSameBits(model, batches, selections, { rule: 'guided', strategy })).toBeGreaterThan(20);
    }
  });

  it('gives the same bits where a fixed place in an upper layer stands beside a whole map in a lower one', async () => {
    const model = await loadModel('examples/cifar10-zfnet/model');
    const batches = [noiseTensor([1, 32, 32, 3], 1)];
    const selections: Selection[] = [
      { layer: 'conv5', featureMap: 29, position: [2, 2] },
      { layer: 'conv3', featureMap: 0 },
      { layer: 'conv4', featureMap: 3, position: 'strongest' },
      { layer: 'conv2', featureMap: 1, position: [0, 4], crop: true },
    ];
    expect(await expectSameBits(model, batches, selections, { strategy: 'by-cost' })).toBeGreaterThan(1);
  });

  it('gives mined patches, some of which go up whole, the bits of each by itself', async () => {
    const { make, inputs } = listNetworks['a Sequential']!;
    const deconvnet = new Deconvnet(make(), { maxBytes: 10_000 });
    const images = noiseTensor([12, ...inputs[0]!], 4);
    const miner = new PatchMiner(deconvnet, { layers: ['pool1', 'conv2'], k: 9 });
    await miner.add(
      images,
      Array.from({ length: 12 }, (_, i) => String(i)),
    );
    for (const layer of ['pool1', 'conv2']) {
      for (let featureMap = 0; featureMap < 5; featureMap++) {
        const patches = miner.top(layer, featureMap);
        const made = await miner.project(layer, featureMap);
        expect(made).toHaveLength(patches.length);
        for (const [i, { id, position }] of patches.entries()) {
          const [image] = rowsOf([images], Number(id), 1);
          const alone = await deconvnet.project(image!, { layer, featureMap, position });
          expect(await told(made[i]!)).toEqual(await told(alone));
        }
      }
    }
  });
});
