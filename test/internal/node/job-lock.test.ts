import type { Job } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JobLock } from '../../../src/node/queue/job-lock.js';

const START = 1_000_000;

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

/** A lock of 1,000 milliseconds, of a server that answers with `answers`, one after the other, and then with 1. */
function lock(...answers: (() => Promise<number>)[]): {
  readonly lock: JobLock;
  readonly renewed: number[];
  readonly lost: ReturnType<typeof vi.fn>;
  readonly extendLock: ReturnType<typeof vi.fn>;
} {
  const extendLock = vi.fn(() => answers.shift()?.() ?? Promise.resolve(1));
  const renewed: number[] = [];
  const lost = vi.fn();
  const job = { processedOn: START, extendLock } as unknown as Job;
  const listener = { onRenewed: (until: number) => void renewed.push(until), onLost: lost };
  return { lock: new JobLock(job, 'token', 1000, listener), renewed, lost, extendLock };
}

describe('the lock of a job', () => {
  it('is renewed four times in its time, until it is released', async () => {
    const { lock: one, renewed, extendLock } = lock();
    expect(one.until).toBe(START + 1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(renewed).toEqual([1250, 1500, 1750, 2000].map((time) => START + time));
    expect(extendLock).toHaveBeenCalledWith('token', 1000);
    one.release();
    await vi.advanceTimersByTimeAsync(5000);
    expect(renewed).toHaveLength(4);
  });

  it('lasts from the question on, and not from the answer', async () => {
    const late = () => new Promise<number>((resolve) => setTimeout(() => resolve(1), 900));
    const { lock: one, renewed } = lock(late);
    await vi.advanceTimersByTimeAsync(250 + 900);
    expect(renewed).toEqual([START + 1250]);
    expect(one.until).toBe(START + 1250);
    one.release();
  });

  it('is not held by an answer that comes after its time', async () => {
    const late = () => new Promise<number>((resolve) => setTimeout(() => resolve(1), 1500));
    const { lock: one } = lock(late);
    const held = one.renew();
    one.release();
    await vi.advanceTimersByTimeAsync(1500);
    expect(await held).toBe(false);
  });

  it('that another worker has is lost, which is told once', async () => {
    const { lock: one, lost, renewed } = lock(async () => 0);
    await vi.advanceTimersByTimeAsync(250);
    expect(one.isLost).toBe(true);
    expect(await one.renew()).toBe(false);
    await vi.advanceTimersByTimeAsync(5000);
    expect(lost).toHaveBeenCalledTimes(1);
    expect(renewed).toEqual([]);
  });

  it('lasts while the server answers with an error, until its time is over', async () => {
    const fails = () => Promise.reject(new Error('OOM command not allowed'));
    const { lock: one, lost } = lock(fails, fails, fails, fails, fails, fails);
    await vi.advanceTimersByTimeAsync(600);
    expect(await one.renew()).toBe(true);
    await vi.advanceTimersByTimeAsync(500);
    expect(await one.renew()).toBe(false);
    expect(lost).not.toHaveBeenCalled();
    // The server answers again, and nobody else has taken it.
    expect(await one.renew()).toBe(true);
    one.release();
  });
});
