import { checkKeys, checkValue } from '../errors/check-options.js';
import { checkMap } from './check-map.js';
import { asFile, COLOUR_MAP, given, loadPlot, type PlotOptions } from './plot.js';
import { shortNumber } from './short-number.js';

/** A number for each cell, row by row. */
export interface ValueMap {
  readonly values: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
}

/** What the legend says, and which value has which colour. */
export interface ValueMapOptions extends PlotOptions {
  /** What a value is, with its unit. */
  readonly label: string;
  /** The values of the darkest and of the brightest colour; by default the least and the greatest value. */
  readonly domain?: readonly [number, number];
}

/** How many colours the legend shows. */
const STEPS = 64;

/**
 * Draws a map of values: one square for each cell, in a colour map whose lightness rises evenly (viridis), and below it a
 * legend with the values and the name of the colour map.
 *
 * @returns an element that belongs to the caller
 * @example
 * ```ts
 * import { plotValueMap } from 'deconvnet/plots';
 *
 * const draw = async (document: Document) =>
 *   plotValueMap({ values: [0, 0.5, 0.5, 1], height: 2, width: 2 }, { label: 'probability', document });
 * ```
 * @throws DeconvnetError `invalid-option`.
 */
export async function plotValueMap(map: ValueMap, options: ValueMapOptions): Promise<SVGSVGElement | HTMLElement> {
  checkKeys('plotValueMap', options, ['label', 'domain', 'document', 'width']);
  const { values, height, width } = map ?? {};
  checkMap('values', { cells: values, height, width });
  const { label, domain } = options;
  checkValue(typeof label === 'string', 'label says what a value is, with its unit', label);
  const Plot = await loadPlot();
  const cells = Array.from({ length: height * width }, (_, i) => ({
    ...{ left: i % width, top: Math.floor(i / width), value: values[i]! },
  }));
  const [least, greatest] = domain ?? extentOf(cells.map(({ value }) => value));
  const across = options.width ?? 260;
  const side = across / width;
  const picture = side * height;
  // The legend is drawn in the same plot, since that of Plot needs a canvas.
  const steps = Array.from({ length: STEPS }, (_, i) => i / STEPS);
  const at = (share: number): number => share * width;
  /** A place below the picture, in cells. */
  const below = (pixels: number): number => height + pixels / side;
  const words = [shortNumber(least), `${label} (colours: ${COLOUR_MAP})`, shortNumber(greatest)];
  return asFile(
    Plot.plot({
      ...given({ ...options, width: across }),
      ...{ height: Math.ceil(picture + LEGEND), margin: 0, style: { fontSize: '11px' } },
      x: { domain: [0, width], axis: null },
      y: { domain: [0, height], range: [0, picture], axis: null },
      color: { type: 'linear', scheme: COLOUR_MAP, domain: [least, greatest] },
      marks: [
        Plot.rect(cells, {
          ...{ x1: 'left', y1: 'top', fill: 'value' },
          ...{ x2: (cell: { left: number }) => cell.left + 1, y2: (cell: { top: number }) => cell.top + 1 },
          ...{ shapeRendering: 'crispEdges' },
        }),
        Plot.rect(steps, {
          ...{ x1: (step: number) => at(step), x2: (step: number) => at(step + 1 / STEPS) },
          ...{ y1: below(8), y2: below(16) },
          ...{ fill: (step: number) => least + (greatest - least) * step, shapeRendering: 'crispEdges' },
        }),
        ...(['start', 'middle', 'end'] as const).map((textAnchor, i) =>
          Plot.text([words[i]!], {
            x: (width * i) / 2,
            y: below(26),
            text: [words[i]!],
            textAnchor,
          }),
        ),
      ],
    }),
  );
}

/** The height of the legend below the picture, in pixels. */
const LEGEND = 34;

function extentOf(values: readonly number[]): [number, number] {
  const numbers = values.filter(Number.isFinite);
  return [Math.min(...numbers), Math.max(...numbers)];
}
