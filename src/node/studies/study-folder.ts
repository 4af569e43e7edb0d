import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Picture } from '../../input/picture.js';
import { GENERATOR } from '../gallery/gallery-folder.js';
import { encodePng } from '../pictures/png.js';
import { orWriteFailed } from '../projecting/or-write-failed.js';
import { ownDraft, writeAtomically } from '../write-atomically.js';
import { renderStudyPage, type StudyPage } from './study-page.js';

/** A value of a cell of a CSV file. */
type Cell = string | number | boolean | null | undefined;

/** The folder of a study: the page, pictures, plots, and the numbers as CSV and JSON. */
export class StudyFolder {
  readonly #out: string;

  private constructor(out: string) {
    this.#out = out;
  }

  /**
   * Opens the folder, and makes it if it is missing.
   *
   * @throws DeconvnetError `write-failed`, also if the folder contains a page that this library did not write.
   */
  static async open(out: string): Promise<StudyFolder> {
    const page = await readFile(join(out, 'index.html'), 'utf8').catch(() => undefined);
    if (page !== undefined && !page.includes(GENERATOR)) {
      throw new DeconvnetError(
        'write-failed',
        `${join(out, 'index.html')} is a page that deconvnet did not write. Choose another folder, so that it is not lost.`,
      );
    }
    await orWriteFailed(out, () => mkdir(out, { recursive: true }));
    return new StudyFolder(out);
  }

  /** Writes a file, whole or not at all, and returns its name. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.#out, name);
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    await orWriteFailed(path, () => writeAtomically(path, [bytes], { draft: ownDraft(path), flush: false }));
    return name;
  }

  /** Writes a picture as `NAME.png`. */
  async writePicture(name: string, picture: Picture): Promise<string> {
    return this.write(`${name}.png`, await encodePng(picture));
  }

  /** Writes rows of numbers and words as `NAME.csv`; the first row of the file has the names of the columns. */
  async writeCsv(name: string, rows: readonly Readonly<Record<string, Cell>>[]): Promise<string> {
    const { stringify } = await import('csv-stringify/sync');
    return this.write(`${name}.csv`, stringify([...rows], { header: true, cast: { number: String } }));
  }

  /** Writes a value as `NAME.json`. */
  async writeJson(name: string, value: unknown): Promise<string> {
    return this.write(`${name}.json`, `${JSON.stringify(value, undefined, 1)}\n`);
  }

  /** Writes the page, when all files that it shows are there, and returns its path. */
  async writePage(page: StudyPage): Promise<string> {
    return join(this.#out, await this.write('index.html', renderStudyPage(page)));
  }
}
