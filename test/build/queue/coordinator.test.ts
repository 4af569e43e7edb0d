import { describe, expect, inject, it } from 'vitest';
import type { Line } from '../../support/queue/player.js';
import { poll, Stage } from '../../support/queue/stage.js';

describe('a coordinator', { timeout: 600_000 }, () => {
  it('that is killed does not stop the run, and whoever attaches to it gets the result', async () => {
    const stage = await Stage.set();
    stage.gate({ holdAt: 300 });
    const first = stage.coordinator();
    const { begun } = await first.until((line) => line.begun);
    const worker = stage.worker();
    await stage.untilMined(300);
    first.kill('SIGKILL');
    await first.ended;
    stage.gate({});
    // The workers go on without a coordinator, until only the results are left to merge.
    await poll(() => stage.files('.result').length === 4);
    // Two of them are killed in the middle of merging.
    for (let kill = 0; kill < (inject('long') ? 5 : 2); kill++) {
      const merging = stage.coordinator({ attach: begun!.id }, { env: { MERGE_PAUSE: '700' } });
      await merging.until((line) => line.merging?.endsWith('3.result'));
      merging.kill('SIGKILL');
      await merging.ended;
    }
    expect(stage.files('.result')).toHaveLength(4);
    const { state, report } = await stage.mine({ attach: begun!.id });
    expect(state).toBe(await stage.expected());
    expect(report).toEqual({ images: 500, skipped: [], setAside: [], resumed: 0 });
    expect(stage.mined).toBe(500);
    expect(worker.isAlive, worker.text).toBe(true);
    // Attached again after the end, it gives the same; when the record has expired, it says so.
    expect((await stage.mine({ attach: begun!.id })).state).toBe(state);
    const { Redis } = await import('ioredis');
    const redis = new Redis(stage.server.url);
    const record = `deconvnet:run:${begun!.id}`;
    expect(await redis.ttl(record)).toBeGreaterThan(6 * 24 * 3600);
    await redis.pexpire(record, 1);
    await poll(async () => (await redis.exists(record)) === 0);
    redis.disconnect();
    await expect(stage.mine({ attach: begun!.id })).rejects.toMatchObject({
      code: 'run-unknown',
      message: expect.stringMatching(
        new RegExp(`no run ${begun!.id} on redis://127.*record has expired .*kept for 7 days.*Leave out attach`),
      ),
    });
  });

  it.runIf(inject('long'))('that is killed while it begins a run keeps nobody else from beginning it', async () => {
    const stage = await Stage.set({ mining: { limit: 60 } });
    // It is killed while it writes the lists of its parts, so it has announced nothing.
    const first = stage.coordinator({ parts: 60 });
    await poll(() => stage.files('000001.json').length > 0);
    stage.server.freeze();
    first.kill('SIGKILL');
    await first.ended;
    stage.server.thaw();
    expect(first.lines).toEqual([]);
    const worker = stage.worker({ workers: 0 });
    expect((await stage.mine({ parts: 3 })).state).toBe(await stage.expected());
    expect(worker.isAlive, worker.text).toBe(true);
  });

  it('that begins the run of another one waits for it, and both get the same', async () => {
    const stage = await Stage.set();
    const coordinators = [stage.coordinator(), stage.coordinator()];
    const workers = [stage.worker(), stage.worker()];
    const ends = await Promise.all(coordinators.map((one) => one.until(({ state, error }) => state ?? error)));
    const [one, other] = ends as [Line, Line];
    expect(one, coordinators.map(({ text }) => text).join('\n')).toEqual(other);
    expect(one.state).toBe(await stage.expected());
    const begun = coordinators.flatMap(({ lines }) => lines.flatMap((line) => line.begun ?? []));
    expect(begun.map(({ attached }) => attached).sort()).toEqual([false, true]);
    expect(new Set(begun.map(({ id }) => id)).size).toBe(1);
    // Each part is done once.
    const done = workers.flatMap(({ lines }) => lines.filter(({ what }) => what === 'done').map(({ part }) => part));
    expect(done.sort()).toEqual([1, 2, 3, 4]);
    expect(stage.mined).toBe(500);
    // The merged state is all that is left in the shared folder.
    expect(stage.files('').map((path) => path.split('/').at(-1))).toEqual(['merged.result', 'run.json']);
  });

  it.runIf(inject('long'))('that is stopped leaves the run on the queue', async () => {
    const stage = await Stage.set({ mining: { limit: 60 } });
    stage.gate({ holdAt: 1 });
    const first = stage.coordinator({ parts: 3 });
    const { begun } = await first.until((line) => line.begun);
    first.kill('SIGTERM');
    await first.until(({ error }) => error?.message === 'stopped');
    stage.gate({});
    stage.worker();
    expect((await stage.mine({ attach: begun!.id })).state).toBe(await stage.expected());
  });
});
