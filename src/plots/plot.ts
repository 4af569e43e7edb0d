import { checkValue } from '../errors/check-options.js';

/** The names of Observable Plot. It is imported when something is drawn, since it is large, and an ES module alone. */
export type Plot = typeof import('@observablehq/plot');

/** Imports Observable Plot. */
export function loadPlot(): Promise<Plot> {
  return import('@observablehq/plot');
}

/** Names the namespace of an SVG, so that its text is a file that programs can open. */
export function asFile<Drawn extends Element>(drawn: Drawn): Drawn {
  const svg = drawn.localName === 'svg' ? drawn : drawn.querySelector('svg');
  if (svg && !svg.hasAttribute('xmlns')) svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return drawn;
}

/** What every plot takes. */
export interface PlotOptions {
  /** The document that makes the elements; by default that of the page. In Node, give one, for example of linkedom. */
  readonly document?: Document;
  /** The width in pixels. */
  readonly width?: number;
}

/**
 * The options that were given, without those that are undefined.
 *
 * @throws DeconvnetError `invalid-option` if there is no document.
 */
export function given({ document, width }: PlotOptions): { document?: Document; width?: number } {
  checkValue(width === undefined || (typeof width === 'number' && width > 0), 'width is a number of pixels', width);
  checkValue(
    document !== undefined || typeof globalThis.document !== 'undefined',
    'document is the document that makes the elements',
    document,
    "In Node there is none. Make one, for example with linkedom: parseHTML('<html></html>').document.",
  );
  return { ...(document && { document }), ...(width !== undefined && { width }) };
}

/** The colour map for values: its name, as Plot and legends have it. Its lightness rises evenly. */
export const COLOUR_MAP = 'viridis';
