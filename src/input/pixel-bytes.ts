import type { ResolvedInputFormat } from './input-format.js';

/** Stored values of model input: 8-bit pixel values if these give back exactly the same values, otherwise float32. */
export type StoredValues = Uint8Array | Float32Array;

/**
 * Stores values of model input, channels last. If every value is, to the last bit, what some 8-bit pixel value becomes,
 * the 8-bit values are stored, which take a quarter of the space; otherwise a copy of the values is stored.
 */
export function storeValues(
  values: Float32Array,
  format: ResolvedInputFormat | undefined,
  channels: number,
): StoredValues {
  const tables = format && valueTables(format, channels);
  if (!tables) return values.slice();
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const channel = i % channels;
    const value = values[i]!;
    const byte = Math.round((value * format.std[channel]! + format.mean[channel]!) / format.scale);
    if (tables[channel]![byte] !== value) return values.slice();
    bytes[i] = byte;
  }
  return bytes;
}

/** Returns the values that were given to `storeValues`. */
export function restoreValues(
  stored: StoredValues,
  format: ResolvedInputFormat | undefined,
  channels: number,
): Float32Array {
  const tables = format && stored instanceof Uint8Array && valueTables(format, channels);
  // A callback of `Float32Array.from` would take ten times as long as this loop.
  const values = new Float32Array(stored);
  if (tables) for (let i = 0; i < values.length; i++) values[i] = tables[i % channels]![stored[i]!]!;
  return values;
}

const tablesOf = new WeakMap<ResolvedInputFormat, readonly Float32Array[]>();

/** For each channel, the model input for each of the 256 pixel values, rounded to float32 in the steps of a backend. */
function valueTables(format: ResolvedInputFormat, channels: number): readonly Float32Array[] {
  const known = tablesOf.get(format);
  if (known) return known;
  const { scale, mean, std } = format;
  const f = Math.fround;
  const tables = Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: 256 }, (_, byte) => f(f(f(byte * f(scale)) - f(mean[channel]!)) / f(std[channel]!))),
  );
  tablesOf.set(format, tables);
  return tables;
}
