import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BegunRun, MineOnQueueOptions, PartEvent, QueueProgress, RunEvent, WorkOptions } from 'deconvnet/queue';
import { onTestFinished } from 'vitest';

/** The program of util-linux that sets limits of processes. */
const PRLIMIT = 'prlimit';

/** An error of the library, as a process prints it. */
interface Said {
  readonly code?: string;
  readonly message: string;
}

/** What a worker, or a coordinator, prints. */
export interface Line extends Partial<Omit<PartEvent, 'what'>> {
  readonly what?: PartEvent['what'] | RunEvent['what'];
  /** What a worker has done. */
  readonly report?: object;
  readonly error?: Said;
  readonly begun?: BegunRun;
  readonly progress?: QueueProgress;
  readonly warning?: Said;
  /** The result that is being merged. */
  readonly merging?: string;
  /** SHA-256 of the state. */
  readonly state?: string;
}

/** A process of a test that prints what happens, in lines of JSON. It has a process group of its own. */
export class Player {
  readonly lines: Line[] = [];
  /** Everything that it and its own processes have printed. */
  text = '';
  /** What they have printed as errors. */
  errors = '';
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  #wake: (() => void)[] = [];
  #over = false;

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const all = { ...process.env, NODE_OPTIONS: '', ...env };
    this.child = spawn(command, [...args], { env: all, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      this.text += `${line}\n`;
      this.lines.push(JSON.parse(line) as Line);
      this.#tell();
    });
    this.child.stderr!.on('data', (text: Buffer) => {
      this.text += text;
      this.errors += text;
    });
    this.ended = new Promise((resolve) => {
      this.child.once('close', () => {
        this.#over = true;
        this.#tell();
        resolve();
      });
    });
    onTestFinished(() => this.killAll('SIGKILL'));
  }

  /** Whether the process itself has not ended. */
  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits for a line, from a position on, and returns it. */
  async until(wanted: (line: Line) => unknown, from = 0): Promise<Line> {
    for (let at = from; ; at++) {
      while (at >= this.lines.length) {
        if (this.#over) throw new Error(`The process has ended without what was waited for: ${this.text}`);
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
      if (wanted(this.lines[at]!)) return this.lines[at]!;
    }
  }

  /** Sends a signal to this process alone. */
  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Sends a signal to this process and to the one in which it computes, as if the machine had stopped or died. */
  killAll(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.child.pid!, signal);
    } catch {
      // All of them have ended.
    }
  }

  /** Ends the limit of what this process and its own processes may write. */
  free(): void {
    const own = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === this.child.pid);
    for (const pid of [String(this.child.pid), ...own]) {
      try {
        execFileSync(PRLIMIT, ['--pid', pid, '--fsize=unlimited:unlimited']);
      } catch (error) {
        // A process that has ended meanwhile has no limits.
        if (existsSync(`/proc/${pid}`)) throw error;
      }
    }
  }

  #tell(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** The process that started another one; undefined if that has ended. */
function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

/** How a process is started. */
export interface How {
  readonly env?: Readonly<Record<string, string>>;
  /**
   * The most bytes that it may write to a file. Each write beyond them fails, as if the file system was full: that cannot be
   * had without rights that a test may not have. `free` ends the limit.
   */
  readonly limit?: number;
}

function start(name: string, options: object, { env, limit }: How): Player {
  const script = fileURLToPath(new URL(`../../build/queue/${name}.mjs`, import.meta.url));
  const limited = limit === undefined ? [] : [PRLIMIT, `--fsize=${limit}:unlimited`];
  const [command, ...args] = [...limited, process.execPath, script, JSON.stringify(options)];
  return new Player(command!, args, env);
}

/** Starts a worker in a process of its own. */
export function startWorker(options: WorkOptions, how: How): Player {
  return start('work-run', options, how);
}

/** Starts a coordinator in a process of its own. */
export function startCoordinator(options: MineOnQueueOptions, how: How): Player {
  return start('mine-on-queue-run', options, how);
}
