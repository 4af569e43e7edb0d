import { checkKeys, checkValue } from '../errors/check-options.js';
import { TEN_COLOURS } from './colours.js';
import { asFile, given, loadPlot, type PlotOptions } from './plot.js';

/** A curve: points in the order of x. Where y is not finite, the curve has a gap. */
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
  /** The least and the greatest y; by default those of the curves and of the level, and 0. */
  readonly domain?: readonly [number, number];
  /** The values of x that are marked on the axis. Default: some round numbers. */
  readonly ticks?: readonly number[];
  /** A value of y to compare with: it is drawn as a dashed line, with its name. */
  readonly level?: { readonly name: string; readonly y: number };
  /** Whether the names of the curves stand at their ends. Without them, a legend has to tell the colours. Default: true. */
  readonly names?: boolean;
  /** The height in pixels. Default: 260. */
  readonly height?: number;
}

/** The size of the letters, the margins, and the least distance between two names, in pixels. */
const FONT = 13;
const MARGINS = { marginTop: 30, marginBottom: 42, marginLeft: 42 };
const BETWEEN_NAMES = 15;

/**
 * Draws curves over each other. The first curve always has the first of ten colours, also if it has no points, and so on.
 * The element belongs to the caller.
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
  checkCurves(curves, options);
  const { x, y, domain, ticks, level, names = true, height = 260 } = options;
  const Plot = await loadPlot();
  const rows = curves.flatMap(({ name, points }, curve) => points.map(([at, value]) => ({ curve, name, at, value })));
  const values = [...rows.map(({ value }) => value), ...(level ? [level.y] : [])].filter(Number.isFinite);
  const [least, greatest] = domain ?? [Math.min(0, ...values), Math.max(0, ...values)];
  const drawn = height - MARGINS.marginTop - MARGINS.marginBottom;
  const ends = names ? endsOf(curves, [least, greatest], drawn) : [];
  const longest = Math.max(0, ...ends.map(({ name }) => name.length));
  // Grey of half opacity can be seen on white and on black.
  const faint = { stroke: 'currentColor', strokeOpacity: 0.5 };
  return asFile(
    Plot.plot({
      ...{ ...given(options), ...MARGINS, height, style: { fontSize: `${FONT}px` } },
      marginRight: names ? Math.min(180, 14 + longest * FONT * 0.6) : 14,
      x: {
        label: x,
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
        ...(ticks && { ticks: [...ticks], tickFormat: plainly }),
      },
      y: { label: y, labelArrow: 'none', labelOffset: 34, grid: true, ticks: 5, domain: [least, greatest] },
      color: {
        type: 'ordinal',
        domain: curves.map((_, i) => i),
        range: curves.map((_, i) => TEN_COLOURS[i % TEN_COLOURS.length]!),
      },
      marks: [
        Plot.ruleY([0], { ...faint }),
        ...(level ? [Plot.ruleY([level.y], { ...faint, strokeDasharray: '4 4' })] : []),
        Plot.line(rows, { x: 'at', y: 'value', z: 'curve', stroke: 'curve', strokeWidth: 2, title: 'name' }),
        Plot.text(level ? [level] : [], {
          ...{ frameAnchor: 'right', y: 'y', text: 'name', dy: -8, fill: 'currentColor', fillOpacity: 0.75 },
          // The letters have an edge, so that they can be read above curves.
          ...{ stroke: 'var(--plot-background)', strokeWidth: 4, fontSize: FONT - 1 },
        }),
        Plot.text(ends, { x: 'at', y: 'place', text: 'name', fill: 'curve', textAnchor: 'start', dx: 6 }),
      ],
    }),
  );
}

/** A number as it was given: `3`, and not `3.0` because there is room for halves. */
function plainly(tick: number): string {
  return String(tick).replace('-', '−');
}

/** @throws DeconvnetError `invalid-option`. */
function checkCurves(curves: readonly Curve[], options: CurveOptions): void {
  const keys = ['x', 'y', 'domain', 'ticks', 'level', 'names', 'height', 'document', 'width'] as const;
  checkKeys('plotCurves', options, keys);
  const isCurve = (curve: Curve): boolean => typeof curve?.name === 'string' && Array.isArray(curve.points);
  const areCurves = Array.isArray(curves) && curves.every(isCurve);
  checkValue(areCurves, 'plotCurves draws a list of { name, points }', curves);
  checkValue(typeof options.x === 'string', 'x is what the axis of x says', options.x);
  checkValue(typeof options.y === 'string', 'y is what the axis of y says', options.y);
}

/** The names of curves, beside their last points, but moved apart. */
function endsOf(
  curves: readonly Curve[],
  [least, greatest]: readonly [number, number],
  drawn: number,
): { readonly curve: number; readonly name: string; readonly at: number; readonly place: number }[] {
  const ends = curves.flatMap(({ name, points }, curve) => {
    const last = points.filter(([, value]) => Number.isFinite(value)).at(-1);
    return last ? [{ curve, name, at: last[0], value: last[1] }] : [];
  });
  const values = ends.map(({ value }) => value);
  const places = apart(values, (BETWEEN_NAMES / drawn) * (greatest - least), greatest);
  return ends.map(({ value: _, ...end }, i) => ({ ...end, place: places[i]! }));
}

/** Values moved apart, so that each is at least `gap` above the one below it, and none is moved above the greatest. */
function apart(values: readonly number[], gap: number, greatest: number): number[] {
  const moved = [...values];
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  for (const [place, i] of order.entries()) {
    if (place > 0) moved[i] = Math.max(moved[i]!, moved[order[place - 1]!]! + gap);
  }
  let ceiling = Math.max(greatest, ...values);
  for (const i of order.reverse()) {
    moved[i] = Math.min(moved[i]!, ceiling);
    ceiling = moved[i]! - gap;
  }
  return moved;
}
