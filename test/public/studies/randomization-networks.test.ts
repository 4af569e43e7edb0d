import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { DeconvnetOptions } from 'deconvnet';
import { type RandomizationOptions, type RandomizationStep, randomization } from 'deconvnet/studies';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { fillWeights, smallConvnet } from '../../support/project/networks.js';
import { picture, withNetwork } from '../../support/studies/sanity.js';

const { conv2d } = tfl.layers;
type Symbolic = tfl.SymbolicTensor;

/** A class that nobody has registered. */
class Unregistered extends tfl.layers.Layer {
  static readonly className = 'Unregistered';

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => tf.mul([inputs].flat()[0]!, 2));
  }
}

describe.each(backends)('randomization of other networks on %s', (backend) => {
  beforeAll(() => use(backend));

  const study = (
    model: tfl.LayersModel,
    options: RandomizationOptions,
    own: DeconvnetOptions = {},
  ): Promise<RandomizationStep[]> => {
    const run = async (...given: Parameters<typeof randomization>): Promise<RandomizationStep[]> => {
      const list: RandomizationStep[] = [];
      for await (const step of randomization(...given)) list.push(step);
      return list;
    };
    return withNetwork(model, picture([8, 6, 2]), (deconvnet, item) => run(deconvnet, item, options), own);
  };

  const names = (steps: readonly RandomizationStep[]) => steps.slice(1).map(({ randomized }) => randomized);
  const ranks = (steps: readonly RandomizationStep[]) =>
    steps.map(({ projections }) => projections[0]!.likeness!.signed.rankCorrelation);

  it('makes the layers of nested models random', async () => {
    const inner = tfl.sequential({
      name: 'inner',
      layers: [
        conv2d({ inputShape: [8, 6, 2], filters: 3, kernelSize: 3, activation: 'relu', name: 'a' }),
        tfl.layers.batchNormalization({ name: 'norm' }),
      ],
    });
    const input = tfl.input({ shape: [8, 6, 2] });
    const output = conv2d({ filters: 2, kernelSize: 3, name: 'b' }).apply(inner.apply(input)) as Symbolic;
    const model = fillWeights(tfl.model({ inputs: input, outputs: output }), { positive: true });
    const steps = await study(model, { layer: 'b', maps: 1, rules: ['guided'] });
    expect(names(steps)).toEqual(['b', 'inner/norm', 'inner/a']);
    expect(
      ranks(steps)
        .slice(1)
        .every((rank) => rank < 0.99),
    ).toBe(true);
  });

  it('makes a layer that is used twice random at its topmost place, and only once', async () => {
    const twice = conv2d({ filters: 2, kernelSize: 3, padding: 'same', name: 'twice' });
    const input = tfl.input({ shape: [8, 6, 2] });
    const middle = conv2d({ filters: 2, kernelSize: 3, name: 'middle' }).apply(twice.apply(input));
    const model = fillWeights(tfl.model({ inputs: input, outputs: twice.apply(middle) as Symbolic }));
    const steps = await study(model, { layer: 'twice#2', maps: 1, rules: ['guided'] });
    expect(names(steps)).toEqual(['twice#2', 'middle']);
    expect(
      ranks(steps)
        .slice(1)
        .every((rank) => rank < 0.99),
    ).toBe(true);
  });

  it('makes the layer inside a TimeDistributed random', async () => {
    const model = fillWeights(
      tfl.sequential({
        layers: [
          tfl.layers.timeDistributed({
            ...{ inputShape: [8, 6, 2], name: 'rows' },
            layer: tfl.layers.dense({ units: 3 }),
          }),
        ],
      }),
    );
    const steps = await study(model, { layer: 'rows', maps: 1, rules: ['gradient'] });
    expect(names(steps)).toEqual(['rows']);
    expect(steps[1]!.projections[0]!.pixels).not.toEqual(steps[0]!.projections[0]!.pixels);
  });

  it("keeps the user's own mirrors in the copies", async () => {
    let made = 0;
    const mirrors = {
      low: () => {
        made++;
        return { down: (signal: tf.Tensor) => tf.ones([signal.shape[0]!, 8, 6, 2]) };
      },
    };
    const model = fillWeights(
      tfl.sequential({
        layers: [
          conv2d({ inputShape: [8, 6, 2], filters: 3, kernelSize: 3, name: 'low' }),
          conv2d({ filters: 2, kernelSize: 3, name: 'high' }),
        ],
      }),
    );
    const steps = await study(model, { layer: 'high', maps: 1, rules: ['deconvnet'] }, { mirrors });
    expect(made).toBeGreaterThan(2);
    expect(steps.map(({ projections }) => projections[0]!.likeness!.absolute.structuralSimilarity)).toEqual([1, 1, 1]);
  });

  it('says what is wrong if the model cannot be copied', async () => {
    const model = tfl.sequential({
      layers: [
        conv2d({ inputShape: [8, 6, 2], filters: 2, kernelSize: 3, name: 'low' }),
        new Unregistered({ name: 'own' }),
      ],
    });
    const refused = expect(study(model, { layer: 'low' })).rejects;
    await refused.toThrow(/cannot be copied.*Unregistered.*registerClass/s);
  });

  it('needs a network that takes one picture', async () => {
    const model = tfl.sequential({ layers: [tfl.layers.dense({ inputShape: [4], units: 2, name: 'low' })] });
    const refused = expect(study(model, { layer: 'low' })).rejects;
    await refused.toMatchObject({ code: 'unsupported-option' });
    await expect(study(smallConvnet(), { layer: 'conv2' })).rejects.toMatchObject({ code: 'shape-mismatch' });
  });
});
