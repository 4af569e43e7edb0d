import type { DeconvnetError } from 'deconvnet';
import type { Terminal } from './terminal.js';

const SHOWN = 5;

/** Pictures that could not be read, counted and named when the work is done. */
export class Skipped {
  readonly #pictures: { readonly id: string; readonly error: DeconvnetError }[] = [];
  readonly #seen = new Set<string>();

  /** Notes one; the same picture counts once. */
  readonly add = (picture: { readonly id: string; readonly error: DeconvnetError }): void => {
    if (this.#seen.has(picture.id)) return;
    this.#seen.add(picture.id);
    this.#pictures.push(picture);
  };

  /** Names the first few. */
  tell(terminal: Terminal): void {
    const reasons = this.#pictures.map(({ error }) => error.what);
    tellPictures(terminal, 'passed over', reasons);
  }
}

/** Tells what became of pictures that were not mined, and why of the first few. */
export function tellPictures({ err }: Terminal, fate: string, reasons: readonly string[]): void {
  const { length } = reasons;
  if (length === 0) return;
  err.write(`${length} ${length === 1 ? 'picture was' : 'pictures were'} ${fate}:\n`);
  for (const reason of reasons.slice(0, SHOWN)) err.write(`  ${reason}\n`);
  if (length > SHOWN) err.write(`  and ${length - SHOWN} more\n`);
}
