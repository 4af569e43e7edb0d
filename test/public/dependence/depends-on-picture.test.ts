import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type RuleName } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { values } from '../../support/compare.js';
import { fillWeights, noiseTensor, smallConvnet } from '../../support/project/networks.js';

const { conv2d, reLU, leakyReLU, batchNormalization, averagePooling2d, add, activation, dense, flatten } = tfl.layers;
const SHAPE = [12, 10, 3];
const SCALES = 'normal';

/** Convolutions with strides, normalisation and a shortcut: nothing of it records anything under the rule deconvnet. */
function unpooled(): tfl.LayersModel {
  const input = tfl.input({ shape: SHAPE });
  const stem = conv2d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same', name: 'stem' }).apply(input);
  const relu = reLU({ maxValue: 6, name: 'relu' }).apply(batchNormalization({ name: 'norm' }).apply(stem));
  const branch = conv2d({ filters: 6, kernelSize: 3, padding: 'same', name: 'branch' }).apply(relu);
  const sum = add({ name: 'sum' }).apply([relu, leakyReLU({ name: 'leaky' }).apply(branch)] as tfl.SymbolicTensor[]);
  const swish = activation({ activation: 'swish', name: 'swish' }).apply(sum);
  const pool = averagePooling2d({ poolSize: 2, name: 'average' }).apply(swish);
  const units = dense({ units: 5, activation: 'sigmoid', name: 'units' }).apply(flatten({ name: 'flat' }).apply(pool));
  const model = fillWeights(tfl.model({ inputs: input, outputs: units as tfl.SymbolicTensor, name: 'unpooled' }));
  // A variance is positive.
  model.getLayer('norm').setWeights([1, 0.1, 0.2, 0.5].map((value) => tf.fill([6], value)));
  return model;
}

/** A gate, a normalisation by statistics of the image, and a maximum, each in a branch of its own. */
function recording(): tfl.LayersModel {
  const input = tfl.input({ shape: SHAPE });
  const stem = conv2d({ filters: 4, kernelSize: 3, name: 'stem' }).apply(input) as tfl.SymbolicTensor;
  const other = conv2d({ filters: 4, kernelSize: 3, name: 'other' }).apply(input) as tfl.SymbolicTensor;
  const product = tfl.layers.multiply({ name: 'product' }).apply([stem, other]) as tfl.SymbolicTensor;
  const larger = tfl.layers.maximum({ name: 'larger' }).apply([stem, other]) as tfl.SymbolicTensor;
  // A normalisation only scales a seed of its own; the layer above it is the one that is looked at.
  const normal = conv2d({ filters: 3, kernelSize: 3, name: 'over_normal' }).apply(
    tfl.layers.layerNormalization({ name: SCALES }).apply(stem),
  ) as tfl.SymbolicTensor;
  const squashed = activation({ activation: 'tanh', name: 'squashed' }).apply(stem);
  const above = conv2d({ filters: 3, kernelSize: 3, name: 'above' }).apply(squashed) as tfl.SymbolicTensor;
  return fillWeights(tfl.model({ inputs: input, outputs: [product, larger, normal, above], name: 'recording' }));
}

const networks = { 'without max pooling': unpooled, 'with max pooling': smallConvnet, 'with gates': recording };

/** The direction of each projection of a layer: of a few maps and positions, from one image. */
async function directions(deconvnet: Deconvnet, image: tf.Tensor, layer: string): Promise<Map<string, number[]>> {
  const shape = (await deconvnet.activations(image, layer)).shape;
  const extent = shape.slice(0, -1);
  const places = [extent.map(() => 0), extent.map((size) => size >> 1), extent.map((size) => size - 1)];
  const maps = [...Array(Math.min(shape.at(-1)!, 6)).keys()];
  const selections = places.flatMap((position) => maps.map((featureMap) => ({ layer, featureMap, position })));
  const projections = await deconvnet.project(image, selections);
  const found = new Map<string, number[]>();
  for (const projection of projections) {
    const pixels = await values(projection);
    projection.dispose();
    const size = Math.hypot(...pixels);
    // An activation of 0 has no projection, and activations of different signs have projections of their own.
    if (size === 0) continue;
    const key = `${projection.featureMap} ${projection.position} ${Math.sign(projection.activation)}`;
    found.set(
      key,
      pixels.map((value) => value / size),
    );
  }
  return found;
}

describe.each(Object.keys(networks) as (keyof typeof networks)[])('in a network %s', (network) => {
  beforeAll(() => use('cpu'));

  it.each<RuleName>(['deconvnet', 'guided', 'gradient'])(
    'two pictures give the same projection up to scale if and only if dependsOnPicture is false, by %s',
    async (rule) => {
      const deconvnet = new Deconvnet(networks[network](), { rule });
      const images = [3, 4, 5].map((seed) => tf.mul(noiseTensor(SHAPE, seed), 3));
      const facts = new Map<string, [boolean, boolean]>();
      for (const { name, dependsOnPicture } of deconvnet.layers.slice(1)) {
        if (name === SCALES) continue;
        const each = await Promise.all(images.map((image) => directions(deconvnet, image, name)));
        let [pairs, differ] = [0, false];
        for (const [key, one] of each[0]!) {
          for (const other of each.slice(1)) {
            const same = other.get(key);
            if (!same) continue;
            pairs++;
            if (one.some((value, i) => Math.abs(value - same[i]!) > 1e-5)) differ = true;
          }
        }
        expect(pairs, name).toBeGreaterThan(0);
        facts.set(name, [dependsOnPicture, differ]);
      }
      for (const [name, [said, is]] of facts) expect(said, name).toBe(is);
      // Both answers occur, or the test would say nothing: the stem of a network depends on no picture.
      const answers = new Set([...facts.values()].map(([said]) => said));
      expect(answers.has(false)).toBe(true);
      expect(answers.has(true)).toBe(!(network === 'without max pooling' && rule === 'deconvnet'));
    },
  );
});

describe('dependsOnPicture', () => {
  beforeAll(() => use('cpu'));

  it('follows the roles and mirrors that are chosen', () => {
    const answer = (options: ConstructorParameters<typeof Deconvnet>[1], layer: string): boolean =>
      new Deconvnet(smallConvnet(), options).layers.find(({ name }) => name === layer)!.dependsOnPicture;
    expect(answer({}, 'conv1')).toBe(false);
    expect(answer({}, 'pool1')).toBe(true);
    expect(answer({ unpool: 'spread' }, 'classes')).toBe(false);
    expect(answer({ rule: 'guided', rectify: 'none', unpool: 'spread' }, 'classes')).toBe(false);
    const mirrors = { pool1: () => ({ down: (signal: tf.Tensor) => signal, record: () => [tf.zeros([1])] }) };
    expect(answer({ mirrors }, 'conv1')).toBe(false);
    expect(answer({ mirrors }, 'conv2')).toBe(true);
  });
});
