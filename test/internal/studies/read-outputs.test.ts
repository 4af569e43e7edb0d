import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { findNode } from '../../../src/network/network.js';
import { classOutputOf, readProbabilities } from '../../../src/studies/kit/class-scores.js';
import { readOutputs, readOutputsAndKeep } from '../../../src/studies/kit/read-outputs.js';
import { backends, use } from '../../support/backends.js';

const seeded = (seed: number) => tfl.initializers.glorotUniform({ seed });

/** A branch past `middle`, so that replacing the output of `middle` leaves one way from the input open. */
function branching(): tfl.LayersModel {
  const input = tfl.input({ shape: [6, 6, 2] });
  const conv = (name: string, seed: number) =>
    tfl.layers.conv2d({
      ...{ filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' },
      name,
      kernelInitializer: seeded(seed),
    });
  const low = conv('low', 1).apply(input);
  const middle = conv('middle', 2).apply(low);
  const sum = tfl.layers.add({ name: 'sum' }).apply([low, middle] as tfl.SymbolicTensor[]);
  const flat = tfl.layers.flatten().apply(sum);
  const answer = tfl.layers
    .dense({ units: 4, activation: 'softmax', name: 'answer', kernelInitializer: seeded(3) })
    .apply(flat) as tfl.SymbolicTensor;
  return tfl.model({ inputs: input, outputs: answer });
}

describe.each(backends)('reading outputs on %s', (backend) => {
  beforeAll(() => use(backend));

  it('reads several layers in one way up, as the model computes them', async () => {
    const model = branching();
    const deconvnet = new Deconvnet(model);
    const batch = tf.randomUniform([3, 6, 6, 2], 0, 1, 'float32', 5);
    const before = tf.memory().numTensors;
    const nodes = ['answer', 'middle'].map((name) => findNode(deconvnet.engine.network, name));
    const [answer, middle] = await readOutputs(deconvnet, [batch], nodes);
    expect(tf.memory().numTensors).toBe(before);
    const predicted = model.predict(batch) as tf.Tensor;
    expect(answer!.shape).toEqual([3, 4]);
    expect(middle!.shape).toEqual([3, 6, 6, 3]);
    for (const [i, value] of (await predicted.data()).entries()) expect(answer!.values[i]).toBeCloseTo(value, 5);
    const output = classOutputOf(deconvnet)!;
    expect(output.node.name).toBe('answer');
    const probabilities = await readProbabilities(deconvnet, output, [batch]);
    expect(probabilities.flat()).toEqual([...answer!.values]);
    for (const tensor of [batch, predicted]) tensor.dispose();
    deconvnet.dispose();
    model.dispose();
  });

  it('uses an output that is given in place of what the network computes there, and only there', async () => {
    const model = branching();
    const deconvnet = new Deconvnet(model);
    const { network } = deconvnet.engine;
    const [low, middle, sum] = ['low', 'middle', 'sum'].map((name) => findNode(network, name));
    const batch = tf.randomUniform([2, 6, 6, 2], 0, 1, 'float32', 6);
    const { outputs: asItIs, kept: own } = await readOutputsAndKeep(deconvnet, [batch], [sum!], middle!);
    const doubled = tf.mul(own, 2);
    const before = tf.memory().numTensors;
    const [lowValues, given, sums] = await readOutputs(
      deconvnet,
      [batch],
      [low!, middle!, sum!],
      new Map([[middle!.index, doubled]]),
    );
    expect(tf.memory().numTensors).toBe(before);
    expect(given!.values).toEqual(Float32Array.from(await doubled.data()));
    expect(Math.max(...given!.values)).toBeGreaterThan(0);
    for (const [i, value] of sums!.values.entries())
      expect(value).toBeCloseTo(lowValues!.values[i]! + given!.values[i]!, 5);
    const same = await readOutputs(deconvnet, [batch], [sum!], new Map([[middle!.index, own]]));
    const clean = await readOutputs(deconvnet, [batch], [sum!]);
    expect(same).toEqual(clean);
    expect(asItIs).toEqual(clean);
    for (const tensor of [batch, own, doubled]) tensor.dispose();
    deconvnet.dispose();
    model.dispose();
  });

  it('knows no classes where no output has a score for each', () => {
    const model = tfl.sequential({ layers: [tfl.layers.conv2d({ inputShape: [6, 6, 1], filters: 2, kernelSize: 3 })] });
    const deconvnet = new Deconvnet(model);
    expect(classOutputOf(deconvnet)).toBeUndefined();
    deconvnet.dispose();
    model.dispose();
  });
});
