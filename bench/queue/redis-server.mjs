import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';

/**
 * Starts a Redis server of its own on a free port of this machine.
 *
 * @param folder where it keeps its data
 */
export async function startRedis(folder) {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const args = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes'];
  // Everything that takes longer than a millisecond is noted.
  const slow = ['--slowlog-log-slower-than', 1000, '--slowlog-max-len', 4096];
  const server = spawn('redis-server', [...args, ...slow].map(String), { stdio: 'ignore' });
  const ended = new Promise((resolve, reject) => {
    server.once('exit', resolve);
    server.once('error', reject);
  });
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => 100, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  await Promise.race([
    redis.ping(),
    ended.then((code) => Promise.reject(new Error(`redis-server ended with ${code}`))),
  ]);
  return {
    url: `redis://127.0.0.1:${port}`,
    redis,
    async close() {
      redis.disconnect();
      server.kill();
      await ended;
    },
  };
}

/** What a server says of itself: memory in bytes, processor time in seconds, and the number of commands. */
export async function serverFigures(redis) {
  const info = Object.fromEntries(
    (await redis.info('everything'))
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => line.split(':')),
  );
  return {
    memory: Number(info.used_memory),
    peak: Number(info.used_memory_peak),
    processor: Number(info.used_cpu_user) + Number(info.used_cpu_sys),
    commands: Number(info.total_commands_processed),
    clients: Number(info.connected_clients),
    log: Number(info.aof_current_size),
    /** Seconds in which transactions ran. Nothing else runs meanwhile. */
    transactions: Number(/usec=(\d+)/.exec(info.cmdstat_exec)?.[1] ?? 0) / 1e6,
  };
}

/** The longest time that a single command took, in seconds, and its name. Nothing else runs on the server meanwhile. */
export async function longestCommand(redis) {
  const all = (await redis.slowlog('GET', 4096)).map(([, at, microseconds, [name]]) => ({
    ...{ at, name: name.toUpperCase(), seconds: microseconds / 1e6 },
  }));
  await redis.slowlog('RESET');
  return all.sort((a, b) => b.seconds - a.seconds)[0] ?? { name: 'none', seconds: 0 };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
