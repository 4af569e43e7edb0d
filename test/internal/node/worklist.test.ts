import fc from 'fast-check';
import { expect, inject, it } from 'vitest';
import { type Range, Worklist } from '../../../src/node/mine/worklist.js';

/** What happens to a range that was taken: it is done, or fails, or its process is killed and the run resumed. */
const fates = fc.array(fc.constantFrom('done', 'done', 'done', 'fails', 'killed', 'late'), { maxLength: 200 });

it('gives every picture once, whatever fails, in whatever order, over any number of runs', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 9 }), fates, (total, chunk, story) => {
      const times = new Array<number>(total).fill(0);
      let work = new Worklist(total, chunk);
      let late: Range[] = [];
      const finish = (range: Range): void => {
        for (let i = range.start; i < range.end; i++) times[i]!++;
        work.finish(range);
      };
      for (const fate of [...story, ...new Array<'done'>(3 * total).fill('done')]) {
        if (fate === 'killed') {
          // A checkpoint is JSON, and what was taken and not finished is lost.
          work = new Worklist(total, chunk, JSON.parse(JSON.stringify(work.left)));
          late = [];
          continue;
        }
        const range = work.take();
        if (!range) {
          for (const one of late.splice(0)) finish(one);
          continue;
        }
        expect(range.end).toBeGreaterThan(range.start);
        expect(range.end - range.start).toBeLessThanOrEqual(chunk);
        if (fate === 'done') finish(range);
        if (fate === 'fails') work.putBack(range);
        if (fate === 'late') late.push(range);
        expect(work.done).toBe(times.reduce((sum, count) => sum + count, 0));
      }
      for (const one of late) finish(one);
      expect(times).toEqual(new Array<number>(total).fill(1));
      expect(work.finished).toBe(true);
      expect(work.left).toEqual({ cursor: total, pending: [] });
    }),
    { numRuns: inject('long') ? 50_000 : 100 },
  );
});

it('keeps what is left short, however long the listing is', () => {
  const work = new Worklist(1_000_000, 64);
  const running: Range[] = [];
  for (let i = 0; i < 5000; i++) {
    running.push(work.take()!);
    // The oldest but one: chunks come back in another order than they were given out.
    if (running.length > 4) work.finish(running.splice(1, 1)[0]!);
  }
  expect(work.left.pending.length).toBeLessThanOrEqual(5);
  expect(work.done).toBeGreaterThan(300_000);
});
