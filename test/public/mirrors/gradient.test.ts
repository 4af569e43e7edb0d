import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { sampled, use } from '../../support/backends.js';
import { expectClose, largest, values } from '../../support/compare.js';
import { noiseTensor } from '../../support/project/networks.js';
import { randomGraph } from '../../support/project/random-graph.js';

/** The part of a model below a layer. */
function below(model: tfl.LayersModel, layer: string): tfl.LayersModel {
  return tfl.model({ inputs: model.inputs, outputs: model.getLayer(layer).output as tfl.SymbolicTensor });
}

/** Activation times its gradient, as the cpu backend's own differentiation has it; for a whole feature map ½Σa². */
async function truth(model: tfl.LayersModel, image: tf.Tensor, layer: string, featureMap: number): Promise<number[]> {
  const part = below(model, layer);
  const half = (x: tf.Tensor): tf.Scalar => {
    const y = part.apply(tf.expandDims(x, 0), { training: false }) as tf.Tensor;
    const map = tf.gather(y, [featureMap], y.rank - 1);
    return tf.mul(0.5, tf.sum(tf.square(map))) as tf.Scalar;
  };
  return Array.from(await tf.grad(half)(image).data());
}

const seeds = Array.from({ length: 10 }, (_, seed) => seed);

describe('the rule gradient on generated graphs', () => {
  beforeAll(() => use('cpu'));

  it.each(sampled(seeds))('is the gradient of ½Σa²: graph %i', async (seed) => {
    // Without average pooling: where it is padded, tfjs's own gradient divides by whole windows.
    const model = randomGraph(seed, { averages: false });
    const image = noiseTensor([12, 11, 3], seed + 70);
    const deconvnet = new Deconvnet(model, { rule: 'gradient' });
    let compared = 0;
    for (const { name } of model.layers.slice(1)) {
      const want = await truth(model, image, name, 1);
      const projection = await deconvnet.project(image, { layer: name, featureMap: 1 });
      const got = await values(projection);
      projection.dispose();
      if (largest(want) === 0) {
        expect(largest(got)).toBe(0);
        continue;
      }
      expectClose(got, want, 1e-4);
      compared++;
    }
    expect(compared).toBeGreaterThan(5);
    deconvnet.dispose();
  });
});

describe('cpu and wasm', () => {
  it.each(sampled(seeds))('agree on every layer and rule: graph %i', async (seed) => {
    const found: number[][][] = [];
    for (const backend of ['cpu', 'wasm'] as const) {
      await use(backend);
      const model = randomGraph(seed);
      const image = noiseTensor([12, 11, 3], seed + 70);
      const here: number[][] = [];
      for (const rule of ['deconvnet', 'guided', 'gradient'] as const) {
        const deconvnet = new Deconvnet(model, { rule });
        for (const { name } of deconvnet.layers.slice(1)) {
          const projection = await deconvnet.project(image, { layer: name, featureMap: 0, position: 'strongest' });
          here.push(await values(projection));
          projection.dispose();
        }
        deconvnet.dispose();
      }
      model.dispose();
      found.push(here);
    }
    let compared = 0;
    for (const [i, want] of found[0]!.entries()) {
      if (largest(want) === 0) {
        expect(largest(found[1]![i]!)).toBe(0);
        continue;
      }
      expectClose(found[1]![i]!, want, 1e-3);
      compared++;
    }
    expect(compared).toBeGreaterThan(10);
  });
});
