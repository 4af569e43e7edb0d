import cliProgress from 'cli-progress';
import type { Terminal } from './terminal.js';

/** How far a job is: a bar on a terminal, else a line now and then. */
export interface Progress {
  /** Sets how much is done. */
  update(done: number): void;
  /** Ends the job; the bar stays where it is. */
  stop(): void;
}

/** Seconds between lines where there is no terminal. */
const EVERY = 10;

/** Shows the progress of a job on stderr. */
export function startProgress(terminal: Terminal, what: string, total: number): Progress {
  return terminal.err.isTTY === true ? bar(terminal, what, total) : lines(terminal, what, total);
}

function bar(terminal: Terminal, what: string, total: number): Progress {
  const started = Date.now();
  const rate = (done: number): string => (done / Math.max(0.001, (Date.now() - started) / 1000)).toFixed(1);
  const shown = new cliProgress.SingleBar(
    {
      format: `${what} {bar} {percentage} %  {value}/{total}  {rate}/s  {eta_formatted} left`,
      stream: terminal.err as NodeJS.WritableStream,
      etaBuffer: 50,
      hideCursor: true,
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  shown.start(total, 0, { rate: '0.0' });
  return {
    update: (done) => shown.update(done, { rate: rate(done) }),
    stop: () => shown.stop(),
  };
}

function lines(terminal: Terminal, what: string, total: number): Progress {
  const started = Date.now();
  let told = started;
  terminal.err.write(`${what}: ${total}\n`);
  return {
    update(done) {
      const now = Date.now();
      if (now - told < EVERY * 1000) return;
      told = now;
      const rate = done / ((now - started) / 1000);
      terminal.err.write(
        `${what}: ${done} of ${total}, ${rate.toFixed(1)}/s, ${Math.ceil((total - done) / rate)} s left\n`,
      );
    },
    stop: () => undefined,
  };
}
