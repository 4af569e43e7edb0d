import { escapeHtml } from '../../gallery/escape.js';
import type { Html } from '../kit/study-page.js';

/** The colours of parts are those of Observable, which can be told apart by most people. Later parts use them again. */
const COLOURS = ['#4269d0', '#efb118', '#ff725c', '#6cc5b0', '#3ca951', '#ff8ab7', '#a463f2', '#97bbf5', '#9c6b4e'];

/** A colour for each part. */
export function partColours(parts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(parts.map((part, place) => [part, COLOURS[place % COLOURS.length]!]));
}

/** The name of a part behind a square in its colour. */
export function swatch(part: string, colours: ReadonlyMap<string, string>): Html {
  const square = `display:inline-block;width:0.7em;height:0.7em;margin-right:0.5em;border-radius:2px;background:${colours.get(part)}`;
  return `<span style="${square}"></span>${escapeHtml(part)}`;
}
