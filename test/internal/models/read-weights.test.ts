import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SavedWeight } from '../../../src/models/keras/repair-weights.js';
import { readWeights } from '../../../src/models/weights/read-weights.js';
import { use } from '../../support/backends.js';

const kept = (spec: object): SavedWeight => ({ spec: { shape: [3, 5], ...spec } as SavedWeight['spec'], kept: true });
const between = (dtype: string): object => ({ dtype, scale: 0.0123456789, min: -1.0987654321 });

/** One of each kind, with one in the middle that is left out, and sizes that begin at odd places. */
const weights: readonly SavedWeight[] = [
  kept({ name: 'flags', dtype: 'bool' }),
  kept({ name: 'floats', dtype: 'float32' }),
  kept({ name: 'bytes', dtype: 'float32', quantization: between('uint8') }),
  kept({ name: 'shorts', dtype: 'float32', quantization: between('uint16'), shape: [700_001] }),
  { ...kept({ name: 'optimizer', dtype: 'float32' }), kept: false },
  kept({ name: 'rounded', dtype: 'int32', quantization: between('uint8'), shape: [7, 1] }),
  kept({ name: 'whole', dtype: 'int32' }),
  kept({ name: 'scalar', dtype: 'float32', shape: [] }),
  kept({ name: 'empty', dtype: 'float32', shape: [0, 4] }),
  kept({ name: 'halves', dtype: 'float32', quantization: { dtype: 'float16' }, shape: [65536] }),
];

/** Bytes that do not repeat soon, and all half floats at the end. */
const bytes = new Uint8Array(15 + 60 + 15 + 1_400_002 + 60 + 7 + 60 + 4 + 131_072);
for (let i = 0; i < bytes.length; i++) bytes[i] = Math.imul(i, 2_654_435_761) >>> 21;
for (let i = 0; i < 15; i++) bytes[i]! &= 1;
new Uint8Array(Uint16Array.from({ length: 65536 }, (_, i) => i).buffer).forEach((byte, i) => {
  bytes[bytes.length - 131_072 + i] = byte;
});

/** Cuts the bytes. Each piece is overwritten when the next one is asked for, as a file's are. */
async function* cut(all: Uint8Array, length: (i: number) => number, between = (): void => undefined) {
  let at = 0;
  for (let i = 0; at < all.length; i++) {
    const piece = all.slice(at, at + length(i));
    at += piece.length;
    yield piece;
    piece.fill(99);
    between();
  }
}

/** The types, shapes and bytes of all tensors, by name. */
async function bitsOf(tensors: tf.NamedTensorMap): Promise<Record<string, string>> {
  const entries = Object.entries(tensors).map(async ([name, tensor]) => {
    // All NaNs are written the same way.
    const values = (await tensor.data()).map((value) => (Number.isNaN(value) ? Number.NaN : value));
    const { buffer, byteOffset, byteLength } = values;
    const bits = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
    return [name, `${tensor.dtype} [${tensor.shape}] ${bits}`];
  });
  return Object.fromEntries(await Promise.all(entries));
}

describe.each(['cpu', 'wasm'] as const)('weights in pieces on %s', (backend) => {
  beforeEach(() => use(backend));

  it.each([
    ['one piece', () => Number.POSITIVE_INFINITY],
    ['pieces of odd lengths', (i: number) => [1, 3, 17, 4099][i % 4]!],
    ['pieces as a file has them', () => 65536],
  ])('from %s are those of tf.io.decodeWeights, to the bit', async (_, length) => {
    const before = tf.memory().numTensors;
    const got = await readWeights('m', weights, cut(bytes, length));
    const all = tf.io.decodeWeights(
      bytes.buffer,
      weights.map(({ spec }) => spec),
    );
    all.optimizer!.dispose();
    delete all.optimizer;
    expect(await bitsOf(got)).toEqual(await bitsOf(all));
    tf.dispose([got, all]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('stay right while the memory of the backend grows and moves', async () => {
    const held: tf.Tensor[] = [];
    const pieces = cut(
      bytes,
      () => 300_000,
      () => held.push(tf.zeros([6_000_000])),
    );
    const got = await readWeights('m', weights, pieces);
    const want = tf.io.decodeWeights(
      bytes.buffer,
      weights.map(({ spec }) => spec),
    );
    expect(held.length).toBeGreaterThan(3);
    delete want.optimizer;
    expect(await bitsOf(got)).toEqual(await bitsOf(want));
    tf.dispose([held, got, want]);
  });

  it('leave no tensors if they end too early or cannot be read, and close their source', async () => {
    const before = tf.memory();
    const closed = vi.fn();
    async function* failing() {
      try {
        yield bytes.subarray(0, 1000);
        throw new Error('the disk is gone');
      } finally {
        closed();
      }
    }
    await expect(readWeights('m', weights, failing())).rejects.toThrow('the disk is gone');
    await expect(
      readWeights(
        'the net',
        weights,
        cut(bytes.subarray(0, 70), () => 9),
      ),
    ).rejects.toMatchObject({
      code: 'model-unreadable',
      message: expect.stringContaining('The weights of the net end too early'),
    });
    async function* endless() {
      try {
        for (;;) yield bytes;
      } finally {
        closed();
      }
    }
    tf.dispose(await readWeights('m', weights, endless()));
    expect(closed).toHaveBeenCalledTimes(2);
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes });
  });
});
