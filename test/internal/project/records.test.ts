import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { builtInMirror, Deconvnet, type DeconvnetOptions, type Mirror } from 'deconvnet';
import { describe, expect, it, vi } from 'vitest';
import { extentOf, featureMapsOf, isInput, type NetworkNode } from '../../../src/network/network.js';
import type { Crop } from '../../../src/project/crop/crop.js';
import { knownShapes } from '../../../src/project/crop/known-shapes.js';
import { hasMasks, partsSeenBy } from '../../../src/project/crop/plan.js';
import { disposeSentDown, sendDown } from '../../../src/project/down/send-down.js';
import type { Engine } from '../../../src/project/engine.js';
import { disposeAscent } from '../../../src/project/up/ascend.js';
import { ascendRows } from '../../../src/project/up/ascend-rows.js';
import { backends, draws, inTurn, sampled, use } from '../../support/backends.js';
import { ADDED_CLASSES } from '../../support/mirrors/added-classes.js';
import { LAYER_CLASSES } from '../../support/mirrors/layer-classes.js';
import { somePlaces } from '../../support/project/crop-against-whole.js';
import { networkAround } from '../../support/project/network-around.js';
import { noiseTensor } from '../../support/project/networks.js';
import { randomGraph } from '../../support/project/random-graph.js';

// A layer's own call rounds otherwise than its mirror, which has to compute the layer on a part. With every call declared
// wrong, the mirrors compute all layers that they can compute, on both ways up.
vi.mock('../../../src/network/tfjs-faults.js', async (importActual) => ({
  ...(await importActual<object>()),
  isCallWrong: ({ layer }: NetworkNode) => builtInMirror(layer).up !== undefined,
}));

const rules = ['deconvnet', 'guided', 'gradient'] as const;

/** The sizes that tfjs 4.22 states of these are wrong: no other layer can stand on them. */
const NOT_IN_A_MODEL = ['Resizing', 'CenterCrop'];

/** On wasm the rounding of an average depends on the region that is pooled, so that the two ways up differ already. */
const ROUNDS_BY_REGION = /^AveragePooling/;

/** The pixels of one activation, after a way up on one part of the network and a way down on another part. */
async function pixelsBy(
  engine: Engine,
  inputs: readonly tf.Tensor[],
  target: NetworkNode,
  at: { readonly featureMap: number; readonly position: readonly number[]; readonly up?: Crop; readonly down: Crop },
): Promise<Float32Array[]> {
  const seeds = [{ request: 0, row: 0, featureMap: at.featureMap, position: at.position, cutToField: false }];
  const ascent = ascendRows(engine, inputs, [0], { targets: [target], record: true, crop: at.up });
  const sent = sendDown(engine, ascent, { target, seeds, unit: false, crop: at.down });
  disposeAscent(ascent);
  const pixels = await Promise.all(sent.pixels.map((rows) => rows?.[0]?.data<'float32'>()));
  disposeSentDown([sent], { pixels: true });
  return pixels.filter((values) => values !== undefined);
}

/** Compares both ways at some places of every layer; returns how many of the places run on less than the whole. */
async function compare(
  model: tfl.LayersModel,
  images: readonly tf.Tensor[],
  options: DeconvnetOptions,
): Promise<number> {
  const deconvnet = new Deconvnet(model, options);
  const { engine } = deconvnet;
  const inputs = images.map((image) => tf.expandDims(image));
  const shapes = knownShapes(engine.network, inputs)!;
  let parts = 0;
  for (const node of engine.network.nodes.filter((one) => !isInput(one) && !hasMasks(engine, one))) {
    for (const [i, position] of somePlaces(extentOf(shapes[node.index]!, node.channelAxis)).entries()) {
      const { up, down } = partsSeenBy(engine, node, position, shapes);
      if (!up || !down) continue;
      const featureMap = (i + 1) % featureMapsOf(node);
      const small = await pixelsBy(engine, inputs, node, { featureMap, position, up, down });
      const shared = await pixelsBy(engine, inputs, node, { featureMap, position, down });
      expect(shared, `${node.name} at [${position}]`).toEqual(small);
      if (small.some((values) => values.some((value) => value !== 0))) parts++;
    }
  }
  tf.dispose(inputs);
  deconvnet.dispose();
  return parts;
}

describe.each(backends)('on %s, a way down on the part that an activation sees', (backend) => {
  const title = 'has the same bits with records cut from a whole way up, as after a way up on that part';

  it.each([1, 2, 3, 4, 5, 6].slice(0, draws(6)))(`${title}: generated graph %i`, async (seed) => {
    await use(backend);
    for (const rule of inTurn(rules, seed)) {
      const model = randomGraph(seed, { averages: backend !== 'wasm' });
      expect(await compare(model, [noiseTensor([12, 11, 3], seed + 50)], { rule })).toBeGreaterThan(5);
    }
  });

  const layers = Object.entries({ ...LAYER_CLASSES, ...ADDED_CLASSES }).filter(
    ([name]) => !NOT_IN_A_MODEL.includes(name) && !(backend === 'wasm' && ROUNDS_BY_REGION.test(name)),
  );
  it.each(layers)(`${title}: through %s`, async (_, { fixed }) => {
    await use(backend);
    for (const [i, { make, inputShapes, channelAxis }] of sampled(fixed).entries()) {
      const model = networkAround(make(), inputShapes, channelAxis);
      const images = inputShapes.map((shape, at) => noiseTensor(shape, at + 3));
      for (const rule of inTurn(rules, i)) await compare(model, images, { rule });
    }
  });
});

describe('a record that cannot be cut to a part', () => {
  const recording = (record: (output: tf.Tensor) => tf.Tensor, recordsLieOn?: Mirror['recordsLieOn']): Mirror => ({
    window: 'pointwise',
    up: ([input]) => tf.relu(input!),
    record: ({ output }) => [record(output)],
    ...(recordsLieOn && { recordsLieOn }),
    down: (signal) => tf.mul(signal, 2),
  });

  it.each([
    ['whose mirror does not say where it lies', recording((output) => tf.clone(output)), /must say in 'recordsLieOn'/],
    [
      'with other cells than its mirror says',
      recording((output) => tf.concat([output, output], 1), ['output']),
      /must say in 'recordsLieOn'/,
    ],
  ])('is an error: one %s', async (_, mirror, message) => {
    await use('cpu');
    const layers = [
      tfl.layers.reLU({ inputShape: [8, 8, 1], name: 'below' }),
      tfl.layers.conv2d({ filters: 1, kernelSize: 3, name: 'above' }),
    ];
    const model = tfl.sequential({ layers });
    await expect(
      compare(model, [noiseTensor([8, 8, 1], 1)], { mirrors: { below: () => mirror } }),
    ).rejects.toMatchObject({
      code: 'invalid-mirror',
      layer: 'below',
      message: expect.stringMatching(message),
    });
  });
});
