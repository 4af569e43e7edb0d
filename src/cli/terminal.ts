/** Where a command writes, and how it is stopped. */
export interface Terminal {
  /** What was asked for. */
  readonly out: { write(text: string): unknown };
  /** Progress, warnings and errors. */
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean };
  /**
   * Runs work that has something to save when it is stopped: while it runs, and only then, Ctrl-C aborts the signal, with
   * a `CliError` as its reason, instead of ending the process.
   */
  readonly interruptible: <Result>(work: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;
}

/** Quotes words as a POSIX shell reads them. */
export function shellWords(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

/** Columns of text, each as wide as its widest cell. */
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

/** "1 picture", "500 pictures". */
export function pictureCount(count: number): string {
  return `${count} picture${count === 1 ? '' : 's'}`;
}
