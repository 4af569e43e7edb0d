import { describeValue } from '../options.js';
import { type MinerJson, readMinerJson, unreadable, writeMinerJson } from './miner-json.js';
import { type KeptState, keptState, type MinerState } from './miner-state.js';
import type { StoredPixels } from './pixel-store.js';

// A state in bytes: the magic word, the header's length, the header as JSON, then the pixels one after the other,
// each beginning at a multiple of four.
const MAGIC = 'DCNVMINE';
const PREFIX = MAGIC.length + 4;

/** Where a box of pixels lies. */
interface Blob extends Omit<StoredPixels, 'values'> {
  readonly type: 'bytes' | 'floats';
  /** From the first pixel byte. */
  readonly offset: number;
  /** Number of values. */
  readonly length: number;
}

interface Header {
  readonly state: MinerJson;
  readonly blobs: readonly Blob[];
  /** Indices into `blobs`, in the order of all entries; null where no pixels were kept. */
  readonly pixels: readonly (number | null)[];
}

export function writeMinerBytes(state: MinerState, model: string): Uint8Array<ArrayBuffer> {
  const places = new Map<StoredPixels, number>();
  const pixels = entriesOf(keptState(state)).map((entry) => {
    if (!entry.pixels) return null;
    if (!places.has(entry.pixels)) places.set(entry.pixels, places.size);
    return places.get(entry.pixels)!;
  });
  let end = 0;
  const blobs = [...places.keys()].map(({ values, ...box }): Blob => {
    const offset = end;
    end += Math.ceil(values.byteLength / 4) * 4;
    return { ...box, type: values instanceof Uint8Array ? 'bytes' : 'floats', offset, length: values.length };
  });
  const header: Header = { state: writeMinerJson(state, model), blobs, pixels };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const first = Math.ceil((PREFIX + text.length) / 4) * 4;
  const bytes = new Uint8Array(first + end);
  bytes.set(new TextEncoder().encode(MAGIC));
  const view = new DataView(bytes.buffer);
  view.setUint32(MAGIC.length, text.length, true);
  bytes.set(text, PREFIX);
  for (const [{ values }, i] of places) {
    const at = first + blobs[i]!.offset;
    if (values instanceof Uint8Array) bytes.set(values, at);
    else for (const [j, value] of values.entries()) view.setFloat32(at + 4 * j, value, true);
  }
  return bytes;
}

/** @throws DeconvnetError `state-unreadable`. */
export function readMinerBytes(bytes: Uint8Array): KeptState {
  if (!ArrayBuffer.isView(bytes)) throw unreadable(`a Uint8Array is needed, this is ${describeValue(bytes)}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < PREFIX || new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) {
    throw unreadable('it is not what PatchMiner.save writes');
  }
  const length = view.getUint32(MAGIC.length, true);
  const first = Math.ceil((PREFIX + length) / 4) * 4;
  const { state, blobs, pixels } = headerOf(bytes.subarray(PREFIX, PREFIX + length));
  const kept = readMinerJson(state);
  const entries = entriesOf(kept);
  const stored = blobs.map(({ type, offset, length: count, ...box }): StoredPixels => {
    const at = first + offset;
    if (at + count * (type === 'bytes' ? 1 : 4) > bytes.length) {
      throw unreadable(`it is cut off: ${bytes.length} bytes, and pixels of '${box.id}' lie beyond`);
    }
    const values =
      type === 'bytes'
        ? bytes.slice(at, at + count)
        : Float32Array.from({ length: count }, (_, j) => view.getFloat32(at + 4 * j, true));
    return { ...box, values };
  });
  if (pixels.length !== entries.length) throw unreadable('its list of pixels does not fit its entries');
  entries.forEach((entry, i) => {
    const index = pixels[i];
    if (index != null && stored[index]) entry.pixels = stored[index];
  });
  return kept;
}

function entriesOf({ layers }: KeptState): KeptState['layers'][number]['maps'][number][number][] {
  return layers.flatMap(({ maps }) => maps.flat());
}

function headerOf(text: Uint8Array): Header {
  try {
    const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text)) as Header;
    if (Array.isArray(header.blobs) && Array.isArray(header.pixels)) return header;
  } catch {
    // Told below, whatever it is.
  }
  throw unreadable('its header is damaged or cut off');
}
