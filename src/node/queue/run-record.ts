import type { Redis } from 'ioredis';
import { isCount, isPlainObject } from '../../errors/check-options.js';
import type { RunIdentity } from '../mine/run-identity.js';
import type { PlainDeconvnetOptions } from '../mine/worker-protocol.js';
import type { NodeBackend } from '../peers.js';
import type { DrawSettings } from './draw-settings.js';
import type { MineSettings } from './mine-settings.js';

/** A run as it is announced to all workers. It is data alone: it names no code, and has no credentials. */
export interface RunRecord {
  /** A hash of the identity. */
  readonly id: string;
  /** All that the result depends on, by name. */
  readonly identity: RunIdentity;
  /** When it was announced, in milliseconds since 1970. */
  readonly created: number;
  /** The path of the model on the machine that announced it. */
  readonly model: string;
  /** The path of its topology on that machine, if it was given. */
  readonly topology?: string;
  /** The folder of the run on that machine, inside the shared folder. */
  readonly folder: string;
  /** The beginnings of the URLs of pictures, `https://HOST`. A worker joins only if it may fetch from all of them. */
  readonly origins: readonly string[];
  readonly backend: NodeBackend;
  readonly network: PlainDeconvnetOptions;
  readonly job: MineSettings | DrawSettings;
  /** The number of pictures to mine; of a gallery, the number of pictures to project and of sheets to draw. */
  readonly items: number;
  readonly parts: number;
}

/** How a run ended. */
export interface RunEnd {
  readonly at: number;
  /** Why it failed; absent if it did not. */
  readonly failed?: string;
}

/** A worker that does not join a run, and why. */
export interface Refusal {
  readonly worker: string;
  readonly reason: string;
}

/** The prefix of all keys. The keys of BullMQ have it too. */
export const PREFIX = 'deconvnet';
/** How long the record of a run is kept after its end, in seconds: seven days. */
export const KEPT_SECONDS: number = 7 * 24 * 3600;
/** A worker that was not heard of for this many milliseconds is not counted. */
const SILENT = 30_000;
/** A process that begins a run and was not heard of for this many seconds is not waited for. */
const BEGINS = 10;

const key = (...parts: string[]): string => [PREFIX, ...parts].join(':');
const RUNS = key('runs');
const WORKERS = key('workers');

/** The index of all runs on a server, which workers read. */
export class RunIndex {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Announces a run, which then has not ended. */
  async announce(record: RunRecord): Promise<void> {
    await this.#redis
      .multi()
      .del(key('end', record.id), key('refused', record.id))
      .set(key('run', record.id), JSON.stringify(record))
      .zadd(RUNS, record.created, record.id)
      .exec();
  }

  async find(id: string): Promise<RunRecord | undefined> {
    return recordIn(await this.#redis.get(key('run', id)), id);
  }

  /** The end of a run; undefined while it goes on. */
  async endOf(id: string): Promise<RunEnd | undefined> {
    const text = await this.#redis.get(key('end', id));
    return text === null ? undefined : (JSON.parse(text) as RunEnd);
  }

  /**
   * Says that a run has ended. The first one who says it is right.
   *
   * @returns whether nobody has said it before
   */
  async end(id: string, end: RunEnd): Promise<boolean> {
    const first = await this.#redis.set(key('end', id), JSON.stringify(end), 'EX', KEPT_SECONDS, 'NX');
    if (first === null) return false;
    await this.#redis.expire(key('run', id), KEPT_SECONDS);
    return true;
  }

  /** Removes what is known of a run. */
  async forget(id: string): Promise<void> {
    await this.#redis.multi().del(key('run', id), key('end', id), key('refused', id)).zrem(RUNS, id).exec();
  }

  /** All runs that are known, the oldest one first. */
  async list(): Promise<RunRecord[]> {
    const ids = await this.#redis.zrange(RUNS, '0', '-1');
    if (ids.length === 0) return [];
    const texts = await this.#redis.mget(ids.map((id) => key('run', id)));
    const expired = ids.filter((_, i) => texts[i] === null);
    if (expired.length > 0) await this.#redis.zrem(RUNS, ...expired);
    return ids.flatMap((id, i) => recordIn(texts[i] ?? null, id) ?? []);
  }

  /**
   * Lets one process at a time begin a run.
   *
   * @returns whether this process may; it has to call `stillBegins` in the meantime, and then `doneBeginning`
   */
  async mayBegin(id: string): Promise<boolean> {
    return (await this.#redis.set(key('begins', id), '1', 'EX', BEGINS, 'NX')) !== null;
  }

  /** Says that this process still begins a run. If it dies, another one may begin it soon. */
  async stillBegins(id: string): Promise<void> {
    await this.#redis.expire(key('begins', id), BEGINS);
  }

  async doneBeginning(id: string): Promise<void> {
    await this.#redis.del(key('begins', id));
  }

  /** Notes that a worker does not join a run. */
  async refuse(id: string, { worker, reason }: Refusal): Promise<void> {
    await this.#redis.multi().hset(key('refused', id), worker, reason).expire(key('refused', id), KEPT_SECONDS).exec();
  }

  async refusals(id: string): Promise<Refusal[]> {
    const all = await this.#redis.hgetall(key('refused', id));
    return Object.entries(all).map(([worker, reason]) => ({ worker, reason }));
  }

  /** Notes that a worker is there. */
  async seen(worker: string): Promise<void> {
    await this.#redis.zadd(WORKERS, Date.now(), worker);
  }

  async gone(worker: string): Promise<void> {
    await this.#redis.zrem(WORKERS, worker);
  }

  /** The number of workers that were there a short time ago. */
  async workers(): Promise<number> {
    await this.#redis.zremrangebyscore(WORKERS, 0, Date.now() - SILENT);
    return this.#redis.zcard(WORKERS);
  }
}

/**
 * Reads a record. Everybody who can write to the server can change it, so that what names files, or is counted with, is
 * checked; undefined if it is not a record.
 */
function recordIn(text: string | null, id: string): RunRecord | undefined {
  if (text === null) return undefined;
  try {
    const record = JSON.parse(text) as RunRecord;
    const { folder, model, topology = '', parts, items, created, job, identity, origins } = record;
    const isRecord =
      /^[0-9a-f]{16}$/.test(id) &&
      record.id === id &&
      [folder, model, topology].every((path) => typeof path === 'string') &&
      [parts, items, created].every((count) => isCount(count, 0)) &&
      (job.kind === 'mine' || (job.kind === 'draw' && isCount(job.projecting, 0))) &&
      isPlainObject(identity) &&
      Array.isArray(origins);
    return isRecord ? record : undefined;
  } catch {
    return undefined;
  }
}
