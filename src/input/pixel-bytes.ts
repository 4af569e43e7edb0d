import type { ResolvedInputFormat } from './input-format.js';

/** Values of model input in memory: as picture bytes where those give back the very same values, else as they are. */
export type StoredValues = Uint8Array | Float32Array;

/**
 * Stores values of model input, channels last, in a quarter of the space where every value is one that a picture byte
 * becomes, to the last bit; else keeps a copy.
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

/** The values that `storeValues` was given. */
export function restoreValues(
  stored: StoredValues,
  format: ResolvedInputFormat | undefined,
  channels: number,
): Float32Array {
  const tables = format && stored instanceof Uint8Array && valueTables(format, channels);
  if (!tables) return Float32Array.from(stored);
  return Float32Array.from(stored, (byte, i) => tables[i % channels]![byte]!);
}

const tablesOf = new WeakMap<ResolvedInputFormat, readonly Float32Array[]>();

/** What each of the 256 pixel values becomes, by channel, in the float32 steps that a backend takes. */
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
