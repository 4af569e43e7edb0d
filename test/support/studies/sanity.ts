import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type DeconvnetOptions, type SourceItem } from 'deconvnet';
import { expect } from 'vitest';
import { noise } from '../project/networks.js';

/** A picture of reproducible values between 0 and 1. */
export const picture = (shape: [number, number, number], seed = 1): tf.Tensor3D =>
  tf.tensor3d(
    noise(shape[0] * shape[1] * shape[2], seed).map((value) => (value + 1) / 2),
    shape,
  );

/** All weights of a model: their values, and which tensors they are. */
export const weightsOf = (model: tfl.LayersModel): unknown[] =>
  model.getWeights().map((weight) => ({ id: weight.dataId, values: weight.dataSync().slice() }));

/**
 * Runs a study on a network and a picture, disposes both, and expects that nothing else is left, and that the network has
 * not changed to the bit.
 */
export async function withNetwork<Result>(
  model: tfl.LayersModel,
  image: tf.Tensor,
  study: (deconvnet: Deconvnet, item: SourceItem) => Promise<Result>,
  options: DeconvnetOptions = {},
): Promise<Result> {
  const deconvnet = new Deconvnet(model, options);
  const weights = weightsOf(model);
  // tfjs makes some tensors once, at the first use of a backend.
  const before = tf.memory().numTensors;
  try {
    return await study(deconvnet, { id: 'a.png', image });
  } finally {
    expect(weightsOf(model)).toEqual(weights);
    deconvnet.dispose();
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
    image.dispose();
  }
}

/** A network of one dense layer on the pixels, with the weights of each unit as columns. */
export function denseOnPixels(
  shape: [number, number, number],
  columns: readonly (readonly number[])[],
  activation: 'linear' | 'softmax' | 'sigmoid' = 'softmax',
): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [
      tfl.layers.flatten({ inputShape: shape }),
      tfl.layers.dense({ units: columns.length, activation, name: 'answer' }),
    ],
  });
  const kernel = tf.tidy(() => tf.transpose(tf.tensor2d(columns.map((column) => [...column]))));
  const bias = tf.zeros([columns.length]);
  model.getLayer('answer').setWeights([kernel, bias]);
  tf.dispose([kernel, bias]);
  return model;
}

/** The values divided by the root of the sum of their squares. */
export const atUnitLength = (values: readonly number[]): number[] =>
  values.map((value) => value / Math.hypot(...values));
