import type { DeconvnetError } from 'deconvnet';
import type { Terminal } from './terminal.js';

const SHOWN = 5;

/** Collects pictures that could not be read, to report them when the work is done. */
export class Skipped {
  readonly #pictures: { readonly id: string; readonly error: DeconvnetError }[] = [];
  readonly #seen = new Set<string>();

  /** Adds a picture. The same picture counts once. */
  readonly add = (picture: { readonly id: string; readonly error: DeconvnetError }): void => {
    if (this.#seen.has(picture.id)) return;
    this.#seen.add(picture.id);
    this.#pictures.push(picture);
  };

  /** Reports their number, and the reasons for the first few. */
  tell(terminal: Terminal): void {
    const reasons = this.#pictures.map(({ error }) => error.what);
    tellPictures(terminal, 'skipped', reasons);
  }
}

/** Reports how many pictures were skipped or set aside, and the reasons for the first few. */
export function tellPictures({ err }: Terminal, fate: string, reasons: readonly string[]): void {
  const { length } = reasons;
  if (length === 0) return;
  err.write(`${length} ${length === 1 ? 'picture was' : 'pictures were'} ${fate}:\n`);
  for (const reason of reasons.slice(0, SHOWN)) err.write(`  ${reason}\n`);
  if (length > SHOWN) err.write(`  and ${length - SHOWN} more\n`);
}
