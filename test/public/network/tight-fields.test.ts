import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { sampled, use } from '../../support/backends.js';
import { fillWeights, noise } from '../../support/project/networks.js';

beforeAll(() => use('cpu'));

const { layers } = tfl;
type Symbolic = tfl.SymbolicTensor;
const applied = (layer: unknown, to: Symbolic | Symbolic[]): Symbolic =>
  (layer as tfl.layers.RNN).apply(to) as Symbolic;

/** A picture of values of the same size: with positive weights nothing cancels, nothing is lost in rounding. */
const picture = (shape: number[]): tf.Tensor =>
  tf.tensor(
    noise(
      shape.reduce((a, b) => a * b, 1),
      5,
    ).map((value) => 1 + value / 2),
    shape,
  );

/** The picture with one row, column or plane of it blank. */
function without(image: tf.Tensor, axis: number, index: number): tf.Tensor {
  const kept = tf.tensor1d(Array.from({ length: image.shape[axis]! }, (_, i) => (i === index ? 0 : 1)));
  return tf.tidy(() =>
    tf.mul(
      image,
      tf.reshape(
        kept,
        image.shape.map((_, i) => (i === axis ? -1 : 1)),
      ),
    ),
  );
}

/** First and last index along each spatial axis where values are not zero. */
function spanOf(values: ArrayLike<number>, shape: readonly number[]): [first: number, last: number][] {
  return shape.slice(0, -1).map((_, axis) => {
    const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const seen = Array.from(values).flatMap((value, i) => (value === 0 ? [] : [Math.floor(i / inner) % shape[axis]!]));
    return [Math.min(...seen), Math.max(...seen)];
  });
}

interface Held {
  /** Sides of boxes inside the picture whose pixels matter. */
  tight: number;
  /** Those whose pixels do not. */
  readonly loose: string[];
  /** Positions that see nothing. */
  blind: number;
}

/**
 * Holds the box of every position of the top layer against the pixels that make a difference to its activation, and
 * against its projection. Nothing outside of the box may matter.
 */
async function hold(build: (input: Symbolic) => Symbolic, extent: readonly number[]): Promise<Held> {
  const shape = [...extent, 2];
  const input = tfl.input({ shape });
  const model = fillWeights(tfl.model({ inputs: input, outputs: build(input) }), { positive: true });
  const top = model.layers.at(-1)!.name;
  const deconvnet = new Deconvnet(model);
  const image = picture(shape);
  const output = await deconvnet.activations(image, top);
  const before = await output.data();
  expect(before.every(Number.isFinite)).toBe(true);
  const blanked = await Promise.all(
    extent.map((size, axis) =>
      Promise.all(
        Array.from({ length: size }, async (_, index) =>
          (await deconvnet.activations(without(image, axis, index), top)).data(),
        ),
      ),
    ),
  );
  const maps = output.shape.at(-1)!;
  const held: Held = { tight: 0, loose: [], blind: 0 };
  const cells = output.shape.slice(0, -1);
  for (let cell = 0; cell < output.size / maps; cell++) {
    const position = cells.map((_, axis) => {
      const inner = cells.slice(axis + 1).reduce((a, b) => a * b, 1);
      return Math.floor(cell / inner) % cells[axis]!;
    });
    const at = cell * maps;
    const made = await deconvnet.project(image, { layer: top, featureMap: 0, position });
    const { start, size } = made.receptiveField;
    const pixels = await made.pixels.data();
    made.dispose();
    expect(pixels.every(Number.isFinite)).toBe(true);
    if (before[at] === 0) {
      // A cell between what a transposed convolution wrote: it sees no pixel.
      expect(pixels.every((value) => value === 0)).toBe(true);
      held.blind++;
      if (!size.includes(0)) held.loose.push(`${position} sees nothing`);
      continue;
    }
    const projected = spanOf(pixels, shape);
    for (const [axis, length] of extent.entries()) {
      // Adding 0 makes a negative zero positive.
      const first = start[axis]! + 0;
      const last = first + size[axis]! - 1;
      const changes = blanked[axis]!.flatMap((after, index) => (after[at] === before[at] ? [] : [index]));
      const place = `axis ${axis} at ${position}`;
      expect(projected[axis], place).toEqual([changes[0], changes.at(-1)]);
      expect(changes[0], place).toBeGreaterThanOrEqual(first);
      expect(changes.at(-1), place).toBeLessThanOrEqual(last);
      // A side that sticks out stands for padding between the layers, which holds no pixel.
      for (const [side, seen] of [
        [first, changes[0]],
        [last, changes.at(-1)],
      ] as const) {
        if (side < 0 || side >= length) continue;
        if (side === seen) held.tight++;
        else held.loose.push(`${place}: ${side}, not ${seen}`);
      }
    }
  }
  deconvnet.dispose();
  model.dispose();
  return held;
}

const bare = { useBias: false, filters: 2 } as const;
const paddings = ['same', 'valid'] as const;

