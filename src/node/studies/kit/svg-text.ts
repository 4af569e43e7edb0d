import type { PlotOptions } from '../../../plots/plot.js';

/** A document in memory, in which plots are made. */
export async function newDocument(): Promise<NonNullable<PlotOptions['document']>> {
  const { parseHTML } = await import('linkedom');
  return parseHTML('<!doctype html><html><body></body></html>').document;
}

/** The text of an SVG file. A plot without a namespace would not be read as a picture. */
export function svgText(element: Element): string {
  if (!element.hasAttribute('xmlns')) element.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return element.outerHTML;
}
