import { checkKeys, checkValue } from '../errors/check-options.js';
import { asFile, given, loadPlot, type PlotOptions } from './plot.js';

/** A mean and how far values lie around it. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** A mean with its name, and one to compare it with. */
export interface Range extends Spread {
  readonly name: string;
  /** What it is compared with: it is drawn below as a circle. */
  readonly control?: Spread;
  /** A CSS colour. Default: that of the text. */
  readonly colour?: string;
}

/** What the axis says. */
export interface RangeOptions extends PlotOptions {
  /** What the numbers are, with their unit. */
  readonly label: string;
  /** The least and the greatest number of the axis; by default those of the ranges. */
  readonly domain?: readonly [number, number];
}

/** The height of a line, and the margins, in pixels. */
const LINE = 34;
const MARGINS = { marginTop: 8, marginBottom: 38, marginRight: 14 };
/** The width of a letter of a name in pixels, and that of the longest name that is shown whole. */
const LETTER = 6.6;
const LONGEST = 22;

/** How far a mean lies above the middle of its line, and its control below it, in pixels. */
const APART = 5;

/**
 * Draws means as dots, one below the other, each with a line from one standard deviation below it to one above it. Controls
 * are circles below the dots.
 *
 * @returns an element that belongs to the caller
 * @example
 * ```ts
 * import { plotRanges } from 'deconvnet/plots';
 *
 * const draw = async (document: Document) => {
 *   const ranges = [{ name: 'nose', mean: 0.31, deviation: 0.02, control: { mean: 0.36, deviation: 0.03 } }];
 *   return plotRanges(ranges, { label: 'Delta', document });
 * };
 * ```
 * @throws DeconvnetError `invalid-option`.
 */
export async function plotRanges(
  ranges: readonly Range[],
  options: RangeOptions,
): Promise<SVGSVGElement | HTMLElement> {
  checkKeys('plotRanges', options, ['label', 'domain', 'document', 'width']);
  const { label, domain } = options;
  const isRange = (one: Range): boolean => typeof one?.mean === 'number' && typeof one.deviation === 'number';
  const areRanges = Array.isArray(ranges) && ranges.every(isRange);
  checkValue(areRanges, 'plotRanges draws a list of { name, mean, deviation }', ranges);
  checkValue(typeof label === 'string', 'label says what the numbers are', label);
  const Plot = await loadPlot();
  const rowOf = (name: string, colour: string, { mean, deviation }: Spread): Row => ({
    ...{ name, mean, colour, low: mean - deviation, high: mean + deviation },
  });
  const means = ranges.map((one) => rowOf(one.name, one.colour ?? 'currentColor', one));
  const controls = ranges.flatMap(({ name, control }) => (control ? [rowOf(name, 'currentColor', control)] : []));
  const longest = Math.max(0, ...means.map(({ name }) => Math.min(LONGEST, name.length)));
  const line = { y: 'name', x1: 'low', x2: 'high', stroke: 'colour' };
  return asFile(
    Plot.plot({
      ...{ ...given({ width: 340, ...options }), ...MARGINS, marginLeft: 16 + longest * LETTER },
      ...{ height: MARGINS.marginTop + MARGINS.marginBottom + LINE * means.length, style: { fontSize: '12px' } },
      x: {
        ...{ label, labelAnchor: 'center', labelArrow: 'none', labelOffset: 34, ticks: 4, grid: true, nice: true },
        ...(domain && { domain }),
      },
      y: {
        ...{ domain: means.map(({ name }) => name), label: null, tickSize: 0 },
        tickFormat: (name: string) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name),
      },
      color: { type: 'identity' },
      marks: [
        Plot.ruleY(controls, { ...line, strokeOpacity: 0.45, strokeWidth: 1.5, dy: APART }),
        Plot.dot(controls, {
          y: 'name',
          x: 'mean',
          stroke: 'colour',
          fill: 'var(--plot-background)',
          r: 3.5,
          dy: APART,
        }),
        Plot.ruleY(means, { ...line, strokeWidth: 2.5, dy: -APART }),
        Plot.dot(means, { y: 'name', x: 'mean', fill: 'colour', r: 5, dy: -APART }),
      ],
    }),
  );
}

/** A range as Plot takes it. */
interface Row {
  readonly name: string;
  readonly mean: number;
  readonly colour: string;
  readonly low: number;
  readonly high: number;
}
