import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type Selection } from 'deconvnet';
import { loadLayersModel } from 'deconvnet/models';
import { describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { largest } from '../../support/compare.js';
import type { OperationCase } from '../../support/models/operation-case.js';
import { OPERATION_CASES } from '../../support/models/operation-cases.js';
import { from, network, reading } from '../../support/models/saved-graph.js';
import { expectSame } from '../../support/project/crop-against-whole.js';

const PIXELS = [10, 9, 4];

/** A network in which `a` and `b` are made of the pixels, and the operation is on top. */
function load({ layer, positive }: OperationCase): Promise<tfl.LayersModel> {
  const pixels = reading('InputLayer', 'in', [], { batch_input_shape: [null, ...PIXELS], dtype: 'float32' });
  const pooled = { pool_size: [3, 3], strides: [1, 1], padding: 'valid' };
  const layers = [
    pixels,
    reading('AveragePooling2D', 'p', from('in'), pooled),
    positive
      ? reading('Activation', 'a', from('p'), { activation: 'sigmoid' })
      : reading('Rescaling', 'a', from('p'), { scale: 2 }),
    reading('MaxPooling2D', 'b', from('in'), pooled),
    layer,
  ];
  return loadLayersModel({
    load: async () => ({ modelTopology: network(layers), weightSpecs: [], weightData: new ArrayBuffer(0) }),
  });
}

/** The same network by functions. */
function compute(x: tf.Tensor, { oracle, positive }: OperationCase): tf.Tensor {
  const p = tf.avgPool(x as tf.Tensor4D, [3, 3], 1, 'valid');
  return oracle(positive ? tf.sigmoid(p) : tf.mul(p, 2), tf.maxPool(x as tf.Tensor4D, [3, 3], 1, 'valid'));
}

const pixels = (batch: number): tf.Tensor => tf.randomNormal([batch, ...PIXELS], 0, 1, 'float32', 7);

async function expectClose(got: tf.Tensor, wanted: tf.Tensor): Promise<void> {
  expect(got.shape).toEqual(wanted.shape);
  const [have, want] = [Array.from(await got.data()), Array.from(await wanted.data())];
  expect(largest(have.map((value, i) => value - want[i]!))).toBeLessThan(1e-5 * Math.max(largest(want), 1e-6));
}

/** An activation in the middle of the output, and one at its border. */
function selections(shape: readonly number[]): Selection[] {
  const extent = shape.slice(1, -1);
  const featureMap = shape.at(-1)! - 1;
  return [
    { layer: 'c', featureMap, position: extent.map((size) => Math.floor(size / 2)) },
    { layer: 'c', featureMap, position: extent.map(() => 0) },
  ];
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  it.each(OPERATION_CASES)('$title computes what TensorFlow computes, for each image of a batch', async (one) => {
    await use(backend);
    const before = tf.memory().numTensors;
    const model = await load(one);
    const x = pixels(2);
    const got = model.predict(x) as tf.Tensor;
    const wanted = tf.tidy(() => compute(x, one));
    await expectClose(got, wanted);
    expect(model.outputs[0]!.shape.slice(1)).toEqual(wanted.shape.slice(1));
    tf.dispose([x, got, wanted]);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

it.each(OPERATION_CASES)('$title projects, under the rule gradient, what tf.grad finds', async (one) => {
  await use('cpu');
  const model = await load(one);
  const deconvnet = new Deconvnet(model, { rule: 'gradient' });
  const x = pixels(1);
  const before = tf.memory().numTensors;
  const output = tf.tidy(() => compute(x, one));
  for (const selection of selections(output.shape)) {
    const projection = await deconvnet.project(x, selection);
    const at = [0, ...(selection.position as number[]), selection.featureMap as number];
    const wanted = tf.tidy(() =>
      tf.grad((x: tf.Tensor) =>
        tf.mul(
          projection.activation,
          tf.sum(
            tf.slice(
              compute(x, one),
              at,
              at.map(() => 1),
            ),
          ),
        ),
      )(x),
    );
    const [row] = wanted.shape;
    expect(row).toBe(1);
    const flat = tf.reshape(projection.pixels, wanted.shape);
    await expectClose(flat, wanted);
    tf.dispose([flat, wanted]);
    projection.dispose();
  }
  output.dispose();
  expect(tf.memory().numTensors).toBe(before);
  x.dispose();
  deconvnet.dispose();
  model.dispose();
});

it.each(OPERATION_CASES)('$title gives by crops what whole passes give', async (one) => {
  await use('cpu');
  const model = await load(one);
  const x = pixels(1);
  const shape = tf.tidy(() => compute(x, one).shape);
  for (const rule of ['deconvnet', 'guided'] as const) await expectSame(model, x, selections(shape), { rule });
  x.dispose();
  model.dispose();
});
