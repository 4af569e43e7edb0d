import { writeFileSync } from 'node:fs';
import { rowText } from './row-text.mjs';

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

  /** Adds rows that were printed already. */
  add(rows) {
    this.#rows.push(...rows);
  }

  /** Writes all rows, with a description of the machine. */
  save(path, about) {
    writeFileSync(path, `${JSON.stringify({ ...about, rows: this.#rows }, null, 2)}\n`);
  }
}
