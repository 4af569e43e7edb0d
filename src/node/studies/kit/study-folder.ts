import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import type { Picture } from '../../../input/picture.js';
import { encodePng } from '../../pictures/png.js';
import { orWriteFailed } from '../../projecting/or-write-failed.js';
import { ownDraft, writeAtomically } from '../../write-atomically.js';
import { generatorOf } from './study-page.js';

/** A value of a cell of a CSV file. */
export type Cell = string | number | boolean | null | undefined;

/** The folder of a study: the page, pictures, plots, and the numbers as CSV and JSON. */
export class StudyFolder {
  /** The path of the folder. */
  readonly out: string;

  private constructor(out: string) {
    this.out = out;
  }

  /**
   * Opens the folder, and makes it if it is missing.
   *
   * @param study the name of the study: `occlusion`
   * @throws DeconvnetError `write-failed`, also if the folder contains a page of something else.
   */
  static async open(out: string, study: string): Promise<StudyFolder> {
    await checkStudyFolder(out, study);
    await orWriteFailed(out, () => mkdir(out, { recursive: true }));
    return new StudyFolder(out);
  }

  /** Writes a file, whole or not at all, and returns its name: a path inside the folder, with forward slashes. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.out, name);
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    await orWriteFailed(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      await writeAtomically(path, [bytes], { draft: ownDraft(path), flush: false });
    });
    return name;
  }

  /** Writes a picture as `NAME.png`. */
  async writePicture(name: string, picture: Picture): Promise<string> {
    return this.write(`${name}.png`, await encodePng(picture));
  }

  /** Writes rows of numbers and words as `NAME.csv`; the first row of the file has the names of the columns. */
  async writeCsv(name: string, rows: readonly Readonly<Record<string, Cell>>[]): Promise<string> {
    const { stringify } = await import('csv-stringify/sync');
    const cast = { number: String, boolean: String };
    return this.write(`${name}.csv`, stringify([...rows], { header: true, cast }));
  }

  /** Writes a value as `NAME.json`. */
  async writeJson(name: string, value: unknown): Promise<string> {
    return this.write(`${name}.json`, `${JSON.stringify(value, undefined, 1)}\n`);
  }
}

/**
 * Checks that a study can be written into a folder: that the folder contains no page, or an older one of the same study.
 *
 * @throws DeconvnetError `write-failed`.
 */
export async function checkStudyFolder(out: string, study: string): Promise<void> {
  const index = join(out, 'index.html');
  const page = await readFile(index, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EISDIR') throw taken(index, 'a folder');
  });
  if (page !== undefined && !page.includes(generatorOf(study)))
    throw taken(index, `not a page of the study '${study}' by deconvnet`);
}

function taken(path: string, why: string): DeconvnetError {
  return new DeconvnetError(
    'write-failed',
    `${path} exists already, and it is ${why}. Choose another folder, or move it away.`,
  );
}
