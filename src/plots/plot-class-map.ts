import { checkCallback, checkKeys, checkValue, isCount } from '../errors/check-options.js';
import { checkMap } from './check-map.js';
import { TEN_COLOURS } from './colours.js';
import { asFile, given, loadPlot, type PlotOptions } from './plot.js';

/** The number of a class for each cell, row by row. */
export interface ClassMap {
  readonly classes: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
}

/** What the legend says. */
export interface ClassMapOptions extends PlotOptions {
  /** The name of a class. Default: its number. */
  readonly nameOf?: (index: number) => string;
  /** The most classes that have a colour of their own; the others share grey. At most 9. Default: 9. */
  readonly most?: number;
}

/** The classes that have a colour, with the share of the cells that they have. */
interface Shown {
  readonly name: string;
  readonly cells: number;
}

/** The height of a line of the legend in pixels. */
const LINE = 17;
/** The colours of classes, and that of all others. */
const COLOURS = TEN_COLOURS.slice(0, -1);
const OTHERS = TEN_COLOURS.at(-1)!;

/**
 * Draws which class each cell has: one square for each cell, in the colour of its class, and below it a legend with the
 * names of the classes, the commonest first, and the number of their cells.
 *
 * @returns an element that belongs to the caller
 * @example
 * ```ts
 * import { plotClassMap } from 'deconvnet/plots';
 *
 * const draw = async (document: Document) =>
 *   plotClassMap({ classes: [0, 0, 1, 0], height: 2, width: 2 }, { nameOf: (i) => ['cat', 'dog'][i]!, document });
 * ```
 * @throws DeconvnetError `invalid-option`.
 */
export async function plotClassMap(map: ClassMap, options: ClassMapOptions = {}): Promise<SVGSVGElement | HTMLElement> {
  checkKeys('plotClassMap', options, ['nameOf', 'most', 'document', 'width']);
  const { classes, height, width } = map ?? {};
  checkMap('classes', { cells: classes, height, width });
  const { nameOf = String, most = COLOURS.length } = options;
  checkCallback('nameOf', nameOf);
  checkValue(isCount(most, 1), 'most is how many classes have a colour of their own, 1 or more', most);
  const Plot = await loadPlot();
  const counts = new Map<number, number>();
  for (let i = 0; i < height * width; i++) counts.set(classes[i]!, (counts.get(classes[i]!) ?? 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const coloured = ranked.slice(0, Math.min(most, COLOURS.length));
  const colours = new Map(coloured.map(([index], i) => [index, COLOURS[i]!]));
  const rest = ranked.slice(coloured.length);
  const shown: Shown[] = coloured.map(([index, cells]) => ({ name: nameOf(index), cells }));
  if (rest.length > 0) {
    shown.push({ name: `${rest.length} other classes`, cells: rest.reduce((sum, [, cells]) => sum + cells, 0) });
  }
  const across = options.width ?? 260;
  const side = across / width;
  const picture = side * height;
  const legendTop = (line: number): number => (picture + 10 + line * LINE) / side;
  const cells = Array.from({ length: height * width }, (_, i) => ({
    ...{ left: i % width, top: Math.floor(i / width), colour: colours.get(classes[i]!) ?? OTHERS },
  }));
  const lines = shown.map((one, line) => ({ ...one, line, colour: COLOURS[line] ?? OTHERS }));
  for (const one of lines.slice(coloured.length)) one.colour = OTHERS;
  return asFile(
    Plot.plot({
      ...given({ ...options, width: across }),
      ...{ height: Math.ceil(picture + 12 + shown.length * LINE), margin: 0, style: { fontSize: '11px' } },
      x: { domain: [0, width], axis: null },
      y: { domain: [0, height], range: [0, picture], axis: null },
      color: { type: 'identity' },
      marks: [
        Plot.rect(cells, {
          ...{ x1: 'left', y1: 'top', fill: 'colour', shapeRendering: 'crispEdges' },
          ...{ x2: (cell: { left: number }) => cell.left + 1, y2: (cell: { top: number }) => cell.top + 1 },
        }),
        Plot.rect(lines, {
          ...{ x1: 0, x2: 11 / side, fill: 'colour' },
          ...{ y1: ({ line }) => legendTop(line), y2: ({ line }) => legendTop(line) + 11 / side },
        }),
        Plot.text(lines, {
          ...{ x: 17 / side, y: ({ line }) => legendTop(line) + 6 / side, textAnchor: 'start' },
          text: ({ name, cells: count }) => `${name} (${count})`,
        }),
      ],
    }),
  );
}