describe('the field of a projection is tight', () => {
  const transposed = [1, 2, 3].flatMap((strides) =>
    [1, 2, 3, 4].flatMap((kernelSize) => paddings.map((padding) => ({ strides, kernelSize, padding }))),
  );
  it.each(sampled(transposed))(
    'below a convolution on a transposed one, $strides by $kernelSize, $padding',
    async (options) => {
      const { tight, loose, blind } = await hold(
        (input) => {
          const up = applied(layers.conv2dTranspose({ ...bare, ...options }), input);
          return applied(layers.conv2d({ ...bare, kernelSize: [1, 2] }), up);
        },
        [6, 7],
      );
      expect(loose).toEqual([]);
      expect(tight).toBeGreaterThan(5);
      expect(blind > 0).toBe(options.kernelSize < options.strides);
    },
  );

  it.each(paddings)('between layers that reduce and layers that enlarge, %s', async (padding) => {
    const { tight, loose } = await hold(
      (input) => {
        const down = applied(layers.conv2d({ ...bare, kernelSize: 2, strides: [2, 3], padding }), input);
        const up = applied(layers.upSampling2d({ size: [3, 2] }), down);
        const pooled = applied(layers.averagePooling2d({ poolSize: [3, 2], strides: [2, 1], padding }), up);
        return applied(layers.conv2dTranspose({ ...bare, kernelSize: 3, strides: 2, padding }), pooled);
      },
      [12, 14],
    );
    expect(loose).toEqual([]);
    expect(tight).toBeGreaterThan(20);
  });

  const convolutions = [layers.conv1d, layers.conv2d, layers.conv3d] as const;
  it.each([1, 2, 3] as const)('of windows narrower than their strides, in %s dimensions', async (rank) => {
    for (const [strides, extent] of [
      [2, 9],
      [3, 8],
      [4, 10],
    ] as const) {
      const { tight, loose } = await hold((input) => {
        const conv = convolutions[rank - 1]!;
        const sparse = applied(conv({ ...bare, kernelSize: 1, strides, padding: 'same' }), input);
        return applied(conv({ ...bare, kernelSize: 2 }), sparse);
      }, Array<number>(rank).fill(extent));
      expect(loose).toEqual([]);
      expect(tight).toBeGreaterThan(1);
    }
  });

  it('of two branches whose windows do not contain each other', async () => {
    const { tight, loose } = await hold(
      (input) => {
        const stem = applied(layers.conv2d({ ...bare, kernelSize: 2 }), input);
        const wide = applied(layers.conv2d({ ...bare, kernelSize: [1, 4], padding: 'same' }), stem);
        const tall = applied(layers.depthwiseConv2d({ kernelSize: [4, 1], padding: 'same', useBias: false }), stem);
        const sum = applied(layers.add(), [wide, tall]);
        return applied(layers.concatenate(), [sum, stem]);
      },
      [10, 11],
    );
    expect(loose).toEqual([]);
    expect(tight).toBeGreaterThan(20);
  });

  it('of two branches that enlarge in different ways', async () => {
    const { tight, loose } = await hold(
      (input) => {
        const twice = applied(layers.upSampling2d({ size: [2, 2] }), input);
        const written = applied(layers.conv2dTranspose({ ...bare, kernelSize: 4, strides: 2, padding: 'same' }), input);
        const smooth = applied(layers.averagePooling2d({ poolSize: 3, strides: 1, padding: 'same' }), twice);
        return applied(layers.add(), [smooth, written]);
      },
      [6, 5],
    );
    expect(loose).toEqual([]);
    expect(tight).toBeGreaterThan(20);
  });

  it.each(paddings)('in one dimension, %s', async (padding) => {
    const { tight, loose } = await hold(
      (input) => {
        const down = applied(layers.conv1d({ ...bare, kernelSize: 3, strides: 2, padding }), input);
        const near = applied(layers.conv1d({ ...bare, kernelSize: 2, padding: 'same' }), down);
        const far = applied(layers.conv1d({ ...bare, kernelSize: 2, dilationRate: 3, padding: 'same' }), down);
        const pooled = applied(layers.averagePooling1d({ poolSize: 3, strides: 1, padding: 'same' }), near);
        return applied(layers.add(), [pooled, far]);
      },
      [31],
    );
    expect(loose).toEqual([]);
    expect(tight).toBeGreaterThan(5);
  });

  it.each(paddings)('in three dimensions, %s', async (padding) => {
    const { tight, loose } = await hold(
      (input) => {
        const up = applied(
          layers.conv3dTranspose({ ...bare, kernelSize: [2, 3, 1], strides: [2, 1, 1], padding }),
          input,
        );
        const near = applied(layers.conv3d({ ...bare, kernelSize: [3, 1, 2], padding: 'same' }), up);
        const smooth = applied(layers.averagePooling3d({ poolSize: [1, 2, 3], strides: 1, padding: 'same' }), up);
        return applied(layers.add(), [near, smooth]);
      },
      [5, 6, 6],
    );
    expect(loose).toEqual([]);
    expect(tight).toBeGreaterThan(20);
  });

  it('except where windows with holes stand on a layer that enlarges with gaps', async () => {
    // The box runs over the holes: nothing outside of it matters, but a side of it need not, so `loose` is not held.
    const { tight } = await hold(
      (input) => {
        const gaps = applied(layers.conv2dTranspose({ ...bare, kernelSize: 1, strides: 3 }), input);
        return applied(layers.conv2d({ ...bare, kernelSize: 3, dilationRate: 2 }), gaps);
      },
      [5, 6],
    );
    expect(tight).toBeGreaterThan(20);
  });
});
