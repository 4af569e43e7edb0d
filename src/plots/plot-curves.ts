import { checkKeys, checkValue } from '../errors/check-options.js';
import { given, loadPlot, type PlotOptions } from './plot.js';

/** A curve: points in the order of x. */
export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What the axes say, and how far they go. */
export interface CurveOptions extends PlotOptions {
  /** What x is, with its unit: `shift down (pixels)`. */
  readonly x: string;
  /** What y is, with its unit. */
  readonly y: string;
  /** The least and the greatest y; by default those of the curves, and 0. */
  readonly domain?: readonly [number, number];
  /** The height in pixels. Default: 260. */
  readonly height?: number;
}

/** The margins, and the distance between two names, in pixels. */
const MARGINS = { marginTop: 24, marginBottom: 40, marginLeft: 52, marginRight: 110 };
const BETWEEN_NAMES = 14;

/**
 * Draws curves over each other, with their names at their ends. The element belongs to the caller.
 *
 * @example
 * ```ts
 * import { plotCurves } from 'deconvnet/plots';
 *
 * const draw = async (document: Document) => {
 *   const curves = [{ name: 'conv1', points: [[-2, 0.5], [0, 0], [2, 0.4]] as const }];
 *   return plotCurves(curves, { x: 'shift (pixels)', y: 'distance', document });
 * };
 * ```
 * @throws DeconvnetError `invalid-option`.
 */
export async function plotCurves(
  curves: readonly Curve[],
  options: CurveOptions,
): Promise<SVGSVGElement | HTMLElement> {
  checkKeys('plotCurves', options, ['x', 'y', 'domain', 'height', 'document', 'width']);
  const valid = Array.isArray(curves) && curves.every((curve) => Array.isArray((curve as Partial<Curve>)?.points));
  checkValue(valid, 'plotCurves draws a list of { name, points }', curves);
  const { x, y, domain, height = 260 } = options;
  const Plot = await loadPlot();
  const rows = curves.flatMap(({ name, points }) => points.map(([at, value]) => ({ name, at, value })));
  const values = rows.map(({ value }) => value).filter(Number.isFinite);
  const [least, greatest] = domain ?? [Math.min(0, ...values), Math.max(0, ...values)];
  const ends = curves.flatMap(({ name, points }) => {
    const last = points.at(-1);
    return last && Number.isFinite(last[1]) ? [{ name, at: last[0], value: last[1] }] : [];
  });
  const drawn = height - MARGINS.marginTop - MARGINS.marginBottom;
  const places = apart(
    ends.map(({ value }) => value),
    (BETWEEN_NAMES / drawn) * (greatest - least),
  );
  return Plot.plot({
    ...{ ...given(options), ...MARGINS, height, style: { fontSize: '12px' } },
    x: { label: x, labelAnchor: 'center', labelOffset: 34 },
    y: { label: y, grid: true, domain: [least, greatest] },
    color: { domain: curves.map(({ name }) => name), scheme: 'observable10' },
    marks: [
      Plot.ruleY([0], { strokeOpacity: 0.3 }),
      Plot.line(rows, { x: 'at', y: 'value', stroke: 'name', strokeWidth: 1.75 }),
      Plot.text(ends, {
        ...{ x: 'at', y: (_: unknown, i: number) => places[i]!, text: 'name', fill: 'name' },
        ...{ textAnchor: 'start', dx: 6 },
      }),
    ],
  });
}

/** Values moved apart, so that each is at least `gap` above the one below it. */
function apart(values: readonly number[], gap: number): number[] {
  const moved = [...values];
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  for (const [place, i] of order.entries()) {
    if (place > 0) moved[i] = Math.max(moved[i]!, moved[order[place - 1]!]! + gap);
  }
  return moved;
}
