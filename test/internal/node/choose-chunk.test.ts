import { describe, expect, it } from 'vitest';
import { chooseChunk } from '../../../src/node/mine/choose-chunk.js';

describe('the pictures per chunk', () => {
  it('are 64 where a picture costs little, or where its cost is not known', () => {
    expect(chooseChunk({ pictures: 10_000, workers: 0, cost: 1e7 })).toBe(64);
    expect(chooseChunk({ pictures: 10_000, workers: 2, cost: 1e7 })).toBe(64);
    expect(chooseChunk({ pictures: 10_000, workers: 2, cost: 0 })).toBe(64);
  });

  it('are fewer where a picture costs much', () => {
    // VGG-16 takes 15.3 billion multiply-adds for a picture.
    expect(chooseChunk({ pictures: 10_000, workers: 0, cost: 15.3e9 })).toBe(4);
    expect(chooseChunk({ pictures: 10_000, workers: 2, cost: 15.3e9 })).toBe(4);
    expect(chooseChunk({ pictures: 10_000, workers: 2, cost: 1e12 })).toBe(1);
  });

  it('leave four chunks for each worker', () => {
    expect(chooseChunk({ pictures: 63, workers: 2, cost: 1e9 })).toBe(8);
    expect(chooseChunk({ pictures: 63, workers: 0, cost: 1e9 })).toBe(60);
    expect(chooseChunk({ pictures: 3, workers: 2, cost: 1e9 })).toBe(1);
  });
});
