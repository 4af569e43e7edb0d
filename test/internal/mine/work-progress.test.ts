import { Deconvnet } from 'deconvnet';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PictureWork } from '../../../src/mine/picture-work.js';
import { WorkProgress } from '../../../src/mine/work-progress.js';
import { findNode } from '../../../src/network/network.js';
import { wholeRegion } from '../../../src/regions/region.js';
import { use } from '../../support/backends.js';
import { smallConvnet } from '../../support/project/networks.js';

/** Pictures that cost the same: each has one patch at the same place. */
function workOf(deconvnet: Deconvnet, count: number): PictureWork[] {
  const { name, outputShape } = deconvnet.layers.find(({ className }) => className === 'Conv2D')!;
  const node = findNode(deconvnet.engine.network, name);
  const position = outputShape.slice(1, -1).map(() => 0);
  const receptiveField = wholeRegion([deconvnet.inputSize!.height, deconvnet.inputSize!.width]);
  return Array.from({ length: count }, (_, i) => {
    const id = `picture ${i}`;
    return { id, patches: [{ node, featureMap: 0, rank: 0, entry: { id, activation: 1, position, receptiveField } }] };
  });
}

describe('the time that is left of projecting', () => {
  beforeAll(() => use('cpu'));
  afterEach(() => void vi.restoreAllMocks());

  it('follows from the speed of the last half, so that a slow beginning does not count', () => {
    let now = 1000;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const deconvnet = new Deconvnet(smallConvnet());
    const work = workOf(deconvnet, 20);
    const progress = new WorkProgress(deconvnet, work);
    progress.begin();
    expect(progress.now.secondsLeft).toBe(Number.POSITIVE_INFINITY);
    const left: number[] = [];
    for (const [i, one] of work.entries()) {
      // The first picture takes ten seconds, the others take one.
      now += i === 0 ? 10_000 : 1000;
      progress.finish(one);
      left.push(progress.now.secondsLeft);
    }
    expect(left[0]).toBeCloseTo(190);
    expect(left.slice(1)).toEqual(Array.from({ length: 19 }, (_, i) => expect.closeTo(18 - i, 6)));
    deconvnet.dispose();
  });

  it('does not count what an earlier run has done', () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const deconvnet = new Deconvnet(smallConvnet());
    const work = workOf(deconvnet, 10);
    const progress = new WorkProgress(deconvnet, work);
    for (const one of work.slice(0, 6)) progress.finish(one);
    progress.begin();
    expect(progress.now).toMatchObject({ images: 6, totalImages: 10, secondsLeft: Number.POSITIVE_INFINITY });
    now = 2000;
    progress.finish(work[6]!);
    expect(progress.now.secondsLeft).toBeCloseTo(6);
    deconvnet.dispose();
  });
});
