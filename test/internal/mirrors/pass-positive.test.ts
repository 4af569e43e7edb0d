import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { isPositive, passPositive } from '../../../src/mirrors/rectify/pass-positive.js';
import { use } from '../../support/backends.js';

const INFINITY = Number.POSITIVE_INFINITY;

describe.each(['cpu', 'wasm'] as const)('passing a signal where a record is positive, on %s', (backend) => {
  it.each([6, 0.5, INFINITY])('has the bits of the product with the comparisons, below %d', async (ceiling) => {
    await use(backend);
    const edges = [
      -INFINITY,
      -7,
      -1,
      -1e-40,
      -0,
      0,
      1e-40,
      1e-30,
      0.4,
      0.5,
      5.999_999,
      6,
      7,
      3e38,
      INFINITY,
      Number.NaN,
    ];
    const signals = [-2.5, -0, 0, 3, 1e-40, -3e38];
    const pairs = edges.flatMap((value) => signals.map((signal) => [signal, value] as const));
    const signal = tf.tensor1d(pairs.map(([s]) => s));
    const recorded = tf.tensor1d(pairs.map(([, value]) => value));
    const made = passPositive(signal, recorded, ceiling);
    const composed = tf.tidy(() => tf.mul(signal, isPositive(recorded, ceiling)));
    expect([...(await made.data())]).toEqual([...(await composed.data())]);
    const passed = pairs.map(([s, value]) => s * (value > 0 && (ceiling === INFINITY || value < ceiling) ? 1 : 0));
    expect([...(await made.data())]).toEqual([...Float32Array.from(passed)]);
    tf.dispose([signal, recorded, made, composed]);
  });

  it('takes a record that serves several signals', async () => {
    await use(backend);
    const signal = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const recorded = tf.tensor2d([7, 5], [1, 2]);
    const made = tf.tidy(() => passPositive(signal, recorded, 6));
    expect([...(await made.data())]).toEqual([0, 2, 0, 4]);
    tf.dispose([signal, recorded, made]);
  });
});
