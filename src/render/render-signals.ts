import { checkKeys, checkValue, isCount } from '../errors/check-options.js';
import { counted } from '../errors/counted.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { Picture } from '../input/picture.js';
import type { Patch } from '../mine/patch.js';
import type { Projection } from '../project/projection.js';
import { type ContrastOptions, checkContrast, clippedShare, contrasted, scaleOfValues } from './contrast.js';
import { type Backdrop, drawSignals, type Samples, type SignalPlot } from './draw-signals.js';
import { type ReadProjection, readProjection } from './read-projection.js';
import { resizeGrid } from './resize-grid.js';

/** The size of the drawings of signals, and the projections behind them. */
export interface SignalDrawingOptions extends ContrastOptions {
  /** The projections of the patches, in the same order; cropped or not. Default: none. */
  readonly projections?: readonly Projection[];
  /** In pixels. Default: 192. */
  readonly width?: number;
  /** In pixels. Default: 64, or 16 for each channel if that is more. */
  readonly height?: number;
}

/** The picture of a signal, and the scale on which the projection behind it is drawn. */
export interface SignalPicture extends Picture {
  /** The absolute value that is drawn in full colour, in units of the activation; absent without projections. */
  readonly scale?: number;
  /** The share of the drawn values that are not zero and beyond the scale, from 0 to 1; absent without projections. */
  readonly clipped?: number;
}

/** The part of a patch that is drawn: the samples of its landing or, if it has none, of its receptive field. */
export type SignalPatch = Pick<Patch, 'receptiveField' | 'pixels'> & Partial<Pick<Patch, 'landing'>>;

/**
 * Draws patches of signals, inputs with one spatial axis such as time, as lines. Behind each line is the projection in
 * colour: red where it is above zero, blue where it is below, and white for zero. Its values are resized to the width of
 * the picture, and then drawn with a contrast that all pictures share, as `renderProjections` does.
 *
 * Each channel has a band of its own, with the first channel at the top. A channel has the same vertical scale in all
 * pictures, from its smallest to its largest value in them. Samples outside of the signal are transparent.
 *
 * @param patches what `PatchMiner.top` returned, or objects like it. `landing` is the part of the signal that is shown. An
 * object without `landing` shows its `receptiveField`. `pixels` are the samples that exist
 * @returns a picture for each patch, or null for a patch whose pixels the miner did not keep
 * @throws DeconvnetError `invalid-option`, `disposed`; `unsupported-option` if the patches have more than one spatial axis.
 * @example
 * ```ts
 * import { montage, type PatchMiner, renderSignals } from 'deconvnet';
 *
 * const draw = async (miner: PatchMiner) => {
 *   const projections = await miner.project('conv1d_2', 7);
 *   const pictures = await renderSignals(miner.top('conv1d_2', 7), { projections });
 *   for (const projection of projections) projection.dispose();
 *   return montage(
 *     pictures.filter((picture) => picture !== null),
 *     { columns: 3 },
 *   );
 * };
 * ```
 */
export async function renderSignals(
  patches: readonly SignalPatch[],
  options: SignalDrawingOptions = {},
): Promise<(SignalPicture | null)[]> {
  checkKeys('renderSignals', options, ['projections', 'width', 'height', 'contrast', 'gamma']);
  checkValue(Array.isArray(patches), 'renderSignals draws a list of patches, as PatchMiner.top gives', patches);
  const { projections } = options;
  const areProjections = projections === undefined || Array.isArray(projections);
  checkValue(areProjections, 'projections is a list of projections, one for each patch', projections);
  if (projections && projections.length !== patches.length) {
    throw new DeconvnetError(
      'invalid-option',
      `projections has ${counted(projections.length, 'projection')}, but there ${patches.length === 1 ? 'is' : 'are'} ${counted(patches.length, 'patch', 'patches')}: give one for each.`,
    );
  }
  const behind = projections && (await Promise.all(projections.map(readProjection))).map(samplesOf);
  return drawSignalPatches(patches, { ...options, ...(behind && { behind }) }).pictures;
}

