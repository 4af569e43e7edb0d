import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { type CorrespondenceOptions, correspondence, type MarkedPicture } from 'deconvnet/studies';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';

const SIDE = 10;

/** Two equal layers: each passes on the pixels. */
function twice(): tfl.LayersModel {
  const pass = (name: string, more = {}) =>
    tfl.layers.conv2d({ filters: 1, kernelSize: 1, kernelInitializer: 'ones', useBias: false, name, ...more });
  return tfl.sequential({ layers: [pass('low', { inputShape: [SIDE, SIDE, 1] }), pass('high')] });
}

/** A picture that is `around` everywhere, but for one pixel. */
const spotted = (row: number, column: number, spot: number, around = 0): tf.Tensor3D =>
  tf.tidy(() => {
    const values = new Float32Array(SIDE * SIDE).fill(around);
    values[row * SIDE + column] = spot;
    return tf.tensor3d(values, [SIDE, SIDE, 1]);
  });

const box = (top: number, left: number, side = 2) => ({ top, left, bottom: top + side, right: left + side });

describe.each(backends)('correspondence on %s', (backend) => {
  beforeAll(() => use(backend));

  const study = async (pictures: () => MarkedPicture[], options: CorrespondenceOptions = {}) => {
    const [model, marked] = [twice(), pictures()];
    const deconvnet = new Deconvnet(model);
    const before = tf.memory().numTensors;
    try {
      return await correspondence(deconvnet, marked, { layers: ['low', 'high'], fill: 0, ...options });
    } finally {
      expect(tf.memory().numTensors).toBe(before);
      deconvnet.dispose();
      model.dispose();
      for (const { image } of marked) image.dispose();
    }
  };

  it('is 0 where masking a part makes the same change, and else the share of values whose signs differ', async () => {
    const { layers, ids } = await study(() => [
      { id: 'a', image: spotted(3, 3, 1), boxes: { spot: box(3, 3), empty: box(7, 7) } },
      { id: 'b', image: spotted(3, 3, 5), boxes: { spot: box(2, 2), empty: box(0, 0) } },
      { id: 'c', image: spotted(3, 3, -1), boxes: { spot: box(3, 3) } },
    ]);
    expect(ids).toEqual(['a', 'b', 'c']);
    const [low, high] = layers;
    expect(low).toMatchObject({ layer: 'low', dimensions: 100 });
    // The signs of a and b are 1 at the spot; that of c is -1. They are 0 everywhere else.
    expect(low!.parts.spot!.pairs).toBe(3);
    expect(low!.parts.spot!.mean).toBeCloseTo(2 / 3 / 100, 12);
    expect(low!.parts.empty).toEqual({ mean: 0, deviation: 0, pairs: 1 });
    expect({ ...high, layer: 'low' }).toEqual(low);
  });

  it('masks random boxes of the same size in each picture as a control, the same for the same seed', async () => {
    const pictures = () => [
      { id: 'a', image: spotted(0, 0, 9, 1), boxes: { corner: box(0, 0) } },
      { id: 'b', image: spotted(0, 0, 9, 1), boxes: { corner: box(0, 0) } },
    ];
    const first = await study(pictures, { random: 6, seed: 3, batchSize: 2 });
    expect(first.layers[0]!.parts.corner!.mean).toBe(0);
    expect(first.layers[0]!.random!.pairs).toBe(6);
    // Each pixel has the sign 1 where it was masked: two boxes differ where they do not overlap.
    const [a, b] = first.randomBoxes as [(typeof first.randomBoxes)[0], (typeof first.randomBoxes)[0]];
    const shares = a.map((one, i) => {
      const other = b[i]!;
      const overlap = (from: 'top' | 'left', to: 'bottom' | 'right') =>
        Math.max(0, Math.min(one[to], other[to]) - Math.max(one[from], other[from]));
      return (8 - 2 * overlap('top', 'bottom') * overlap('left', 'right')) / 100;
    });
    expect(first.layers[0]!.random!.mean).toBeCloseTo(shares.reduce((sum, share) => sum + share, 0) / 6, 12);
    expect(await study(pictures, { random: 6, seed: 3, batchSize: 16 })).toEqual(first);
    expect((await study(pictures, { random: 6, seed: 4 })).randomBoxes).not.toEqual(first.randomBoxes);
    const without = (await study(pictures, { random: 0 })).layers[0]!;
    expect(without).not.toHaveProperty('random');
    expect(without.randomLike).toEqual({});
  });

  it('compares each part with the random boxes of its size', async () => {
    const marked = (id: string, boxes: MarkedPicture['boxes']) => ({ id, image: spotted(0, 0, 9, 1), boxes });
    const { layers, randomBoxes } = await study(
      () => [
        marked('a', { small: box(0, 0, 1), whole: box(0, 0, SIDE) }),
        marked('b', { whole: box(0, 0, SIDE) }),
        marked('c', { whole: box(0, 0, SIDE), small: box(0, 0, 1) }),
      ],
      { random: 4 },
    );
    const { random, randomLike } = layers[0]!;
    // A box of the size of the picture has one place, so that all signs are equal.
    expect(randomLike.whole).toEqual({ mean: 0, deviation: 0, pairs: 3 + 3 });
    const [a, , c] = randomBoxes as [MarkedPicture['boxes'][], unknown, MarkedPicture['boxes'][]];
    const smalls = [a, c].map((boxes, i) => boxes.filter((_, at) => at % 2 === i)) as object[][];
    const shares = [0, 1].map((turn) =>
      JSON.stringify(smalls[0]![turn]) === JSON.stringify(smalls[1]![turn]) ? 0 : 0.02,
    );
    expect(randomLike.small!.pairs).toBe(2);
    expect(randomLike.small!.mean).toBeCloseTo((shares[0]! + shares[1]!) / 2, 12);
    // All random boxes together are compared by their number, whatever their size.
    expect(random!.pairs).toBe(4 * 3);
  });

  it('has random boxes of the size of each part, however many parts there are, or refuses', async () => {
    const sides = Array.from({ length: 12 }, (_, i) => (i % 9) + 1);
    const boxes = Object.fromEntries(sides.map((side, i) => [`part ${i}`, box(0, 0, side)]));
    const pictures = () => ['a', 'b'].map((id) => ({ id, image: spotted(0, 0, 9, 1), boxes }));
    const { layers, randomBoxes } = await study(pictures);
    expect(randomBoxes[0]!.map(({ top, bottom }) => bottom - top)).toEqual(sides);
    expect(Object.values(layers[0]!.randomLike).map(({ pairs }) => pairs)).toEqual(sides.map(() => 1));
    await expect(study(pictures, { random: 11 })).rejects.toThrow(
      "The picture 'a' has 12 parts, so random is 12 or more, or 0 for no comparison; received 11.",
    );
    await expect(study(pictures, { random: 1.5 })).rejects.toMatchObject({ code: 'invalid-option' });
    expect((await study(pictures, { random: 0 })).layers[0]!.randomLike).toEqual({});
  });

  it('compares the last nonlinearity of a convolution and the features below the classes if no layer is named', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({
          inputShape: [SIDE, SIDE, 1],
          filters: 2,
          kernelSize: 3,
          activation: 'relu',
          name: 'first',
        }),
        tfl.layers.conv2d({ filters: 2, kernelSize: 3, activation: 'relu', name: 'last' }),
        tfl.layers.flatten({ name: 'flat' }),
        tfl.layers.dense({ units: 4, activation: 'relu', name: 'top' }),
        tfl.layers.dropout({ rate: 0.5, name: 'drop' }),
        tfl.layers.dense({ units: 2, activation: 'softmax', name: 'answer' }),
      ],
    });
    const deconvnet = new Deconvnet(model);
    const pictures = ['a', 'b'].map((id) => ({ id, image: spotted(3, 3, 1), boxes: { spot: box(3, 3) } }));
    const { layers } = await correspondence(deconvnet, pictures, { fill: 0, random: 1 });
    expect(layers.map(({ layer }) => layer)).toEqual(['last', 'top']);
    tf.dispose(pictures.map(({ image }) => image));
    deconvnet.dispose();
    model.dispose();
  });

  it('refuses pictures of different sizes', async () => {
    const input = tfl.input({ shape: [null, null, 1] });
    const layer = tfl.layers.conv2d({ filters: 1, kernelSize: 1, name: 'low' });
    const model = tfl.model({ inputs: input, outputs: layer.apply(input) as tfl.SymbolicTensor });
    const deconvnet = new Deconvnet(model);
    const image = spotted(1, 1, 1);
    const pictures = [
      { id: 'a', image, boxes: { spot: box(1, 1) } },
      { id: 'b', image: tf.zeros([SIDE, 12, 1]), boxes: { spot: box(1, 1) } },
    ];
    await expect(correspondence(deconvnet, pictures, { fill: 0 })).rejects.toThrow(/'b' has 12x10 .* 'a' has 10x10/);
    tf.dispose(pictures.map((one) => one.image));
    deconvnet.dispose();
    model.dispose();
  });

  it('refuses boxes outside of the picture, single pictures and single parts, with the way out', async () => {
    const two =
      (first: object, second: object = { spot: box(1, 1) }) =>
      () => [
        { id: 'a.png', image: spotted(1, 1, 1), boxes: first as MarkedPicture['boxes'] },
        { id: 'b.png', image: spotted(1, 1, 1), boxes: second as MarkedPicture['boxes'] },
      ];
    await expect(study(two({ spot: box(9, 9) }))).rejects.toThrow(
      /'spot' of the picture 'a.png' must lie inside.*10 rows.*"bottom":11/,
    );
    await expect(study(two({ spot: { top: 1, left: 2, bottom: 1, right: 4 } }))).rejects.toThrow(/top < bottom/);
    await expect(study(two({ spot: undefined }))).rejects.toThrow(/must lie inside/);
    await expect(study(two({ spto: box(1, 1) }))).rejects.toThrow(/'spto' is marked in one picture alone.*spto, spot/);
    await expect(study(two({}))).rejects.toThrow(/'a.png' has boxes/);
    await expect(study(() => two({ spot: box(1, 1) })().slice(0, 1))).rejects.toThrow(/two or more pictures/);
    await expect(study(two({ spot: box(1, 1) }), { fill: 'grey' })).rejects.toMatchObject({ code: 'input-unknown' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(study(two({ spot: box(1, 1) }), { signal })).rejects.toThrow('enough');
  });
});
