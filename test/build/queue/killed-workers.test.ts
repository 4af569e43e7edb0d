import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import type { Player } from '../../support/queue/player.js';
import { Stage } from '../../support/queue/stage.js';

/** How often a worker is killed. */
const KILLS = inject('long') ? 10 : 3;

describe('workers that are killed', { timeout: 600_000 }, () => {
  it('one after the other, at random moments, and started again, find what one machine finds', async () => {
    const stage = await Stage.set();
    // The run cannot end before all of them are killed.
    stage.gate({ delay: 100, holdAt: 400 });
    const mined = stage.mine();
    const workers = [stage.worker(), stage.worker()];
    const moments: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const victim: Player = workers[kill % 2]!;
      const after = Math.random() < 0.8 ? 'begun' : 'joined';
      await victim.until(({ what }) => what === after);
      const delay = Math.random() * 1500;
      await wait(delay);
      // Either the worker alone, or the process in which it computes, too.
      if (kill % 3 === 0) victim.kill('SIGKILL');
      else victim.killAll('SIGKILL');
      await victim.ended;
      moments.push(`${delay.toFixed(0)} ms after it has ${after}, with ${stage.mined} pictures mined`);
      workers[kill % 2] = stage.worker();
    }
    stage.gate({});
    const { state, report } = await mined;
    expect(state, moments.join('; ')).toBe(await stage.expected());
    expect(report).toEqual({ images: 500, skipped: [], setAside: [], resumed: 0 });
    for (const worker of workers) expect(worker.isAlive, worker.text).toBe(true);
  });

  it('all at once, and started again, go on where they were', async () => {
    const stage = await Stage.set();
    stage.gate({ holdAt: 300 });
    const mined = stage.mine({ parts: 2 });
    const workers = [stage.worker(), stage.worker()];
    await stage.untilMined(300);
    for (const worker of workers) worker.killAll('SIGKILL');
    await Promise.all(workers.map(({ ended }) => ended));
    const [saved, before] = [stage.saved, stage.mined];
    expect(saved).toBeGreaterThan(0);
    stage.gate({});
    const again = [stage.worker(), stage.worker()];
    const { state } = await mined;
    expect(state).toBe(await stage.expected());
    // What was saved is not mined again.
    expect(stage.mined - before).toBe(500 - saved);
    for (const worker of again) expect(worker.isAlive, worker.text).toBe(true);
  });
});
