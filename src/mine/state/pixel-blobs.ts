import type { StoredPixels } from '../pixels/pixel-store.js';
import { unreadable } from './check-kept.js';

/** The description of stored pixels in the header of a state. The values follow the header, in the same order. */
export interface PixelBlob extends Omit<StoredPixels, 'values'> {
  readonly type: 'bytes' | 'floats';
}

/** Each blob begins at a multiple of four bytes. */
const ALIGNED = 4;

/** Describes stored pixels without their values. */
export function describeBlob({ id, start, shape, whole, values }: StoredPixels): PixelBlob {
  return { id, start, shape, whole, type: values instanceof Uint8Array ? 'bytes' : 'floats' };
}

/** How many bytes the values take in a state, with the padding after them. */
export function sizeOfBlob({ shape, type }: PixelBlob): number {
  const values = shape.reduce((a, b) => a * b, 1);
  return type === 'floats' ? values * 4 : Math.ceil(values / ALIGNED) * ALIGNED;
}

/** Writes the values of stored pixels at an offset, low byte first. */
export function writeBlob({ values }: StoredPixels, into: Uint8Array, at: number): void {
  if (values instanceof Uint8Array) {
    into.set(values, at);
    return;
  }
  const view = new DataView(into.buffer, into.byteOffset);
  for (let i = 0; i < values.length; i++) view.setFloat32(at + 4 * i, values[i]!, true);
}

/** Reads what `writeBlob` wrote. */
export function readBlob({ type, ...box }: PixelBlob, from: Uint8Array, at: number): StoredPixels {
  const count = box.shape.reduce((a, b) => a * b, 1);
  // A copy: the slice of a Buffer of Node is only a view, which would keep the whole state in memory, and which is sent to
  // a worker together with the whole state.
  if (type === 'bytes') return { ...box, values: new Uint8Array(from.subarray(at, at + count)) };
  const view = new DataView(from.buffer, from.byteOffset, from.byteLength);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getFloat32(at + 4 * i, true);
  return { ...box, values };
}

/**
 * Checks that a value describes a box inside an image.
 *
 * @throws DeconvnetError `state-unreadable`.
 */
export function checkBlob(blob: PixelBlob | null): PixelBlob {
  const { id, start, shape, whole, type } = blob ?? {};
  const counts = [start, shape, whole].every(
    (list) => Array.isArray(list) && list.every((size) => Number.isSafeInteger(size) && size >= 0),
  );
  const fits =
    typeof id === 'string' &&
    (type === 'bytes' || type === 'floats') &&
    counts &&
    shape!.length === whole!.length &&
    start!.length === whole!.length - 1 &&
    shape!.at(-1) === whole!.at(-1) &&
    start!.every((from, axis) => from + shape![axis]! <= whole![axis]!);
  if (!fits) throw unreadable(`it has pixels that are not a box of an image: ${JSON.stringify(blob)?.slice(0, 120)}`);
  return blob!;
}
