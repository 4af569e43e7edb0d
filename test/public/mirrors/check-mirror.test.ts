import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Mirror } from 'deconvnet';
import { type CheckMirrorOptions, checkMirror } from 'deconvnet/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { brokenMirrors } from '../../support/mirrors/broken-mirrors.js';

const halve = () => tfl.layers.rescaling({ scale: 0.5, name: 'halve' });
const shift = () =>
  tfl.layers.zeroPadding2d({
    padding: [
      [1, 0],
      [0, 0],
    ],
    name: 'shift',
  });
const options: CheckMirrorOptions = { inputShapes: [[5, 4, 3]] };
const half: Mirror = { window: 'pointwise', down: (signal) => tf.mul(signal, 0.5) };

/** Moves everything up by a row: the mirror of `shift`, if only on the whole extent. */
const unshift = (signal: tf.Tensor): tf.Tensor =>
  tf.slice(signal, [0, 1, 0, 0], [signal.shape[0]!, signal.shape[1]! - 1, -1, -1]);

describe.each(backends)('checkMirror on %s', (backend) => {
  beforeAll(() => use(backend));

  it('says what it checked', async () => {
    const { numTensors } = tf.memory();
    expect(await checkMirror(halve(), half, options)).toEqual([
      'shapes',
      'finite',
      'homogeneous',
      'adjoint',
      'zero outside the window',
      'cropped equals whole',
      'no mutation',
      'no leaks',
    ]);
    expect(await checkMirror(halve(), { down: half.down }, { ...options, linear: false })).toEqual([
      'shapes',
      'finite',
      'homogeneous',
      'no mutation',
      'no leaks',
    ]);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('checks a mirror with a gate, which is read whole and gets no signal', async () => {
    const gated: Mirror = {
      window: 'pointwise',
      gates: [1],
      record: ({ inputs: [, gate] }) => [gate!],
      down: (signal, { recorded: [gate] }) => [tf.mul(signal, gate!), gate!],
    };
    const inputs = {
      inputShapes: [
        [5, 4, 3],
        [1, 1, 3],
      ],
      linear: false,
    };
    const checked = await checkMirror(tfl.layers.multiply(), gated, inputs);
    expect(checked).toContain('cropped equals whole');
    const { gates: _, ...ungated } = gated;
    await expect(checkMirror(tfl.layers.multiply(), ungated, inputs)).rejects.toThrow(/fails/);
  });

  it.each<[string, () => ReturnType<typeof halve>, Mirror, RegExp]>([
    [
      'shapes',
      halve,
      { ...half, down: (signal) => tf.sum(signal, -1) },
      /fails 'shapes': it returns 2x5x4 for inputs of 2x5x4x3/,
    ],
    ['finite', halve, { ...half, down: (signal) => tf.div(signal, 0) }, /fails 'finite'/],
    ['homogeneous', halve, { ...half, down: (signal) => tf.square(signal) }, /fails 'homogeneous'/],
    [
      'adjoint',
      halve,
      { ...half, down: (signal) => tf.mul(signal, 0.4) },
      /fails 'adjoint': ⟨Ax, y⟩ is -?[\d.]+, ⟨x, Aᵀy⟩ is/,
    ],
    [
      'zero outside the window',
      shift as never,
      { window: 'pointwise', down: unshift },
      /fails 'zero outside the window'/,
    ],
    [
      'cropped equals whole',
      shift as never,
      // Right on the whole, but deaf to the region it is given.
      {
        window: {
          size: [1, 1],
          stride: [1, 1],
          padding: [
            [1, 0],
            [0, 0],
          ],
        },
        down: (signal) => (signal.shape[1] === 1 ? tf.zerosLike(signal) : unshift(signal)),
      },
      /fails 'cropped equals whole'/,
    ],
    [
      'no mutation',
      halve,
      {
        ...half,
        down(signal) {
          const result = tf.mul(signal, 0.5);
          signal.dispose();
          return result;
        },
      },
      /fails 'no mutation'/,
    ],
    [
      'no leaks',
      halve,
      { ...half, down: (signal) => tf.mul(signal, tf.keep(tf.scalar(0.5))) },
      /fails 'no leaks': \d+ tensors stay/,
    ],
  ])('finds a mirror that fails: %s', async (_, layer, mirror, message) => {
    await expect(checkMirror(layer(), mirror, options)).rejects.toMatchObject({
      code: 'invalid-mirror',
      message: expect.stringMatching(message),
    });
  });

  it.each(brokenMirrors)('names what is wrong with $title', async ({ mirror, says }) => {
    const layer = halve();
    layer.apply(tf.zeros([1, 5, 4, 3]));
    const { numTensors } = tf.memory();
    await expect(checkMirror(layer, mirror as Mirror, { ...options, linear: false })).rejects.toMatchObject({
      name: 'DeconvnetError',
      code: 'invalid-mirror',
      layer: 'halve',
      message: expect.stringMatching(says),
    });
    expect(tf.memory().numTensors - numTensors).toBe(0);
  });
});
