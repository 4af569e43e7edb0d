import { TEN_COLOURS } from '../../../plots/colours.js';
import { escapeHtml } from '../../gallery/escape.js';
import type { Html } from '../kit/study-page.js';

/** The colours of parts: all but grey. Later parts use them again. */
const COLOURS = TEN_COLOURS.slice(0, -1);

/** A colour for each part. */
export function partColours(parts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(parts.map((part, place) => [part, COLOURS[place % COLOURS.length]!]));
}

/** The name of a part behind a square in its colour. */
export function swatch(part: string, colours: ReadonlyMap<string, string>): Html {
  const square = `display:inline-block;width:0.7em;height:0.7em;margin-right:0.5em;border-radius:2px;background:${colours.get(part)}`;
  return `<span style="${square}"></span>${escapeHtml(part)}`;
}
