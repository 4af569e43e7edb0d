import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type Patch, PatchMiner } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { fillWeights } from '../../support/project/networks.js';

const { conv2d, flatten, dense, maxPooling2d, globalAveragePooling2d } = tfl.layers;

describe('what a miner keeps', () => {
  beforeAll(() => use('wasm'));

  it('does not grow over a million images', async () => {
    const model = fillWeights(
      tfl.sequential({
        layers: [
          conv2d({ inputShape: [2, 2, 1], filters: 3, kernelSize: 1, activation: 'relu', name: 'conv' }),
          flatten(),
          dense({ units: 2, name: 'dense' }),
        ],
      }),
    );
    const deconvnet = new Deconvnet(model);
    const miner = new PatchMiner(deconvnet, { layers: ['conv', 'dense'], k: 9, perImage: 2 });
    const images = 1_000_000;
    const batch = 10_000;
    const sizes: { bytes: number; tensors: number; tensorBytes: number; saved: number; json: number }[] = [];
    for (let first = 0; first < images; first += batch) {
      const pixels = tf.randomUniform([batch, 2, 2, 1], -1, 1, 'float32', first + 1);
      await miner.add(
        pixels,
        Array.from({ length: batch }, (_, i) => String(first + i).padStart(7, '0')),
      );
      pixels.dispose();
      if ((first / batch) % 10 !== 0) continue;
      const { numTensors, numBytes } = tf.memory();
      sizes.push({
        bytes: miner.bytes,
        tensors: numTensors,
        tensorBytes: numBytes,
        saved: miner.save().length,
        json: JSON.stringify(miner, (name, value) => (name === 'histogram' ? undefined : value)).length,
      });
    }
    expect(miner.images).toBe(images);
    for (const { bytes } of sizes) {
      expect(bytes).toBeGreaterThan(0);
      // 9 patches of 3 maps, a pixel each, and of 2 units, 4 pixels each.
      expect(bytes).toBeLessThanOrEqual(4 * 9 * (3 + 2 * 4));
    }
    expect(sizes.map(({ tensors }) => tensors)).toEqual(sizes.map(() => sizes[0]!.tensors));
    expect(sizes.map(({ tensorBytes }) => tensorBytes)).toEqual(sizes.map(() => sizes[0]!.tensorBytes));
    // Numbers have more digits or fewer. The file also has the bins of the histograms, of which more are filled: values
    // from 2 ** -24 to 4 have 4 bins for each of 26 powers of two.
    for (const [layer, maps] of [
      ['conv', 3],
      ['dense', 2],
    ] as const) {
      for (let map = 0; map < maps; map++) {
        expect(miner.statistics(layer, map).histogram!.bins.length).toBeLessThanOrEqual(4 * 26);
      }
    }
    for (const { saved, json } of sizes) {
      expect(saved / sizes[0]!.saved).toBeLessThan(1.2);
      expect(json / sizes[0]!.json).toBeLessThan(1.05);
    }
    expect(miner.statistics('conv', 0).images).toBe(images);
    deconvnet.dispose();
  }, 180_000);

  it('has room for all that it keeps, whatever comes', async () => {
    const deconvnet = new Deconvnet(deep());
    // Conv: 4 maps of 2 patches of 3x3x2 values. Deep: 5 maps of 2 whole pictures of 8x8x2. Dense: 3 units likewise.
    const [conv, deepest, dense] = [4 * 2 * 72, 5 * 2 * 512, 3 * 2 * 512];
    const plans: [number, boolean, boolean, boolean][] = [
      [0, false, false, false],
      [conv - 1, false, false, false],
      [conv, true, false, false],
      [conv + deepest - 1, true, false, true],
      [conv + deepest, true, true, false],
      [conv + deepest + dense, true, true, true],
    ];
    for (const [maxBytes, ...keeps] of plans) {
      const miner = new PatchMiner(deconvnet, { layers: ['conv', 'deep', 'dense'], k: 2, maxBytes });
      expect(miner.layers.map((layer) => miner.keepsPixels(layer))).toEqual(keeps);
      for (let first = 0; first < 40; first += 8) {
        const images = tf.randomNormal([8, 8, 8, 2], 0, 1 + first, 'float32', first + 1);
        await miner.add(
          images,
          Array.from({ length: 8 }, (_, i) => String(first + i)),
        );
        images.dispose();
        expect(miner.bytes).toBeLessThanOrEqual(maxBytes);
      }
      for (const [i, layer] of miner.layers.entries()) {
        const patches = miner.minedMaps(layer).flatMap((map) => miner.top(layer, map));
        expect(patches.length).toBeGreaterThan(2);
        expect(patches.map(({ pixels }) => pixels !== undefined)).toEqual(patches.map(() => keeps[i]));
      }
    }
    deconvnet.dispose();
  });

  it('has four times the room if pixels are kept as bytes, and keeps only ids otherwise', async () => {
    const deconvnet = new Deconvnet(deep(), { input: { scale: 1, mean: [0, 0], std: [1, 1] } });
    const whole = 5 * 2 * 128;
    const small = new PatchMiner(deconvnet, { layers: ['deep'], k: 2, maxBytes: whole });
    const large = new PatchMiner(deconvnet, { layers: ['deep'], k: 2, maxBytes: 4 * whole });
    for (const miner of [small, large]) {
      expect(miner.keepsPixels('deep')).toBe(true);
      await miner.add(tf.round(tf.randomUniform([3, 8, 8, 2], 0, 255, 'float32', 1)), ['a', 'b', 'c']);
      await miner.add(tf.randomUniform([2, 8, 8, 2], 0, 300, 'float32', 2), ['floats', 'more floats']);
      expect(miner.bytes).toBeLessThanOrEqual(miner.maxBytes);
    }
    const kept = (miner: PatchMiner): [string, boolean][] =>
      miner
        .minedMaps('deep')
        .flatMap((map) =>
          miner.top('deep', map).map(({ id, pixels }): [string, boolean] => [id, pixels !== undefined]),
        );
    const floats = kept(small).filter(([id]) => id.endsWith('floats'));
    expect(floats.length).toBeGreaterThan(0);
    expect(kept(small)).toEqual(kept(large).map(([id]) => [id, !id.endsWith('floats')]));
    expect(kept(large).every(([, pixels]) => pixels)).toBe(true);
    deconvnet.dispose();
  });

  it('is a whole image, once, if a field covers half of it, and only the field if it covers less', async () => {
    const input = tfl.input({ shape: [8, 8, 2] });
    const layers = [6, 5].map((kernelSize) =>
      conv2d({ filters: 4, kernelSize, name: `conv${kernelSize}` }).apply(input),
    );
    const deconvnet = new Deconvnet(fillWeights(tfl.model({ inputs: input, outputs: layers as tfl.SymbolicTensor[] })));
    const mine = async (layer: string): Promise<PatchMiner> => {
      const miner = new PatchMiner(deconvnet, { layers: [layer], k: 3 });
      await miner.add(tf.randomNormal([9, 8, 8, 2], 0, 1, 'float32', 4), [...'abcdefghi']);
      return miner;
    };
    const patchesOf = (miner: PatchMiner, layer: string): Patch[] =>
      miner.minedMaps(layer).flatMap((map) => miner.top(layer, map));
    const [six, five] = [await mine('conv6'), await mine('conv5')];
    const pictures = new Set(patchesOf(six, 'conv6').map(({ id }) => id));
    expect(six.bytes).toBe(pictures.size * 128 * 4);
    const fields = new Set(patchesOf(five, 'conv5').map(({ id, position }) => `${id} ${position}`));
    expect(five.bytes).toBe(fields.size * 50 * 4);
    // Whatever is stored, a patch shows its field.
    for (const { pixels } of patchesOf(six, 'conv6')) expect(pixels!.shape).toEqual([6, 6, 2]);
    deconvnet.dispose();
  });

  it('is only ids if the size of images is unknown and a layer sees all of them', async () => {
    const model = fillWeights(
      tfl.sequential({
        layers: [
          conv2d({ inputShape: [null, null, 1], filters: 2, kernelSize: 3, name: 'conv' }),
          globalAveragePooling2d({ name: 'mean' } as never),
          dense({ units: 2, name: 'dense' }),
        ],
      }),
    );
    const deconvnet = new Deconvnet(model);
    const miner = new PatchMiner(deconvnet, { layers: ['conv', 'mean', 'dense'], k: 2 });
    expect(miner.layers.map((layer) => miner.keepsPixels(layer))).toEqual([true, false, false]);
    for (const size of [5, 9])
      await miner.add(tf.randomUniform([1, size, size, 1], 0, 1, 'float32', size), [`${size}`]);
    expect(miner.top('conv', 0).map(({ pixels }) => pixels!.shape)).toEqual([
      [3, 3, 1],
      [3, 3, 1],
    ]);
    expect(miner.top('dense', 1).map(({ pixels }) => pixels)).toEqual([undefined, undefined]);
    deconvnet.dispose();
  });
});

/** A layer with small fields, one whose fields cover most of a picture, and one that sees it whole. */
function deep(): tfl.LayersModel {
  return fillWeights(
    tfl.sequential({
      layers: [
        conv2d({ inputShape: [8, 8, 2], filters: 4, kernelSize: 3, padding: 'same', name: 'conv' }),
        maxPooling2d({ poolSize: 2 }),
        conv2d({ filters: 5, kernelSize: 3, padding: 'same', name: 'deep' }),
        flatten(),
        dense({ units: 3, name: 'dense' }),
      ],
    }),
  );
}
