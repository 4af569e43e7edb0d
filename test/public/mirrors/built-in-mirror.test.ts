import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { builtInMirror, Deconvnet, type LayerInfo, type RuleName } from 'deconvnet';
import { checkMirror } from 'deconvnet/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { expectClose, values } from '../../support/compare.js';
import { fillWeights, noiseTensor } from '../../support/project/networks.js';

const { conv2d, maxPooling2d } = tfl.layers;

const model = (activation: 'relu' | 'swish' | 'tanh' | 'linear'): tfl.LayersModel =>
  fillWeights(
    tfl.sequential({
      layers: [
        conv2d({
          inputShape: [9, 9, 2],
          filters: 3,
          kernelSize: 3,
          strides: 2,
          padding: 'same',
          activation,
          name: 'conv1',
        }),
        maxPooling2d({ poolSize: 2, name: 'pool1' }),
        conv2d({ filters: 2, kernelSize: 2, activation, name: 'conv2' }),
      ],
    }),
  );

describe.each(backends)('built-in mirrors on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(
    (['relu', 'swish', 'tanh', 'linear'] as const).flatMap((activation) =>
      (['deconvnet', 'guided', 'gradient'] as const).map((rule) => [activation, rule] as const),
    ),
  )('given back as the user’s own change nothing: %s, %s', async (activation, rule: RuleName) => {
    const network = model(activation);
    const image = noiseTensor([9, 9, 2], 3);
    const plain = new Deconvnet(network, { rule });
    // A layer with a bounded nonlinearity is seeded at the input of this nonlinearity, but one with a mirror of the user's
    // own is seeded at its output, because the library cannot look inside that mirror.
    const wrappedLayer = activation === 'tanh' && rule !== 'gradient' ? 'conv1' : 'Conv2D';
    const wrapped = new Deconvnet(network, {
      rule,
      mirrors: {
        [wrappedLayer]: (layer) => builtInMirror(layer, { rule }),
        MaxPooling2D: (layer) => ({ ...builtInMirror(layer, { rule }) }),
      },
    });
    // The library cannot know that what a user's mirror records only scales a seed of its own layer.
    const facts = ({ dependsOnPicture: _, ...others }: LayerInfo): object => others;
    expect(wrapped.layers.map(facts)).toEqual(plain.layers.map(facts));
    for (const [i, { dependsOnPicture }] of plain.layers.entries()) {
      if (dependsOnPicture) expect(wrapped.layers[i]!.dependsOnPicture).toBe(true);
    }
    for (const featureMap of [0, 1]) {
      const selection = { layer: 'conv2', featureMap, position: [0, 0] };
      const want = await values(await plain.project(image, selection));
      const got = await values(await wrapped.project(image, selection));
      if (want.some((value) => value !== 0)) expectClose(got, want);
      else expect(got).toEqual(want);
    }
    const { numTensors } = tf.memory();
    wrapped.dispose();
    expect(tf.memory().numTensors).toBe(numTensors - 5);
  });

  it('can be taken of a layer over time whose activation is fused', async () => {
    await use('cpu');
    const layer = tfl.layers.timeDistributed({ layer: tfl.layers.dense({ units: 2, activation: 'relu' }) });
    layer.apply(tf.zeros([2, 3, 4]));
    await checkMirror(layer, builtInMirror(layer), { inputShapes: [[3, 4]], linear: false });
  });

  it('are missing with an error that names the layer', () => {
    class Mystery extends tfl.layers.Layer {
      static readonly className = 'Mystery';
    }
    expect(() => builtInMirror(new Mystery({ name: 'what' }))).toThrow(/Mystery 'what' has no mirror/);
  });
});
