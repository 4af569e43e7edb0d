import { plotCurves } from '../../../plots/plot-curves.js';
import type { Transformation } from '../../../studies/invariance/move-picture.js';
import type { StudyFolder } from '../kit/study-folder.js';
import type { Html } from '../kit/study-page.js';
import { newDocument, svgText } from '../kit/svg-text.js';
import type { DifferentPictures } from './compare-different.js';
import type { MovedPicture } from './move-and-compare.js';
import { MOVEMENT_WORDS } from './movement-words.js';
import { relativeDistances } from './relative-distance.js';

/** What all plots of a study have in common. */
export interface PlotInput {
  readonly folder: StudyFolder;
  readonly moved: readonly MovedPicture[];
  readonly different: DifferentPictures;
  /** The greatest distance on the axis, which is the same in all plots, so that they can be compared. */
  readonly greatest: number;
}

/** The size of a plot in pixels. */
const SIZE = { width: 280, height: 312 };

/** How many letters of the name of a layer there is room for. The caption has the whole name. */
const LONG = 16;

/** The greatest relative distance of all plots. */
export function greatestDistance(moved: readonly MovedPicture[], different: DifferentPictures): number {
  const distances = moved.flatMap((one) =>
    one.movements.flatMap(({ layers }, which) => layers.flatMap((_, layer) => relativeDistances(one, which, layer))),
  );
  const greatest = Math.max(...[...distances, ...different].map((distance) => distance ?? 0));
  // Some room is left for the name of the dashed line.
  return greatest > 0 ? greatest * 1.06 : 1;
}

/** Draws the distances in one layer for one transformation: a curve for each picture. */
export async function plotDistances(
  { folder, moved, different, greatest }: PlotInput,
  which: number,
  layer: number,
): Promise<Html> {
  const level = different[layer];
  const { layer: name } = moved[0]!.movements[which]!.layers[layer]!;
  return plot(folder, moved, which, {
    name: `layer-${layer + 1}`,
    y: `distance ÷ length, in ${name.length > LONG ? `${name.slice(0, LONG - 1)}…` : name}`,
    domain: [0, greatest],
    valuesOf: (one) => relativeDistances(one, which, layer),
    ...(level != null && { level: { name: 'another picture', y: level } }),
  });
}

/** Draws the probability of the watched class for one transformation. */
export async function plotProbabilities({ folder, moved }: PlotInput, which: number): Promise<Html> {
  return plot(folder, moved, which, {
    ...{ name: 'probability', y: 'probability of the class', domain: [0, 1] },
    valuesOf: ({ movements }) => movements[which]!.probability ?? [],
  });
}

/** The file of a plot: of a layer, by its number from 1 on, or of the probability. */
export function plotName(transformation: Transformation, name: string): string {
  return `plots/${transformation}-${name}.svg`;
}

async function plot(
  folder: StudyFolder,
  moved: readonly MovedPicture[],
  which: number,
  {
    name,
    valuesOf,
    ...options
  }: {
    readonly name: string;
    readonly y: string;
    readonly domain: readonly [number, number];
    readonly level?: { readonly name: string; readonly y: number };
    readonly valuesOf: (one: MovedPicture) => readonly (number | null)[];
  },
): Promise<Html> {
  const { transformation } = moved[0]!.movements[which]!;
  const { axis, ticks } = MOVEMENT_WORDS[transformation];
  const curves = moved.map((one) => {
    const values = valuesOf(one);
    const { steps } = one.movements[which]!;
    return { name: one.id, points: steps.map((step, i) => [step, values[i] ?? Number.NaN] as const) };
  });
  const svg = svgText(
    await plotCurves(curves, {
      ...{ ...options, ...SIZE, x: axis, names: false, document: await newDocument() },
      ...(ticks && { ticks: ticksWithin(ticks, curves) }),
    }),
  );
  await folder.write(plotName(transformation, name), svg);
  return svg;
}

/** The marks inside of the range of the curves; undefined marks would be chosen by the plot, which are better if few are. */
function ticksWithin(
  ticks: readonly number[],
  curves: readonly { readonly points: readonly (readonly [number, number])[] }[],
): readonly number[] {
  const places = curves.flatMap(({ points }) => points.map(([at]) => at));
  return ticks.filter((tick) => tick >= Math.min(...places) && tick <= Math.max(...places));
}
