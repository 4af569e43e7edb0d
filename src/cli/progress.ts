import cliProgress from 'cli-progress';
import { counted } from '../errors/counted.js';
import type { Terminal } from './terminal.js';

/** The progress of a job: a bar on a terminal, or else a line every few seconds. */
export interface Progress {
  /**
   * Sets how much is done, and a note to show beside it.
   *
   * @param seconds the seconds that are left; by default they follow from how much is done
   */
  update(done: number, note?: string, seconds?: number): void;
  /** Ends the job; the bar stays where it is. */
  stop(): void;
}

/** Seconds between two lines if the output is not a terminal. */
const EVERY = 10;

/** What is counted, as one and as several. */
export type Unit = readonly [one: string, several?: string];

/**
 * Shows the progress of a job on stderr.
 *
 * @param from how much was done before the job began
 * @param unit what is counted, as one and as several, if the title does not say it: `['image']`
 */
export function startProgress(terminal: Terminal, what: string, total: number, from = 0, unit?: Unit): Progress {
  const all = unit ? counted(total, ...unit) : total.toLocaleString('en');
  return (terminal.err.isTTY === true ? bar : lines)(terminal, { what, total, from, all });
}

interface Job {
  readonly what: string;
  readonly total: number;
  readonly from: number;
  /** The total in words: `3,593 images`. */
  readonly all: string;
}

function bar(terminal: Terminal, { what, total, from, all }: Job): Progress {
  const started = Date.now();
  const rate = (done: number): string => ((done - from) / Math.max(0.001, (Date.now() - started) / 1000)).toFixed(1);
  const left = leftFrom(from, total);
  const shown = new cliProgress.SingleBar(
    {
      format: `${what} {bar} {percentage} %  {value}/${all}  {rate}/s  {left} left{note}`,
      stream: terminal.err as NodeJS.WritableStream,
      // The cursor stays visible, so that the terminal is not changed if the process is killed.
      hideCursor: false,
      linewrap: true,
    },
    cliProgress.Presets.shades_classic,
  );
  shown.start(total, from, { rate: '0.0', note: '', left: '?' });
  return {
    update(done, note, seconds = left(done)) {
      shown.update(done, { rate: rate(done), left: timeText(seconds), note: note ? `  ${note}` : '' });
    },
    stop: () => shown.stop(),
  };
}

function lines(terminal: Terminal, { what, total, from, all }: Job): Progress {
  const started = Date.now();
  const left = leftFrom(from, total);
  let shownAt = started;
  terminal.err.write(`${what}: ${all}${from > 0 ? `, from ${from.toLocaleString('en')} on` : ''}\n`);
  return {
    update(done, note, seconds = left(done)) {
      const now = Date.now();
      if (now - shownAt < EVERY * 1000) return;
      shownAt = now;
      const rate = (done - from) / ((now - started) / 1000);
      terminal.err.write(
        `${what}: ${done.toLocaleString('en')} of ${all}, ${rate.toFixed(1)}/s, ${Number.isFinite(seconds) ? `${Math.ceil(seconds)} s left` : 'time left not known yet'}${note ? `, ${note}` : ''}\n`,
      );
    },
    stop: () => undefined,
  };
}

/** Makes a function from how much is done to the seconds that are left. It counts from the first call on. */
function leftFrom(from: number, total: number): (done: number) => number {
  let first: { readonly at: number; readonly done: number } | undefined;
  return (done) => {
    first ??= { at: Date.now(), done: Math.max(done, from) };
    const speed = (done - first.done) / ((Date.now() - first.at) / 1000);
    return speed > 0 ? (total - done) / speed : Number.POSITIVE_INFINITY;
  };
}

/** A time as `1h05m`, `12m30s` or `45s`. */
function timeText(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.ceil(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
}
