import { given, loadPlot, type PlotOptions } from './plot.js';

/** A mean and how far values lie around it. */
export interface Range {
  readonly name: string;
  readonly mean: number;
  readonly deviation: number;
  /** A CSS colour. Default: that of the text. */
  readonly colour?: string;
}

/** What the axis says. */
export interface RangeOptions extends PlotOptions {
  /** What the numbers are, with their unit. */
  readonly label: string;
  /** The least and the greatest number of the axis; by default those of the ranges. */
  readonly domain?: readonly [number, number];
  /** A number to compare with: a dashed line. */
  readonly reference?: number;
}

/** The height of a line, and the margins, in pixels. */
const LINE = 26;
const MARGINS = { marginTop: 8, marginBottom: 38, marginRight: 14 };
/** The width of a letter of a name in pixels, and that of the longest name that is shown whole. */
const LETTER = 6.6;
const LONGEST = 22;

/**
 * Draws means as dots, one below the other, each with a line from one standard deviation below it to one above it.
 *
 * @returns an element that belongs to the caller
 * @example
 * ```ts
 * import { plotRanges } from 'deconvnet/plots';
 *
 * const draw = async (document: Document) => {
 *   const ranges = [{ name: 'nose', mean: 0.31, deviation: 0.02 }, { name: 'random', mean: 0.36, deviation: 0.03 }];
 *   return plotRanges(ranges, { label: 'Delta', reference: 0.36, document });
 * };
 * ```
 */
export async function plotRanges(
  ranges: readonly Range[],
  { label, domain, reference, ...options }: RangeOptions,
): Promise<SVGSVGElement | HTMLElement> {
  const Plot = await loadPlot();
  const rows = ranges.map(({ name, mean, deviation, colour = 'currentColor' }) => ({
    ...{ name, mean, colour, low: mean - deviation, high: mean + deviation },
  }));
  const longest = Math.max(0, ...rows.map(({ name }) => Math.min(LONGEST, name.length)));
  return Plot.plot({
    ...{ ...given({ width: 320, ...options }), ...MARGINS, marginLeft: 16 + longest * LETTER },
    ...{ height: MARGINS.marginTop + MARGINS.marginBottom + LINE * rows.length, style: { fontSize: '12px' } },
    x: { label, labelAnchor: 'center', labelOffset: 34, ticks: 4, grid: true, nice: true, ...(domain && { domain }) },
    y: {
      ...{ domain: rows.map(({ name }) => name), label: null, tickSize: 0 },
      tickFormat: (name: string) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name),
    },
    color: { type: 'identity' },
    marks: [
      ...(reference === undefined
        ? []
        : [Plot.ruleX([reference], { strokeDasharray: '3,3', stroke: 'currentColor', strokeOpacity: 0.6 })]),
      Plot.ruleY(rows, { y: 'name', x1: 'low', x2: 'high', stroke: 'colour', strokeWidth: 2.5 }),
      Plot.dot(rows, { y: 'name', x: 'mean', fill: 'colour', r: 5 }),
    ],
  });
}
