import { counted } from '../errors/counted.js';
import { safeUrl } from '../node/queue/safe-url.js';

/** Where a command writes, and how it can be stopped. */
export interface Terminal {
  /** Receives the result. */
  readonly out: { write(text: string): unknown };
  /** Receives progress, warnings and errors. */
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean };
  /**
   * Runs work that has something to save when it is stopped. While it runs, Ctrl-C does not end the process. It aborts the
   * signal instead, with a `CliError` as the reason.
   */
  readonly interruptible: <Result>(work: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;
}

/** Quotes words as a POSIX shell reads them. A user name and a password in the address of a queue are left out. */
export function shellWords(words: readonly string[]): string {
  const safe = words.map((word, i) => {
    if (words[i - 1] === '--queue') return safeUrl(word) ?? 'URL';
    return word.startsWith('--queue=') ? `--queue=${safeUrl(word.slice('--queue='.length)) ?? 'URL'}` : word;
  });
  return safe.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

/** Formats rows as columns of text, each as wide as its widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>((sizes, row) => {
    row.forEach((cell, i) => {
      sizes[i] = Math.max(sizes[i] ?? 0, cell.length);
    });
    return sizes;
  }, []);
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** A share as a percentage with one digit. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** "1 picture", "1,500 pictures". */
export function pictureCount(count: number): string {
  return counted(count, 'picture');
}

/** On which scale values are drawn, and what is clipped. */
export function scaleText({ scale, clipped }: { readonly scale: number; readonly clipped: number }): string {
  return `full black or white is ${scale.toPrecision(4)}; ${(100 * clipped).toFixed(2)} % of the values that are not zero are beyond it`;
}

/** "1 pixel" of a signal, "7x7 pixels". */
export function pixelsText(size: readonly number[]): string {
  return `${size.join('x')} ${size.every((side) => side === 1) ? 'pixel' : 'pixels'}`;
}
