import type { PlotOptions } from '../../../plots/plot.js';

/** A document in memory, in which plots are made. */
export async function newDocument(): Promise<NonNullable<PlotOptions['document']>> {
  const { parseHTML } = await import('linkedom');
  return parseHTML('<!doctype html><html><body></body></html>').document;
}

/** The text of an SVG file. */
export function svgText(element: Element): string {
  return element.outerHTML;
}
