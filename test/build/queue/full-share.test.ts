import { describe, expect, inject, it } from 'vitest';
import { poll, Stage } from '../../support/queue/stage.js';

/** An empty checkpoint fits into it, and one with pictures does not. */
const LITTLE = 10_000;

describe('a shared folder without space', { timeout: 600_000 }, () => {
  it('fails the run with the file that cannot be written, and the same command goes on when there is space', async () => {
    const stage = await Stage.set({ mining: { limit: 90 } });
    const expected = await stage.expected();
    const worker = stage.worker({}, { limit: LITTLE });
    await expect(stage.mine({ parts: 3 })).rejects.toMatchObject({
      code: 'part-failed',
      message: expect.stringMatching(
        /part [123] of 3: The result \S+ could not be written\. The checkpoint \S+ cannot be written: EFBIG: file too large/,
      ),
    });
    expect(stage.files('.result')).toEqual([]);
    worker.free();
    expect((await stage.mine({ parts: 3 })).state).toBe(expected);
    expect(worker.isAlive, worker.text).toBe(true);
    expect(stage.files('.part')).toEqual([]);
  });

  it.runIf(inject('long'))('is waited for as often as a part is tried', async () => {
    const stage = await Stage.set({ mining: { limit: 90 } });
    const worker = stage.worker({}, { limit: LITTLE });
    const mined = stage.mine({ parts: 3, attempts: 8, retryDelay: 500 });
    await worker.until(({ what }) => what === 'failed');
    worker.free();
    expect((await mined).state).toBe(await stage.expected());
  });

  it.runIf(inject('long'))('fails whoever coordinates with the file that cannot be written', async () => {
    const stage = await Stage.set({ mining: { limit: 90 } });
    const listing = stage.coordinator({ parts: 3 }, { limit: 100 });
    const { error } = await listing.until((line) => line.error);
    expect(error).toEqual({
      code: 'write-failed',
      message: expect.stringMatching(/lists\/000001.json cannot be written: EFBIG.*Choose a shared folder .* space/),
    });
    const merging = stage.coordinator({ parts: 3 }, { limit: LITTLE });
    const worker = stage.worker();
    const ended = await merging.until((line) => line.error);
    expect(ended.error).toEqual({
      code: 'part-failed',
      message: expect.stringMatching(/merged\S* cannot be written: EFBIG.*The results of the other parts are kept/),
    });
    await poll(() => stage.files('.result').length === 3);
    const before = stage.mined;
    expect((await stage.mine({ parts: 3 })).state).toBe(await stage.expected());
    expect(stage.mined).toBe(before);
    expect(worker.isAlive, worker.text).toBe(true);
  });
});
