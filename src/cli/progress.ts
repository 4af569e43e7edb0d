import cliProgress from 'cli-progress';
import type { Terminal } from './terminal.js';

/** The progress of a job: a bar on a terminal, or else a line every few seconds. */
export interface Progress {
  /** Sets how much is done, and a note to show beside it. */
  update(done: number, note?: string): void;
  /** Ends the job; the bar stays where it is. */
  stop(): void;
}

/** Seconds between two lines if the output is not a terminal. */
const EVERY = 10;

/**
 * Shows the progress of a job on stderr.
 *
 * @param from how much was done before the job began
 */
export function startProgress(terminal: Terminal, what: string, total: number, from = 0): Progress {
  return terminal.err.isTTY === true ? bar(terminal, what, total, from) : lines(terminal, what, total, from);
}

function bar(terminal: Terminal, what: string, total: number, from: number): Progress {
  const started = Date.now();
  const rate = (done: number): string => ((done - from) / Math.max(0.001, (Date.now() - started) / 1000)).toFixed(1);
  const shown = new cliProgress.SingleBar(
    {
      format: `${what} {bar} {percentage} %  {value}/{total}  {rate}/s  {eta_formatted} left{note}`,
      stream: terminal.err as NodeJS.WritableStream,
      etaBuffer: 50,
      // The cursor stays visible, so that the terminal is not changed if the process is killed.
      hideCursor: false,
      linewrap: true,
    },
    cliProgress.Presets.shades_classic,
  );
  shown.start(total, from, { rate: '0.0', note: '' });
  return {
    update: (done, note) => shown.update(done, { rate: rate(done), note: note ? `  ${note}` : '' }),
    stop: () => shown.stop(),
  };
}

function lines(terminal: Terminal, what: string, total: number, from: number): Progress {
  const started = Date.now();
  let shownAt = started;
  terminal.err.write(`${what}: ${total}${from > 0 ? `, from ${from} on` : ''}\n`);
  return {
    update(done, note) {
      const now = Date.now();
      if (now - shownAt < EVERY * 1000) return;
      shownAt = now;
      const rate = (done - from) / ((now - started) / 1000);
      terminal.err.write(
        `${what}: ${done} of ${total}, ${rate.toFixed(1)}/s, ${Math.ceil((total - done) / rate)} s left${note ? `, ${note}` : ''}\n`,
      );
    },
    stop: () => undefined,
  };
}