/** The values of the projection of a signal. */
export function samplesOf({ values, shape, cropped, landing }: ReadProjection): Samples {
  // An input without any spatial axis, such as a list of samples, is a signal with one channel.
  const channels = shape.length === 1 ? 1 : shape.at(-1)!;
  return { values, channels, first: cropped ? (landing.start[0] ?? 0) : 0 };
}

/** Draws patches of signals, and the values behind them that have been read already. */
export function drawSignalPatches(
  patches: readonly SignalPatch[],
  {
    behind,
    width = 192,
    height,
    ...options
  }: Omit<SignalDrawingOptions, 'projections'> & { readonly behind?: readonly Samples[] },
): { readonly pictures: (SignalPicture | null)[] } & Pick<SignalPicture, 'scale' | 'clipped'> {
  const { percentile, gamma } = checkContrast(options);
  for (const [name, side] of Object.entries({ width, height })) {
    checkValue(side === undefined || isCount(side, 1), `${name} is a whole number of pixels, 1 or more`, side);
  }
  const plots = patches.map(plotOf);
  const size = { width, height: height ?? Math.max(64, 16 * Math.max(1, ...plots.map((plot) => plot?.channels ?? 1))) };
  const columns = behind?.map((samples, i) => columnsOf(samples, plots[i] ?? fieldOf(patches[i]!), width));
  const scale = columns && scaleOfValues(columns, percentile);
  const shown = plots.flatMap((plot, i) => (plot ? [{ plot, i }] : []));
  const drawn = drawSignals(
    shown.map(({ plot }) => plot),
    size,
    columns &&
      shown.map(
        ({ plot, i }): Backdrop =>
          (column, channel) =>
            contrasted(columns[i]![column * plot.channels + channel]!, scale!, gamma),
      ),
  );
  const pictures: (SignalPicture | null)[] = patches.map(() => null);
  for (const [at, { i }] of shown.entries()) {
    pictures[i] = { ...drawn[at]!, ...(columns && { scale: scale!, clipped: clippedShare([columns[i]!], scale!) }) };
  }
  return { pictures, ...(columns && { scale: scale!, clipped: clippedShare(columns, scale!) }) };
}

/** What is drawn of a patch; undefined if its samples were not kept. */
function plotOf(patch: SignalPatch): SignalPlot | undefined {
  const { receptiveField, landing: box = receptiveField, pixels } = (patch ?? {}) as Partial<SignalPatch>;
  checkValue(box !== undefined, 'A patch is what PatchMiner.top gives', patch);
  const axes = box!.size.length;
  if (axes > 1) {
    throw new DeconvnetError(
      'unsupported-option',
      `A patch with ${axes} spatial axes is not a signal, which has one. renderPatches draws patches of pictures.`,
    );
  }
  if (!pixels) return undefined;
  const channels = axes === 0 ? 1 : pixels.shape[1]!;
  const field = axes === 0 ? { start: 0, length: pixels.data.length } : fieldOf({ receptiveField: box! });
  return { ...field, values: pixels.data, channels, first: pixels.start[0] ?? 0 };
}

function fieldOf({ receptiveField, landing = receptiveField }: SignalPatch): {
  readonly start: number;
  readonly length: number;
} {
  const { start, size } = landing;
  return { start: start[0] ?? 0, length: size[0] ?? 1 };
}

/** The values of a projection inside a part of the signal, averaged to the columns of its picture. */
function columnsOf(
  { values, channels, first }: Samples,
  { start, length }: { readonly start: number; readonly length: number },
  width: number,
): ArrayLike<number> {
  const part = new Float32Array(length * channels);
  for (let i = 0; i < part.length; i++) part[i] = values[i + (start - first) * channels] ?? 0;
  return resizeGrid({ values: part, width: length, height: 1, channels }, { width, height: 1 }).values;
}
