import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { MineImagesOptions, MiningReport } from 'deconvnet/node';

/** What a process said, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

/** What `mine-run.mjs` prints. */
export interface RunResult {
  readonly state: string;
  readonly report: MiningReport;
}

/** Starts a program of Node, with a channel to it. */
export function start(args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [...args], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let [out, err] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  return { child, ended };
}

/** Waits until a process has written a text to its standard error. */
export function said({ stderr }: ChildProcess, text: string): Promise<void> {
  let err = '';
  return new Promise((resolve) => {
    stderr!.on('data', (more: string) => {
      err += more;
      if (err.includes(text)) resolve();
    });
  });
}

/** Starts a run of `mineImages` in a process of its own. */
export function startRun(options: MineImagesOptions, flags: readonly string[] = []): ReturnType<typeof start> {
  return start([...flags, fileURLToPath(new URL('mine-run.mjs', import.meta.url)), JSON.stringify(options)]);
}

/** What a run found that came to its end. */
export function resultOf({ code, out, err }: Ended): RunResult {
  if (code !== 0) throw new Error(`The run ended with ${code}: ${err}`);
  return JSON.parse(out) as RunResult;
}

/** The bin of the build. */
export const BIN: string = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
