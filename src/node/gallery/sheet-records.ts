import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { orWriteFailed } from '../projecting/or-write-failed.js';
import { ownDraft, writeAtomically } from '../write-atomically.js';
import type { WrittenSheet } from './sheet-plan.js';
import type { SheetTask } from './sheet-task.js';

/** It is raised when the same task is drawn in another way. */
const FORMAT = 1;

/** A sheet as it is written to a file: pixels are written in base 64. */
type SheetJson = Omit<WrittenSheet, 'pairs'> & {
  readonly pairs: readonly { readonly width: number; readonly height: number; readonly data: string }[];
};

/**
 * Keeps what is known of the sheets that were drawn, in one small file per sheet. The file is named after all that the sheet
 * depends on beside the projections, so that other settings do not find it.
 */
export class SheetRecords {
  readonly #folder: string;

  /** @param folder the folder in which the projections wait; it is named after all that these depend on */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Finds the record of a sheet; undefined if there is none. */
  async find(task: SheetTask): Promise<WrittenSheet | undefined> {
    const text = await readFile(this.#fileOf(task), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const { pairs, ...sheet } = JSON.parse(text) as SheetJson;
    return {
      ...sheet,
      pairs: pairs.map(({ data, ...size }) => ({
        ...size,
        data: new Uint8ClampedArray(Buffer.from(data, 'base64')),
      })),
    };
  }

  /**
   * Keeps the record of a sheet. Several processes may draw the same sheet at the same time.
   *
   * @throws DeconvnetError `write-failed`.
   */
  async add(task: SheetTask, { pairs, ...sheet }: WrittenSheet): Promise<void> {
    const json: SheetJson = {
      ...sheet,
      pairs: pairs.map(({ width, height, data }) => ({ width, height, data: Buffer.from(data).toString('base64') })),
    };
    const path = this.#fileOf(task);
    const bytes = Buffer.from(JSON.stringify(json));
    await orWriteFailed(path, () => writeAtomically(path, [bytes], { draft: ownDraft(path) }));
  }

  #fileOf({ plan, drawing, patches }: SheetTask): string {
    // Pixels are not needed for it: the name of the folder depends on them.
    const known = patches.map((own) => own.map(({ landing, place }) => [landing, place?.version ?? null]));
    const text = JSON.stringify([FORMAT, plan, drawing, known]);
    return join(this.#folder, `${createHash('sha256').update(text).digest('hex').slice(0, 24)}.sheet`);
  }
}
