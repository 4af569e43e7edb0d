import { writeFileSync } from 'node:fs';

/** Collects rows of a benchmark, and prints each of them at once. */
export class Report {
  #rows = [];

  /**
   * Adds a row.
   *
   * @param ratio of the two jobs that the row names; left out if the row compares nothing
   * @param details figures by name, in seconds where the name does not say another unit
   */
  row(what, ratio, details = {}) {
    this.#rows.push({ what, ...(ratio !== undefined && { ratio }), ...details });
    console.log(rowText(what, ratio, details));
  }

  /** Writes all rows, with a description of the machine. */
  save(path, about) {
    writeFileSync(path, `${JSON.stringify({ ...about, rows: this.#rows }, null, 2)}\n`);
  }
}

/** A row as a line of text. */
export function rowText(what, ratio, details) {
  const figures = Object.entries(details).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`,
  );
  return `${what.padEnd(72)} ${(ratio?.toPrecision(3) ?? '').padStart(8)}   ${figures.join(', ')}`;
}
