import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';

/** The exit code for each signal that asks a process to end: 128 plus its number, as in shells. */
const ENDING = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

/**
 * Runs work that has something to save when it is stopped. While it runs, the first Ctrl-C (or SIGTERM) aborts the
 * signal, and a second one ends the process.
 *
 * Handlers exist only while such work runs. A handler has to wait for the event loop, which code in an endless
 * computation never returns to. At all other times the system therefore ends the process at once.
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interrupt = new AbortController();
  const names = Object.keys(ENDING) as (keyof typeof ENDING)[];
  const stop = (name: keyof typeof ENDING): void => {
    if (interrupt.signal.aborted) process.exit(ENDING[name]);
    interrupt.abort(new CliError(ENDING[name], 'Interrupted.'));
  };
  for (const name of names) process.on(name, stop);
  try {
    return await work(interrupt.signal);
  } finally {
    for (const name of names) process.off(name, stop);
  }
}
