import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type Selection } from 'deconvnet';
import { describe, expect, it } from 'vitest';
import { extentOf, featureMapsOf } from '../../../src/network/network.js';
import { backends, draws, sampled, unlessLong, use } from '../../support/backends.js';
import { ADDED_CLASSES } from '../../support/mirrors/added-classes.js';
import { LAYER_CLASSES } from '../../support/mirrors/layer-classes.js';
import { expectSame, somePlaces } from '../../support/project/crop-against-whole.js';
import { networkAround } from '../../support/project/network-around.js';
import { fillWeights, noiseTensor } from '../../support/project/networks.js';
import { randomGraph } from '../../support/project/random-graph.js';

const rules = ['deconvnet', 'guided', 'gradient'] as const;

/** The sizes that tfjs 4.22 states of these are wrong: no other layer can stand on them. */
const NOT_IN_A_MODEL = ['Resizing', 'CenterCrop'];

/**
 * Some places of every layer that has pixels below it, with the boxes cut out for some of them; as many places as are
 * drawn here, other ones from layer to layer.
 */
function selectionsIn(model: tfl.LayersModel): Selection[] {
  const { network } = new Deconvnet(model).engine;
  return network.nodes
    .filter(({ inputs }) => inputs.length > 0)
    .flatMap((node, n) => {
      const places = somePlaces(extentOf(node.outputShape as number[], node.channelAxis));
      return places
        .map((position, i) => ({
          layer: node.name,
          featureMap: (i + 1) % featureMapsOf(node),
          position,
          crop: i === 2,
        }))
        .filter((_, i) => (i + n) % places.length < draws(places.length));
    });
}

describe.each(backends)('a crop on %s', (backend) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8].slice(0, draws(8)))(
    'equals the whole on generated graph %i, under all rules',
    async (seed) => {
      await use(backend);
      const model = randomGraph(seed);
      const selections = selectionsIn(model);
      for (const rule of rules) {
        const lit = await expectSame(model, noiseTensor([12, 11, 3], seed + 50), selections, { rule });
        expect(lit).toBeGreaterThan(selections.length / 3);
      }
    },
  );

  const classes = Object.entries({ ...LAYER_CLASSES, ...ADDED_CLASSES }).filter(
    ([name]) => !NOT_IN_A_MODEL.includes(name),
  );
  it.each(unlessLong(classes))('equals the whole through %s', async (_, { fixed }) => {
    await use(backend);
    let lit = 0;
    for (const { make, inputShapes, channelAxis } of sampled(fixed)) {
      const model = networkAround(make(), inputShapes, channelAxis);
      const images = inputShapes.map((shape, i) => noiseTensor(shape, i + 3));
      lit += await expectSame(model, images.length === 1 ? images[0]! : images, selectionsIn(model), {}, 1e-4);
    }
    expect(lit).toBeGreaterThan(0);
  });
});

describe.each(backends)('a Permute that moves the channels, on %s', (backend) => {
  it('is cropped, and lets the layers above it see the windows that they read', async () => {
    await use(backend);
    const { conv2d, permute } = tfl.layers;
    const conv = { filters: 3, kernelSize: 3, activation: 'relu' as const };
    const model = tfl.sequential({
      layers: [
        conv2d({ ...conv, inputShape: [12, 11, 2], name: 'last' }),
        permute({ dims: [3, 1, 2], name: 'forward' }),
        conv2d({ ...conv, dataFormat: 'channelsFirst', name: 'first' }),
        permute({ dims: [2, 3, 1], name: 'back' }),
        conv2d({ ...conv, kernelSize: [1, 2], strides: 2, name: 'top' }),
      ],
    });
    fillWeights(model, { seed: 4, positive: true });
    const fields = new Deconvnet(model).layers.map(({ receptiveField }) => receptiveField?.size);
    expect(fields.slice(1)).toEqual([
      [3, 3],
      [3, 3],
      [5, 5],
      [5, 5],
      [5, 6],
    ]);
    const selections = selectionsIn(model);
    for (const rule of rules) {
      expect(await expectSame(model, noiseTensor([12, 11, 2], 3), selections, { rule })).toBeGreaterThan(0);
    }
  });
});

describe('a layer that reads a part of what another reads whole', () => {
  it.each(['globalAveragePooling2d', 'flatten'] as const)('is run on only that part, below a %s', async (gather) => {
    await use('cpu');
    const input = tfl.input({ shape: [14, 15, 2] });
    const on = (x: tfl.SymbolicTensor, layer: unknown): tfl.SymbolicTensor =>
      (layer as tfl.layers.RNN).apply(x) as tfl.SymbolicTensor;
    const gathered = (x: tfl.SymbolicTensor): tfl.SymbolicTensor => on(x, tfl.layers[gather]({} as never));
    const conv = tfl.layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' });
    const branches = [
      gathered(on(on(input, conv), tfl.layers.cropping2D({ cropping: 5 }))),
      gathered(on(input, tfl.layers.cropping2D({ cropping: 2 }))),
      gathered(input),
    ];
    const merged = tfl.layers.concatenate().apply(branches) as tfl.SymbolicTensor;
    const model = tfl.model({ inputs: input, outputs: on(merged, tfl.layers.dense({ units: 4, name: 'last' })) });
    fillWeights(model, { seed: 4, positive: true });
    const selections = [0, 1, 2, 3].flatMap((featureMap): Selection[] => [
      { layer: 'last', featureMap, position: [] },
      { layer: 'last', featureMap },
    ]);
    expect(await expectSame(model, noiseTensor([14, 15, 2], 3), selections)).toBeGreaterThan(0);
  });
});
