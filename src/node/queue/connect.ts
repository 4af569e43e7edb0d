import type { Redis } from 'ioredis';
import { describeValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { importPeer } from '../import-peer.js';
import { safeUrl } from './safe-url.js';

/** What is needed to work with queues: the package, and a way to make connections to the server. */
export interface QueueServer {
  readonly bullmq: typeof import('bullmq');
  /** The connection of this object. It is for short commands. */
  readonly redis: Redis;
  /** The address without its user name and password, for messages. */
  readonly name: string;
  /** Makes another connection, for a queue that waits for jobs. `close` ends it. */
  connect(): Redis;
  /** Fulfilled when nobody waits for the server any more: commands that wait for it fail soon after that. */
  readonly over: Promise<void>;
  /** Ends all connections. */
  close(): void;
}

/** Where a user name and a password may be given, so that they do not stand in the command line. */
export const USER_VARIABLE = 'DECONVNET_QUEUE_USER';
export const PASSWORD_VARIABLE = 'DECONVNET_QUEUE_PASSWORD';

/** How long the first connection may take, in milliseconds. After it, a lost connection is made again however long it takes. */
const FIRST_CONNECTION = 10_000;
/** How often the first connection is tried at most. */
const FIRST_TRIES = 5;
/** How long a worker or a caller that is stopped waits for a server that does not answer, in milliseconds. */
const LONGEST_STOP = 30_000;
/** The longest pause between two tries to connect again, in milliseconds. */
const LONGEST_PAUSE = 2000;

/**
 * Connects to a Redis server.
 *
 * @param url `redis://HOST:PORT/DATABASE`, or `rediss://` for TLS
 * @param signal when it is aborted, and the server is away, commands do not wait for it any more
 * @throws DeconvnetError `invalid-option`; `missing-peer`; `queue-unreachable` if the server does not answer.
 */
export async function connectToQueue(url: string, signal?: AbortSignal): Promise<QueueServer> {
  const address = checkUrl(url);
  const bullmq = await importPeer('bullmq', () => import('bullmq'));
  const { Redis } = await importPeer('ioredis', () => import('ioredis'));
  const username = process.env[USER_VARIABLE];
  const password = process.env[PASSWORD_VARIABLE];
  const open: Redis[] = [];
  let [connected, isOver] = [false, false];
  const begun = Date.now();
  const connect = (): Redis => {
    const redis = new Redis(url, {
      // Commands wait until the server is back, however long that takes. BullMQ needs this, too.
      maxRetriesPerRequest: null,
      retryStrategy: (tries) =>
        !isOver && (connected || (tries < FIRST_TRIES && Date.now() - begun < FIRST_CONNECTION))
          ? LONGEST_PAUSE / 4
          : null,
      ...(username !== undefined && address.username === '' && { username }),
      ...(password !== undefined && address.password === '' && { password }),
    });
    // Without a listener, an error would end the process. The client makes a lost connection again.
    redis.on('error', (error) => {
      lastError = error;
    });
    redis.on('ready', () => {
      if (isOver) redis.disconnect();
    });
    open.push(redis);
    return redis;
  };
  let lastError: unknown;
  const name = safeUrl(url)!;
  let giveUp: NodeJS.Timeout | undefined;
  let tell: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const close = (): void => {
    isOver = true;
    clearInterval(giveUp);
    signal?.removeEventListener('abort', stop);
    // A client that is reconnecting stops after its next try, and then its commands fail. If we disconnected it now, its
    // commands would never settle.
    for (const redis of open) if (redis.status !== 'reconnecting') redis.disconnect();
    tell();
  };
  const stop = (): void => {
    const since = Date.now();
    giveUp = setInterval(() => {
      if (redis.status !== 'ready' || Date.now() - since > LONGEST_STOP) close();
    }, LONGEST_PAUSE / 4);
  };
  signal?.addEventListener('abort', stop, { once: true });
  const redis = connect();
  try {
    await redis.ping();
  } catch (error) {
    close();
    const why = lastError instanceof Error && lastError.message !== '' ? lastError.message : String(error);
    throw new DeconvnetError(
      'queue-unreachable',
      unreachable(name, withoutSecrets(why, [address, { password, username }])),
      { cause: error },
    );
  }
  connected = true;
  return { bullmq, redis, name, connect, over, close };
}

/** The message for a server that refuses the password, or does not answer. */
function unreachable(name: string, why: string): string {
  const reason = why.replace(/\.+$/, '');
  const where = `${USER_VARIABLE} and ${PASSWORD_VARIABLE}, or in the address (redis://USER:PASSWORD@HOST)`;
  if (/^NOAUTH/.test(reason)) {
    return `The Redis server ${name} asks for a password. Give the user name, if there is one, and the password in ${where}. (${reason})`;
  }
  if (/^(WRONGPASS|NOPERM)/.test(reason)) {
    return `The Redis server ${name} refuses the user name or the password. Check what is in ${where}. (${reason})`;
  }
  const tls = name.startsWith('rediss:')
    ? ' If the server does not use TLS, its address begins with redis://.'
    : ' If the server uses TLS, its address begins with rediss://.';
  return `The Redis server ${name} does not answer: ${reason}. Start it, or check the address.${tls}`;
}

function checkUrl(url: string): URL {
  const address = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
  if (address && address.host !== '' && /^rediss?:$/.test(address.protocol)) return address;
  // What is not an address may be a password.
  const safe = typeof url === 'string' ? safeUrl(url) : undefined;
  const given = typeof url === 'string' ? (safe === undefined ? 'not an address' : `'${safe}'`) : describeValue(url);
  throw new DeconvnetError(
    'invalid-option',
    `queue is the address of a Redis server, such as 'redis://localhost:6379' (rediss:// for TLS); it is ${given}.`,
  );
}

/** A message of the server or of a library without what nobody may read. */
function withoutSecrets(
  message: string,
  secrets: readonly { readonly password?: string | undefined; readonly username?: string | undefined }[],
): string {
  return secrets
    .flatMap(({ password, username }) => [password, username])
    .filter((secret) => secret !== undefined && secret !== '' && secret !== 'default')
    .flatMap((secret) => [secret!, decoded(secret!)])
    .reduce<string>((text, secret) => text.replaceAll(secret, '***'), message);
}

/** A part of an address as it was meant. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
