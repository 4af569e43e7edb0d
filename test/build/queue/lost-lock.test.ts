import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import type { Line, Player } from '../../support/queue/player.js';
import { LOCK, poll, Stage } from '../../support/queue/stage.js';

/** The files that a worker has written, by its name, with the times of their last changes. */
function filesOf({ share }: Stage, { child }: Player): string[] {
  const names = readdirSync(share, { recursive: true }) as string[];
  return names
    .filter((name) => name.includes(`-${child.pid}-`))
    .map((name) => `${name} ${statSync(join(share, name)).mtimeMs}`)
    .sort();
}

const begins = ({ what }: Line): boolean => what === 'begun';

describe('a worker whose lock runs out while it works', { timeout: 600_000 }, () => {
  it.each(['the whole machine', 'the worker alone'])('because %s was stopped writes nothing more', async (what) => {
    const stage = await Stage.set({ mining: { limit: 250 } });
    stage.gate({ delay: 100, holdAt: 120 });
    const mined = stage.mine({ parts: 1 });
    const slow = stage.worker();
    await slow.until(begins);
    await stage.untilMined(120);
    await poll(() => stage.saved > 0);
    if (what === 'the whole machine') slow.killAll('SIGSTOP');
    else slow.kill('SIGSTOP');
    const other = stage.worker();
    await other.until(begins);
    stage.gate({ delay: 100 });
    await poll(() => filesOf(stage, other).length > 0);
    const before = filesOf(stage, slow);
    const [written, saved] = [stage.mined, stage.saved];
    // What it has saved belongs to the other one now.
    expect(before).toEqual([]);
    if (what === 'the worker alone') {
      // Its process goes on meanwhile, and comes to its next checkpoints.
      await poll(() => stage.mined >= written + 120);
    }
    slow.killAll('SIGCONT');
    await slow.until(({ what: said }) => said === 'lost');
    expect(filesOf(stage, slow)).toEqual([]);
    stage.gate({});
    const { state, report } = await mined;
    expect(state).toBe(await stage.expected());
    expect(report).toEqual({ images: 250, skipped: [], setAside: [], resumed: 0 });
    expect(saved).toBeGreaterThan(0);
    const done = [slow, other].map(({ lines }) => lines.filter((line) => line.what === 'done').length);
    expect(done).toEqual([0, 1]);
    expect(slow.lines.filter((line) => line.what === 'failed')).toEqual([]);
    expect(slow.isAlive, slow.text).toBe(true);
  });
});

describe('a worker whose process computes for longer than a lock lasts', { timeout: 600_000 }, () => {
  it('keeps its part, and writes', async () => {
    const stage = await Stage.set({ mining: { limit: 12 } });
    stage.gate({ delay: 1500 });
    // Without threads, the process hears nothing of its worker in the meantime.
    const worker = stage.worker({ workers: 0, lockDuration: 1000 });
    const { state } = await stage.mine({ parts: 1, attempts: 1 });
    expect(state).toBe(await stage.expected());
    const parts = worker.lines.filter(({ part }) => part !== undefined);
    expect(parts.map(({ what }) => what)).toEqual(['begun', 'done']);
    expect(stage.mined).toBe(12);
  });
});

describe('a part', { timeout: 600_000 }, () => {
  it('of a worker that died is taken over after the lock and the stalled interval', async () => {
    const stage = await Stage.set({ mining: { limit: 60 } });
    stage.gate({ holdAt: 1 });
    const redis = new Redis(stage.server.url);
    const [first, second] = [stage.worker(), stage.worker()];
    const mined = stage.mine({ parts: 1 });
    const [victim, heir] = await Promise.race([
      first.until(begins).then(() => [first, second] as const),
      second.until(begins).then(() => [second, first] as const),
    ]);
    await heir.until(({ what }) => what === 'joined');
    const [key] = await redis.keys('deconvnet:run-*:events');
    // The times of the checks, which the server keeps until the next one.
    const checks = new Set<string>();
    let over = false;
    const watching = (async () => {
      while (!over) {
        const time = await redis.get(key!.replace(/events$/, 'stalled-check'));
        if (time !== null) checks.add(time);
        await wait(10);
      }
    })();
    victim.killAll('SIGKILL');
    checks.clear();
    await heir.until(begins);
    over = true;
    await watching;
    redis.disconnect();
    // BullMQ checks twice per stalled interval. Two more checks are for a machine that is slow.
    const { lockDuration, stalledInterval } = LOCK;
    expect(checks.size).toBeLessThanOrEqual((2 * (lockDuration + stalledInterval)) / stalledInterval + 2);
    stage.gate({});
    expect((await mined).state).toBe(await stage.expected());
  });

  it('of a worker that is asked to end is handed back with what is done of it', async () => {
    const stage = await Stage.set({ mining: { limit: 200 } });
    stage.gate({ holdAt: 120 });
    const mined = stage.mine({ parts: 1 });
    const first = stage.worker();
    await first.until(begins);
    await stage.untilMined(120);
    first.kill('SIGTERM');
    // It stops between two batches.
    stage.gate({ delay: 50 });
    await first.ended;
    expect(first.lines.slice(-3)).toMatchObject([
      { what: 'handed back', part: 1 },
      { what: 'left' },
      { report: { parts: 0 } },
    ]);
    const [saved, before] = [stage.saved, stage.mined];
    expect(saved).toBeGreaterThan(0);
    stage.gate({});
    const second = stage.worker();
    expect((await mined).state).toBe(await stage.expected());
    expect(stage.mined - before).toBe(200 - saved);
    expect(second.lines.filter(({ what }) => what === 'done')).toHaveLength(1);
  });
});
