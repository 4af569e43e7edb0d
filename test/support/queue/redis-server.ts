import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { tempFolder } from '../temp-folder.js';

/** The program; `REDIS_SERVER` may name another one. */
const PROGRAM = process.env.REDIS_SERVER ?? 'redis-server';

/** A Redis server of a test, on a port and with a folder of its own. It is stopped when the test is over. */
export class RedisServer {
  readonly port: number;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #said = '';

  private constructor(port: number, args: readonly string[]) {
    this.port = port;
    this.#args = args;
  }

  /**
   * Starts a server.
   *
   * @param args more settings of Redis, as on its command line
   * @param options `tls`: whether its port is for TLS only
   */
  static async start(args: readonly string[], { tls = false }: { readonly tls?: boolean } = {}): Promise<RedisServer> {
    const port = await freePort();
    const ports = tls ? ['--port', '0', '--tls-port', String(port)] : ['--port', String(port)];
    const place = ['--bind', '127.0.0.1', '--dir', await tempFolder(), '--save', ''];
    const server = new RedisServer(port, [...ports, ...place, ...args]);
    await server.start();
    onTestFinished(() => server.kill());
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, or starts it again with the data that it has written. */
  async start(): Promise<void> {
    const child = spawn(PROGRAM, [...this.#args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (this.#said += text));
    let broken: Error | undefined;
    child.once('error', (error) => {
      broken = error;
    });
    // It answers on its port when it has read its data.
    while (!(await answers(this.port))) {
      if (broken) throw new Error(`${PROGRAM} does not start: ${broken.message}. ${INSTALL}`);
      if (child.exitCode !== null) throw new Error(`${PROGRAM} has ended: ${this.#said}`);
      await wait(20);
    }
  }

  /** Ends it as its administrator does; what it has is written to the disk first. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it as a power failure does. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** From now on it does not answer, though its connections stay. */
  freeze(): void {
    this.#child!.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child!.kill('SIGCONT');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child!;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

const INSTALL =
  'The tests of queues need it: apt-get install redis-server, or set REDIS_SERVER to the path of the program.';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
