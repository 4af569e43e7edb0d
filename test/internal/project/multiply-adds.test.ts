import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, expect, it } from 'vitest';
import { passCost } from '../../../src/project/crop/cost.js';
import { knownShapes } from '../../../src/project/crop/known-shapes.js';
import { use } from '../../support/backends.js';
import { positions } from '../../support/mirrors/positions.js';

beforeAll(() => use('cpu'));

const { layers } = tfl;

/** How many multiply-adds loops do, the innermost of which does one. */
function loops(...sizes: readonly number[]): number {
  let count = 0;
  for (const _ of positions(sizes)) count++;
  return count;
}

/** The multiply-adds of a layer on one image: the estimate without what it adds for reading and writing values. */
function estimated(layer: tfl.layers.Layer, inputShape: readonly number[]): number {
  const input = tfl.input({ shape: [...inputShape] });
  const model = tfl.model({ inputs: input, outputs: layer.apply(input) as tfl.SymbolicTensor });
  const { network } = new Deconvnet(model, { fallback: 'gradient' }).engine;
  const shapes = knownShapes(network, [tf.zeros([1, ...inputShape])])!;
  const values = shapes.at(-1)!.slice(1);
  return passCost(network, [network.nodes.at(-1)!], shapes) - 4 * values.reduce((a, b) => a * b, 1);
}

const conv = { filters: 5, kernelSize: [3, 2] as [number, number] };
/** The initial values are not read, and others would need more of tfjs. */
const recurrent = { units: 5, recurrentInitializer: 'zeros' as const };
const convLstm = { ...conv, recurrentInitializer: 'zeros' as const };
const timed = (layer: tfl.layers.Layer): tfl.layers.Layer => layers.timeDistributed({ layer });

/**
 * Layers, what they read, and their loops: over the cells that they make, the places of the window, the feature maps that
 * they read and those that they make. A window that sticks out counts as a whole.
 */
const CASES: readonly (readonly [string, tfl.layers.Layer, readonly number[], number])[] = [
  ['Conv2D', layers.conv2d(conv), [9, 8, 3], loops(7, 7, 3, 2, 3, 5)],
  [
    'DepthwiseConv2D',
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
    [9, 8, 3],
    loops(7, 6, 3, 3, 3, 2),
  ],
  [
    'SeparableConv2D',
    layers.separableConv2d({ ...conv, depthMultiplier: 2, strides: 2 }),
    [9, 8, 3],
    // A depthwise convolution, and a convolution of one pixel on what it makes.
    loops(4, 4, 3, 2, 3, 2) + loops(4, 4, 3 * 2, 5),
  ],
  [
    'ConvLSTM2D, all steps',
    layers.convLstm2d({ ...convLstm, returnSequences: true }) as tfl.layers.Layer,
    [4, 9, 8, 3],
    // Four gates read the picture and the state, at each step of time.
    loops(4, 7, 7, 3, 2, 3, 4 * 5) + loops(4, 7, 7, 3, 2, 5, 4 * 5),
  ],
  [
    'ConvLSTM2D, the last step',
    layers.convLstm2d(convLstm) as tfl.layers.Layer,
    [4, 9, 8, 3],
    loops(4, 7, 7, 3, 2, 3, 4 * 5) + loops(4, 7, 7, 3, 2, 5, 4 * 5),
  ],
  ['TimeDistributed(Conv2D)', timed(layers.conv2d(conv)), [4, 9, 8, 3], loops(4, 7, 7, 3, 2, 3, 5)],
  [
    'TimeDistributed(SeparableConv2D)',
    timed(layers.separableConv2d(conv)),
    [4, 9, 8, 3],
    loops(4, 7, 7, 3, 2, 3) + loops(4, 7, 7, 3, 5),
  ],
  ['TimeDistributed(Dense)', timed(layers.dense({ units: 5 })), [4, 7], loops(4, 7, 5)],
  ['TimeDistributed(ReLU)', timed(layers.reLU()), [4, 7], 0],
  ['Dense', layers.dense({ units: 5 }), [7], loops(7, 5)],
  [
    'LSTM, all steps',
    layers.lstm({ ...recurrent, returnSequences: true }),
    [4, 3],
    loops(4, 3, 4 * 5) + loops(4, 5, 4 * 5),
  ],
  ['GRU, the last step', layers.gru(recurrent), [4, 3], loops(4, 3, 3 * 5) + loops(4, 5, 3 * 5)],
  [
    'Bidirectional',
    layers.bidirectional({ layer: layers.simpleRNN(recurrent) as tfl.RNN, mergeMode: 'concat' }),
    [4, 3],
    2 * (loops(4, 3, 5) + loops(4, 5, 5)),
  ],
];

it.each(CASES)('estimates as many multiply-adds as loops do: %s', (_, layer, inputShape, counted) => {
  expect(estimated(layer, inputShape)).toBe(counted);
});
