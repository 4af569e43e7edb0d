import { describeValue } from '../../errors/check-options.js';
import { clipRegion } from '../../regions/region.js';
import type { PatchEntry } from '../patch-entry.js';
import type { StoredPixels } from '../pixels/pixel-store.js';
import { unreadable } from './check-kept.js';
import { crc32 } from './crc32.js';
import { type MinerJson, readMinerJson, writeMinerJson } from './miner-json.js';
import { type KeptState, keptState, type MinerState } from './miner-state.js';
import { checkBlob, describeBlob, type PixelBlob, readBlob, sizeOfBlob, writeBlob } from './pixel-blobs.js';
import { STATE_MAGIC } from './state-magic.js';

// A state in bytes: the magic word; three whole numbers of 32 bits, low byte first: the version, the checksum of all
// that follows it, and the length of the header; the header as JSON, padded to a multiple of four; the pixels.
const VERSION = 1;
const VERSION_AT = STATE_MAGIC.length;
const CHECKSUM_AT = VERSION_AT + 4;
const LENGTH_AT = CHECKSUM_AT + 4;
const PREFIX = LENGTH_AT + 4;

interface Header {
  readonly state: MinerJson;
  /** Null where there is no limit. */
  readonly maxBytes: number | null;
  readonly blobs: readonly PixelBlob[];
  /** Indices into `blobs`, in the order of all entries; null where no pixels were kept. */
  readonly pixels: readonly (number | null)[];
}

/** A state at rest with its pixels, and how many bytes of these it could keep. */
export interface ReadBytes {
  readonly kept: KeptState;
  readonly maxBytes: number;
}

export function writeMinerBytes(state: MinerState, model: string): Uint8Array<ArrayBuffer> {
  const places = new Map<StoredPixels, number>();
  const pixels = entriesOf(keptState(state)).map((entry) => {
    if (!entry.pixels) return null;
    if (!places.has(entry.pixels)) places.set(entry.pixels, places.size);
    return places.get(entry.pixels)!;
  });
  const stored = [...places.keys()];
  const blobs = stored.map(describeBlob);
  const maxBytes = Number.isFinite(state.maxBytes) ? state.maxBytes : null;
  const header: Header = { state: writeMinerJson(state, model), maxBytes, blobs, pixels };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const first = firstBlob(text.length);
  const bytes = new Uint8Array(blobs.reduce((end, blob) => end + sizeOfBlob(blob), first));
  bytes.set(new TextEncoder().encode(STATE_MAGIC));
  bytes.set(text, PREFIX);
  let at = first;
  for (const [i, one] of stored.entries()) {
    writeBlob(one, bytes, at);
    at += sizeOfBlob(blobs[i]!);
  }
  const view = new DataView(bytes.buffer);
  view.setUint32(VERSION_AT, VERSION, true);
  view.setUint32(LENGTH_AT, text.length, true);
  view.setUint32(CHECKSUM_AT, crc32(bytes.subarray(LENGTH_AT)), true);
  return bytes;
}

/** @throws DeconvnetError `state-unreadable`. */
export function readMinerBytes(bytes: Uint8Array): ReadBytes {
  const text = checkedHeader(bytes);
  const { state, maxBytes, blobs, pixels } = parsed(text);
  if (maxBytes !== null && !(maxBytes >= 0)) throw unreadable(`it could keep ${maxBytes} bytes`);
  const kept = readMinerJson(state);
  const entries = entriesOf(kept);
  let at = firstBlob(text.length);
  const stored = blobs.map((blob): StoredPixels => {
    const begin = at;
    at += sizeOfBlob(checkBlob(blob));
    if (at > bytes.length)
      throw unreadable(`it is cut off: pixels of '${blob.id}' lie beyond its ${bytes.length} bytes`);
    return readBlob(blob, bytes, begin);
  });
  if (at !== bytes.length) throw unreadable(`${bytes.length - at} bytes follow its end`);
  if (pixels.length !== entries.length) throw unreadable('its list of pixels does not fit its entries');
  for (const [i, entry] of entries.entries()) {
    const index = pixels[i];
    if (index === null) continue;
    const box = stored[index!];
    if (!box || !holds(box, entry)) throw unreadable(`the pixels of '${entry.id}' are not those of its patch`);
    entry.pixels = box;
  }
  return { kept, maxBytes: maxBytes ?? Number.POSITIVE_INFINITY };
}

/** The header's text, once every bit of the state is known to be as it was written. */
function checkedHeader(bytes: Uint8Array): Uint8Array {
  if (!ArrayBuffer.isView(bytes)) throw unreadable(`a Uint8Array is needed, this is ${describeValue(bytes)}`);
  const magic = new TextDecoder().decode(bytes.subarray(0, STATE_MAGIC.length));
  if (bytes.length < PREFIX || magic !== STATE_MAGIC) throw unreadable('it does not begin like a miner state');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(VERSION_AT, true);
  if (version !== VERSION) {
    throw unreadable(`it is of version ${version}, and this release of the library reads version ${VERSION}`);
  }
  if (crc32(bytes.subarray(LENGTH_AT)) !== view.getUint32(CHECKSUM_AT, true)) {
    throw unreadable('its checksum does not fit: it is damaged or cut off');
  }
  return bytes.subarray(PREFIX, PREFIX + view.getUint32(LENGTH_AT, true));
}

function parsed(text: Uint8Array): Header {
  try {
    const header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text)) as Header;
    if (Array.isArray(header.blobs) && Array.isArray(header.pixels)) return header;
  } catch {
    // Told below, whatever it is.
  }
  throw unreadable('its header is damaged');
}

/** Whether a box has the picture's part of what a patch sees. */
function holds({ id, start, shape, whole }: StoredPixels, { id: own, receptiveField }: PatchEntry): boolean {
  const extent = whole.slice(0, -1);
  if (id !== own || receptiveField.start.length !== extent.length) return false;
  const seen = clipRegion(receptiveField, extent);
  return seen.start.every(
    (from, axis) => from >= start[axis]! && from + seen.size[axis]! <= start[axis]! + shape[axis]!,
  );
}

function firstBlob(header: number): number {
  return Math.ceil((PREFIX + header) / 4) * 4;
}

function entriesOf({ layers }: KeptState): PatchEntry[] {
  return layers.flatMap(({ maps }) => maps.flat());
}
