import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type Selection } from 'deconvnet';
import { describe, expect, it } from 'vitest';
import type { Layer } from '../../src/network/layer-access.js';
import { extentOf, featureMapsOf } from '../../src/network/network.js';
import { backends, use } from '../support/backends.js';
import { expectSame, projectBy, somePlaces } from '../support/crop-against-whole.js';
import { everyLayer } from '../support/every-layer.js';
import { fillWeights, noiseTensor } from '../support/networks.js';
import { randomGraph } from '../support/random-graph.js';

const rules = ['deconvnet', 'guided', 'gradient'] as const;

/** The sizes that tfjs 4.22 states of these are wrong: no other layer can stand on them. */
const NOT_IN_A_MODEL = ['Resizing', 'CenterCrop'];

/** Some places of every layer that has pixels below it, with the boxes cut out for some of them. */
function selectionsIn(model: tfl.LayersModel): Selection[] {
  const { network } = new Deconvnet(model).engine;
  return network.nodes
    .filter(({ inputs }) => inputs.length > 0)
    .flatMap((node) =>
      somePlaces(extentOf(node.outputShape as number[], node.channelAxis)).map((position, i) => ({
        layer: node.name,
        featureMap: (i + 1) % featureMapsOf(node),
        position,
        crop: i === 2,
      })),
    );
}

describe.each(backends)('a crop on %s', (backend) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('equals the whole on generated graph %i, under all rules', async (seed) => {
    await use(backend);
    const model = randomGraph(seed);
    const selections = selectionsIn(model);
    for (const rule of rules) {
      const lit = await expectSame(model, noiseTensor([12, 11, 3], seed + 50), selections, { rule });
      expect(lit).toBeGreaterThan(selections.length / 3);
    }
  });

  it.each(Object.entries(everyLayer).filter(([name]) => !NOT_IN_A_MODEL.includes(name)))(
    'equals the whole through %s',
    async (_, uses) => {
      await use(backend);
      let lit = 0;
      for (const { make, inputShapes, channelAxis } of uses) {
        const model = networkAround(make() as Layer, inputShapes, channelAxis);
        const images = inputShapes.map((shape, i) => noiseTensor(shape, i + 3));
        lit += await expectSame(model, images.length === 1 ? images[0]! : images, selectionsIn(model), {}, 1e-4);
      }
      expect(lit).toBeGreaterThan(0);
    },
  );
});

/** The layer above something that it reads only a part of, and below something that reads only a part of it. */
function networkAround(layer: Layer, shapes: readonly number[][], channelAxis = -1): tfl.LayersModel {
  const apply = (one: unknown, from: tfl.SymbolicTensor | tfl.SymbolicTensor[]): tfl.SymbolicTensor =>
    (one as tfl.layers.RNN).apply(from) as tfl.SymbolicTensor;
  const windowed = (rank: number, channels: number): unknown => {
    const options = { filters: channels, kernelSize: 3, padding: 'same' as const, useBias: false };
    const { conv1d, conv2d, conv3d } = tfl.layers;
    return rank === 3 ? conv1d(options) : rank === 4 ? conv2d(options) : rank === 5 ? conv3d(options) : null;
  };
  const { dataFormat } = layer.getConfig() as { dataFormat?: string };
  const plain = channelAxis === 1 || dataFormat === 'channelsFirst';
  const inputs = shapes.map((shape) => tfl.input({ shape }));
  const below = inputs.map((input) => {
    const conv = plain ? null : windowed(input.rank, input.shape.at(-1)!);
    return conv ? apply(conv, input) : input;
  });
  const middle = apply(layer, below.length === 1 ? below[0]! : below);
  const conv = plain ? null : windowed(middle.rank, 3);
  const model = tfl.model({ inputs, outputs: conv ? apply(conv, middle) : middle });
  fillWeights(model, { seed: 4, positive: true });
  return model;
}

describe('what a crop costs', () => {
  const net = (): tfl.LayersModel => {
    const conv = { filters: 8, kernelSize: 3, padding: 'same' as const, activation: 'relu' as const };
    return fillWeights(
      tfl.sequential({
        layers: [
          tfl.layers.conv2d({ ...conv, inputShape: [64, 64, 3], name: 'conv1' }),
          tfl.layers.conv2d({ ...conv, name: 'conv2' }),
          tfl.layers.maxPooling2d({ poolSize: 2, name: 'pool' }),
          tfl.layers.conv2d({ ...conv, name: 'conv3' }),
        ],
      }),
    );
  };

  /** Multiply-adds of the convolutions that ran, from what the kernels were given. */
  async function multiplyAdds(work: () => Promise<unknown>): Promise<number> {
    const { kernels } = await tf.profile(async () => {
      await work();
      return tf.scalar(0);
    });
    return kernels
      .filter(({ name }) => name === 'Conv2D' || name === 'FusedConv2D')
      .map(({ inputShapes, outputShapes }) => {
        const [kernel, out] = [inputShapes[1]!, outputShapes[0]!];
        return (kernel.reduce((a, b) => a * b, 1) * out.reduce((a, b) => a * b, 1)) / out.at(-1)!;
      })
      .reduce((a, b) => a + b, 0);
  }

  it('is what the activation sees, up and down, not the picture', async () => {
    await use('cpu');
    const model = net();
    const image = noiseTensor([64, 64, 3], 1);
    const selections = [{ layer: 'conv3', featureMap: 0, position: [16, 16] }];
    const cropped = await multiplyAdds(() => projectBy('cropped', model, image, selections));
    const whole = await multiplyAdds(() => projectBy('whole', model, image, selections));
    // One cell of conv3 sees 3x3 cells of the pool, 6x6 of conv2, 8x8 of conv1, 10x10 pixels.
    const [conv1, conv2, conv3] = [3 * 72, 8 * 72, 8 * 72] as const;
    // On the way down windows stand on the side with more cells, and conv3 sends one of its eight maps.
    const [up, down] = [conv1 * 64 + conv2 * 36 + conv3, conv1 * 100 + conv2 * 64 + (conv3 / 8) * 9];
    expect(cropped).toBe(up + down);
    expect(whole).toBe(conv1 * 4096 + conv2 * 4096 + conv3 * 1024 + conv1 * 4096 + conv2 * 4096 + (conv3 / 8) * 1024);
  });
});
