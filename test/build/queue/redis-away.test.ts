import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, inject, it } from 'vitest';
import type { Player } from '../../support/queue/player.js';
import { LOCK, poll, Stage } from '../../support/queue/stage.js';

const SYNC = inject('long') ? (['always', 'everysec'] as const) : (['always'] as const);

/** What the workers say of parts that went wrong. */
const faults = (workers: readonly Player[]): unknown[] =>
  workers.flatMap(({ lines }) => lines.filter(({ what }) => what === 'failed' || what === 'restarted'));

/** Expects that a worker goes on, and has printed no error of the connection. */
function expectUnmoved(worker: Player): void {
  expect(worker.isAlive, worker.text).toBe(true);
  expect(worker.errors).toBe('');
}

describe('a Redis server', { timeout: 600_000 }, () => {
  it.each(SYNC)('that is restarted in the middle costs nothing but time (appendfsync %s)', async (sync) => {
    const stage = await Stage.set({ redis: ['--appendonly', 'yes', '--appendfsync', sync] });
    stage.gate({ delay: 50, holdAt: 350 });
    const mined = stage.mine();
    const workers = [stage.worker(), stage.worker()];
    // Once as its administrator does it, and once as a power failure does.
    await stage.untilMined(80);
    await stage.server.stop();
    await stage.server.start();
    await stage.untilMined(200);
    if (sync === 'everysec') await wait(2000);
    await stage.server.kill();
    await stage.server.start();
    stage.gate({});
    const { state, report } = await mined;
    expect(state).toBe(await stage.expected());
    expect(report).toEqual({ images: 500, skipped: [], setAside: [], resumed: 0 });
    expect(faults(workers)).toEqual([]);
    for (const worker of workers) expectUnmoved(worker);
  });

  it('that is away for a while, shorter or longer than a lock, costs nothing but time', async () => {
    const stage = await Stage.set({ redis: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    stage.gate({ holdAt: 150 });
    const mined = stage.mine();
    const workers = [stage.worker(), stage.worker()];
    await stage.untilMined(150);
    // Its machine hangs for less time than a lock lasts.
    stage.server.freeze();
    await wait(LOCK.lockDuration / 3);
    stage.server.thaw();
    stage.gate({ holdAt: 250 });
    await stage.untilMined(250);
    // It hangs for longer, and the workers go on meanwhile.
    stage.server.freeze();
    stage.gate({ holdAt: 350 });
    await wait(2 * LOCK.lockDuration);
    stage.server.thaw();
    await stage.untilMined(350);
    // It is gone for longer, and the workers end their parts meanwhile.
    await stage.server.kill();
    stage.gate({});
    await wait(inject('long') ? 60_000 : 3 * LOCK.lockDuration);
    await stage.server.start();
    const { state, report } = await mined;
    expect(state).toBe(await stage.expected());
    expect(report).toEqual({ images: 500, skipped: [], setAside: [], resumed: 0 });
    expect(faults(workers)).toEqual([]);
    for (const worker of workers) expectUnmoved(worker);
  });

  it.runIf(inject('long'))(
    'that is started again without its data is told of, and the same command goes on',
    async () => {
      const stage = await Stage.set();
      stage.gate({ holdAt: 300 });
      const first = stage.mine().catch((error: unknown) => error);
      const workers = [stage.worker(), stage.worker()];
      await stage.untilMined(300);
      await stage.server.kill();
      await stage.server.start();
      expect(await first).toMatchObject({
        code: 'run-unknown',
        message: expect.stringMatching(/started again without the data .*results .* are kept in .*Start the run again/),
      });
      for (const worker of workers) {
        await worker.until(({ what }) => what === 'left');
        expectUnmoved(worker);
      }
      const [saved, before] = [stage.saved, stage.mined];
      stage.gate({});
      const { state } = await stage.mine();
      expect(state).toBe(await stage.expected());
      expect(stage.mined - before).toBe(500 - saved);
      for (const worker of workers) expectUnmoved(worker);
    },
  );

  it.runIf(inject('long'))('that has no space for a while costs nothing but time', async () => {
    const stage = await Stage.set({ mining: { limit: 250 } });
    stage.gate({ holdAt: 100 });
    const mined = stage.mine({ parts: 3 });
    const workers = [stage.worker(), stage.worker()];
    await stage.untilMined(100);
    const redis = new Redis(stage.server.url);
    await redis.config('SET', 'maxmemory', '1');
    stage.gate({});
    // Locks run out meanwhile, and parts are done that nobody can be told of.
    await wait(2 * LOCK.lockDuration);
    await redis.config('SET', 'maxmemory', '0');
    redis.disconnect();
    const { state, report } = await mined;
    expect(state).toBe(await stage.expected());
    expect(report).toEqual({ images: 250, skipped: [], setAside: [], resumed: 0 });
    for (const worker of workers) expectUnmoved(worker);
  });

  it('that is away keeps nobody from stopping', async () => {
    const stage = await Stage.set({ mining: { limit: 100 }, redis: ['--appendonly', 'yes'] });
    stage.gate({ holdAt: 60 });
    const coordinator = stage.coordinator();
    const worker = stage.worker();
    await stage.untilMined(60);
    await stage.server.kill();
    worker.kill('SIGTERM');
    coordinator.kill('SIGTERM');
    stage.gate({});
    await Promise.all([worker.ended, coordinator.ended]);
    expect(worker.lines.at(-1)).toHaveProperty('report');
    expect(coordinator.lines.at(-1)).toEqual({ error: { message: 'stopped' } });
    await stage.server.start();
    stage.worker();
    expect((await stage.mine()).state).toBe(await stage.expected());
    await poll(() => stage.files('.checkpoint').length === 0);
  });
});
