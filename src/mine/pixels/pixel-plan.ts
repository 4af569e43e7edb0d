import type { Deconvnet } from '../../deconvnet.js';
import { extentOf, firstInput } from '../../network/network.js';

/** Which pixels a layer keeps for its patches. */
export interface PixelRoom {
  /** How many bytes a patch may take. A patch whose pixels take more keeps only its id. 0: no patch keeps pixels. */
  readonly bytes: number;
  /** Whether the whole image is stored, once for all patches that share it, or only the receptive field. */
  readonly whole: boolean;
}

/** If a receptive field covers at least this share of the image, the whole image is stored. */
const WHOLE_FROM = 0.5;
const FLOAT_BYTES = 4;

/**
 * Decides in advance which layers keep pixels, so that the result does not depend on the order of the images. The layers
 * are considered in the order given. Each reserves the most that its patches can need: as float32 values if that fits
 * into what is left; otherwise as 8-bit pixels if the input format is known and they fit; otherwise nothing.
 *
 * @param mined - the layers, with the number of patches that each keeps at most
 */
export function pixelPlan(
  { engine, layers, inputFormat }: Deconvnet,
  mined: readonly { readonly name: string; readonly patches: number }[],
  maxBytes: number,
): ReadonlyMap<string, PixelRoom> {
  const input = firstInput(engine.network);
  const extent = extentOf(input.outputShape, input.channelAxis);
  const channels = input.outputShape[input.channelAxis] ?? null;
  let left = maxBytes;
  return new Map(
    mined.map(({ name, patches }) => {
      const field = layers.find((layer) => layer.name === name)!.receptiveField?.size ?? null;
      const box = boxOf(field, extent);
      if (box.cells === null || channels === null) return [name, { bytes: 0, whole: false }];
      const values = box.cells * channels;
      const sizes = inputFormat ? [values * FLOAT_BYTES, values] : [values * FLOAT_BYTES];
      const bytes = sizes.find((size) => size * patches <= left) ?? 0;
      left -= bytes * patches;
      return [name, { bytes, whole: box.whole }];
    }),
  );
}

/** The largest box that a patch of the layer stores, in pixels; null if its size is unknown in advance. */
function boxOf(
  field: readonly number[] | null,
  extent: readonly (number | null)[],
): { readonly cells: number | null; readonly whole: boolean } {
  const area = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  const known = extent.every((size) => size !== null) ? area(extent) : null;
  if (field === null || field.length !== extent.length) return { cells: known, whole: true };
  const seen = area(field.map((size, axis) => Math.min(size, extent[axis] ?? size)));
  return known !== null && seen >= WHOLE_FROM * known ? { cells: known, whole: true } : { cells: seen, whole: false };
}
