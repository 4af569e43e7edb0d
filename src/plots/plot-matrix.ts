import { checkKeys, checkValue } from '../errors/check-options.js';
import { asFile, given, loadPlot, type PlotOptions } from './plot.js';

/** A number for each row and column. */
export interface Matrix {
  /** Row by row. Where a value is not finite, the cell is empty. */
  readonly values: ArrayLike<number>;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

/** What the legend says. */
export interface MatrixOptions extends PlotOptions {
  /** What a value is, with its unit. */
  readonly label: string;
  /** The absolute value that has the full colour. Default: the largest one. */
  readonly limit?: number;
  /** Whether the values stand in the cells, rounded to whole numbers. Zeros do not. Default: true. */
  readonly numbers?: boolean;
}

/** The colour map, as Plot and legends have it: from red over white to blue. Its lightness falls evenly to both sides. */
const DIVERGING = 'RdBu';
/** The height of letters and of lines, in pixels. */
const FONT = 12;
const LINE = 15;
/** The height of a cell, the width of a letter, the longest names of rows and columns in letters, and the legend. */
const CELL = 22;
const LETTER = 7;
const LONGEST = { row: 26, column: 18 };
const LEGEND = { gap: 14, height: 10, width: 240, below: 34, steps: 64 };
/** Names of columns are turned by this angle if they do not fit beside each other. */
const ANGLE = 40;

/**
 * Draws a matrix of changes: a cell for each row and column, white where nothing changes, red where a value falls, and blue
 * where it rises. Below it is a legend with the values and the name of the colour map (RdBu).
 *
 * @returns an element that belongs to the caller
 * @example
 * ```ts
 * import { plotMatrix } from 'deconvnet/plots';
 *
 * const draw = async (document: Document) => {
 *   const matrix = { values: [-12, 0, 4, -2], rows: ['map 17', 'map 3'], columns: ['cat', 'dog'] };
 *   return plotMatrix(matrix, { label: 'change of the accuracy (percentage points)', document });
 * };
 * ```
 * @throws DeconvnetError `invalid-option`.
 */
export async function plotMatrix(matrix: Matrix, options: MatrixOptions): Promise<SVGSVGElement | HTMLElement> {
  checkMatrix(matrix, options);
  const { values, rows, columns } = matrix;
  const { label, numbers = true, width = 720 } = options;
  const cells = Array.from({ length: rows.length * columns.length }, (_, i) => ({
    ...{ left: i % columns.length, top: Math.floor(i / columns.length), value: values[i]! },
  }));
  const known = cells.filter(({ value }) => Number.isFinite(value));
  const { limit = Math.max(0, ...known.map(({ value }) => Math.abs(value))) || 1 } = options;
  const lettersOf = (names: readonly string[], most: number): number =>
    Math.max(0, ...names.map(({ length }) => Math.min(most, length)));
  const marginLeft = 14 + lettersOf(rows, LONGEST.row) * LETTER;
  const across = lettersOf(columns, LONGEST.column) * LETTER;
  const turned = across > (width - marginLeft - 4) / columns.length;
  const slope = (ANGLE * Math.PI) / 180;
  const [marginTop, marginRight] = turned ? [14 + across * Math.sin(slope), across * Math.cos(slope)] : [22, 4];
  const wide = (width - marginLeft - marginRight) / columns.length;
  const tall = CELL * rows.length;
  const Plot = await loadPlot();
  const place = {
    ...{ x1: 'left', y1: 'top', inset: 0.5 },
    ...{ x2: (cell: { left: number }) => cell.left + 1, y2: (cell: { top: number }) => cell.top + 1 },
  };
  const steps = Array.from({ length: LEGEND.steps }, (_, i) => i / LEGEND.steps);
  const legendWidth = Math.min(LEGEND.width, wide * columns.length);
  const at = (share: number): number => (share * legendWidth) / wide;
  const below = (pixels: number): number => (tall + LEGEND.gap + pixels) / CELL;
  const ends = [-limit, 0, limit];
  const words = `${label} (colours: ${DIVERGING})`;
  // The words of the legend are often wider than a matrix with few columns.
  const lines = Math.ceil((words.length * LETTER) / (width - marginLeft));
  const name = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  return asFile(
    Plot.plot({
      ...{ ...given({ ...options, width }), marginLeft, marginTop, marginRight, style: { fontSize: `${FONT}px` } },
      ...{ height: marginTop + tall + LEGEND.gap + LEGEND.height + LEGEND.below + (lines - 1) * LINE, marginBottom: 0 },
      x: { domain: [0, columns.length], axis: null },
      y: { domain: [0, rows.length], range: [marginTop, marginTop + tall], axis: null },
      color: { type: 'diverging', scheme: DIVERGING, domain: [-limit, limit], pivot: 0 },
      marks: [
        Plot.rect(cells, { ...place, fill: 'currentColor', fillOpacity: 0.08 }),
        Plot.rect(known, { ...place, fill: 'value' }),
        Plot.text(numbers ? known.filter(({ value }) => Math.round(value) !== 0) : [], {
          ...{ x: ({ left }) => left + 0.5, y: ({ top }) => top + 0.5, text: ({ value }) => signed(value) },
          ...{ fill: ({ value }) => (Math.abs(value) > 0.6 * limit ? '#fff' : '#222'), fontSize: 11 },
        }),
        Plot.text(rows, {
          ...{ x: 0, y: (_: string, i: number) => i + 0.5, dx: -6, textAnchor: 'end' },
          text: (text: string) => name(text, LONGEST.row),
        }),
        Plot.text(columns, {
          ...{ x: (_: string, i: number) => i + 0.5, y: 0, dy: -8, text: (text: string) => name(text, LONGEST.column) },
          ...(turned ? { rotate: -ANGLE, textAnchor: 'start' } : { textAnchor: 'middle' }),
        }),
        Plot.rect(steps, {
          ...{ x1: at, x2: (step: number) => at(step + 1 / LEGEND.steps), y1: below(0), y2: below(LEGEND.height) },
          ...{ fill: (step: number) => limit * (2 * (step + 0.5 / LEGEND.steps) - 1), shapeRendering: 'crispEdges' },
        }),
        Plot.text(ends, {
          ...{
            x: (_: number, i: number) => at(i / 2),
            y: below(LEGEND.height + 9),
            text: (end: number) => signed(end),
          },
        }),
        Plot.text([words], {
          ...{ x: 0, y: below(LEGEND.height + 19), text: (text: string) => text, textAnchor: 'start' },
          ...{ lineAnchor: 'top', lineHeight: LINE / FONT, lineWidth: (width - marginLeft) / FONT },
        }),
      ],
    }),
  );
}

function signed(value: number): string {
  const rounded = Math.abs(value) < 10 && !Number.isInteger(value) ? value.toPrecision(2) : value.toFixed(0);
  return value > 0 ? `+${rounded}` : rounded.replace('-', '−');
}

/** @throws DeconvnetError `invalid-option`. */
function checkMatrix(matrix: Matrix, options: MatrixOptions): void {
  checkKeys('plotMatrix', options, ['label', 'limit', 'numbers', 'document', 'width']);
  const { values, rows, columns } = matrix ?? {};
  const areNames = [rows, columns].every((names) => Array.isArray(names) && names.length > 0);
  checkValue(areNames, 'plotMatrix takes { values, rows, columns }; rows and columns are lists of names', matrix);
  const size = rows.length * columns.length;
  const fits = (values as ArrayLike<number> | undefined)?.length === size;
  checkValue(fits, `values has one number for each of ${rows.length}x${columns.length} cells, row by row`, values);
  const { label, limit } = options;
  checkValue(typeof label === 'string', 'label says what a value is', label);
  const isLimit = limit === undefined || (typeof limit === 'number' && limit > 0);
  checkValue(isLimit, 'limit is the absolute value that has the full colour, above 0', limit);
}
