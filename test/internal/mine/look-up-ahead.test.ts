import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { lookUpAhead } from '../../../src/mine/image-source.js';

const items = [0, 1, 2, 3, 4, 5, 6, 7];

describe('images that are looked up ahead', () => {
  it.each([1, 4])('come in the order of their items, with %i look-ups at the same time', async (concurrency) => {
    const begun: number[] = [];
    const lookUp = async (item: number): Promise<tf.Tensor | undefined> => {
      begun.push(item);
      // Later ones are ready earlier.
      await new Promise((resolve) => setTimeout(resolve, 8 - item));
      return item === 2 ? undefined : tf.scalar(item);
    };
    const read: (number | undefined)[] = [];
    for await (const { item, image } of lookUpAhead(items, lookUp, concurrency)) {
      expect(begun).toEqual(items.slice(0, item + concurrency));
      read.push(image?.arraySync() as number | undefined);
      image?.dispose();
    }
    expect(read).toEqual([0, 1, undefined, 3, 4, 5, 6, 7]);
  });

  it('are freed if nobody reads them', async () => {
    const before = tf.memory().numTensors;
    for await (const { image } of lookUpAhead(items, async (item) => tf.scalar(item), 4)) {
      image?.dispose();
      break;
    }
    await setImmediate();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('need not be waited for, nor be tensors, if nobody reads them', async () => {
    const lookUp = (item: number): Promise<tf.Tensor> =>
      item === 1 ? new Promise(() => undefined) : Promise.resolve({ item } as unknown as tf.Tensor);
    for await (const { item } of lookUpAhead(items, lookUp, 4)) {
      expect(item).toBe(0);
      break;
    }
  });

  it('give the error of a look-up when its turn comes, and free the others', async () => {
    const before = tf.memory().numTensors;
    const read: number[] = [];
    const lookUp = async (item: number): Promise<tf.Tensor> => {
      if (item === 2) throw new Error('the drive is gone');
      return tf.scalar(item);
    };
    const readAll = async (): Promise<void> => {
      for await (const { item, image } of lookUpAhead(items, lookUp, 4)) {
        read.push(item);
        image?.dispose();
      }
    };
    await expect(readAll()).rejects.toThrow('the drive is gone');
    expect(read).toEqual([0, 1]);
    await setImmediate();
    expect(tf.memory().numTensors).toBe(before);
  });
});
