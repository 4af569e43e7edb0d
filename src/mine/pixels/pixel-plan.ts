import type { Deconvnet } from '../../deconvnet.js';
import { extentOf } from '../../network/network.js';

/** What a layer keeps of the pixels of its patches. */
export interface PixelRoom {
  /** How many bytes a patch may take; one whose pixels take more keeps its id alone. 0: no pixels at all. */
  readonly bytes: number;
  /** Whether the whole picture is stored, once for all that share it, and not the receptive field alone. */
  readonly whole: boolean;
}

/** A field that covers at least this much of a picture is stored as the whole picture. */
const MOST = 0.5;
const FLOAT_BYTES = 4;

/**
 * Decides beforehand which layers keep pixels, so that nothing hangs on the order in which pictures come: layer by
 * layer in the order given, each takes what its patches can take at worst, as floats if that fits into what is left,
 * else as picture bytes where the input format is known and that fits, else nothing.
 */
export function pixelPlan(
  { engine, layers, inputFormat }: Deconvnet,
  mined: readonly { readonly name: string; readonly patches: number }[],
  maxBytes: number,
): ReadonlyMap<string, PixelRoom> {
  const input = engine.network.nodes[engine.network.inputs[0]!]!;
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

/** The largest box that a patch of the layer stores, in pixels; null where nobody can know. */
function boxOf(
  field: readonly number[] | null,
  extent: readonly (number | null)[],
): { readonly cells: number | null; readonly whole: boolean } {
  const area = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  const known = extent.every((size) => size !== null) ? area(extent) : null;
  if (field === null || field.length !== extent.length) return { cells: known, whole: true };
  const seen = area(field.map((size, axis) => Math.min(size, extent[axis] ?? size)));
  return known !== null && seen >= MOST * known ? { cells: known, whole: true } : { cells: seen, whole: false };
}
