import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import type { QueueServer } from '../../../src/node/queue/connect.js';
import { hasParts } from '../../../src/node/queue/run-queues.js';

/** A server whose queues have these counts of jobs, and the number of queues that are open. */
function serverOf(counts: () => Record<string, number>): {
  readonly server: Pick<QueueServer, 'bullmq' | 'redis'>;
  readonly queues: EventEmitter[];
  readonly open: Set<EventEmitter>;
} {
  const queues: EventEmitter[] = [];
  const open = new Set<EventEmitter>();
  class Queue extends EventEmitter {
    constructor() {
      super();
      queues.push(this);
      open.add(this);
    }
    async getJobCounts(): Promise<Record<string, number>> {
      return counts();
    }
    async close(): Promise<void> {
      open.delete(this);
    }
  }
  const bullmq = { Queue } as unknown as QueueServer['bullmq'];
  return { server: { bullmq, redis: {} as Redis }, queues, open };
}

describe('the queue of the parts of a run', () => {
  it('is closed again when it was asked for its parts, so that a worker can ask for days', async () => {
    let active = 1;
    const { server, queues, open } = serverOf(() => ({ wait: 0, active }));
    expect(await hasParts(server, 'a')).toBe(true);
    active = 0;
    expect(await hasParts(server, 'a')).toBe(false);
    expect(queues).toHaveLength(2);
    expect(open.size).toBe(0);
  });

  it('is closed when the question fails, and listens to errors, which BullMQ prints otherwise', async () => {
    const { server, queues, open } = serverOf(() => {
      throw new Error('LOADING Redis is loading the dataset in memory');
    });
    await expect(hasParts(server, 'a')).rejects.toThrow('LOADING');
    expect(open.size).toBe(0);
    expect(queues.map((queue) => queue.listenerCount('error'))).toEqual([1]);
  });
});
