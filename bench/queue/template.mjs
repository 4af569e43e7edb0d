import { createHash } from 'node:crypto';
import { crc32 } from './crc32.mjs';

// A simulated result is the checkpoint of a real one, with other ids and other activations. src/node/mine/checkpoint-bytes.ts
// and src/mine/state/miner-bytes.ts describe the two formats.
const CHECKPOINT = 'DCNVCHKP';
const STATE = 'deconvnet miner\n';

/** Takes the checkpoint of a part to pieces. */
export function readTemplate(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const from = CHECKPOINT.length + 8;
  const stateAt = from + view.getUint32(CHECKPOINT.length + 4, true);
  const state = bytes.subarray(stateAt, bytes.length - 32);
  const textAt = STATE.length + 12;
  const length = new DataView(state.buffer, state.byteOffset).getUint32(STATE.length + 8, true);
  const header = JSON.parse(Buffer.from(state.subarray(textAt, textAt + length)).toString());
  const ids = new Set(header.state.layers.flatMap(({ maps }) => maps.flat()).map(({ id }) => id));
  return {
    checkpoint: JSON.parse(Buffer.from(bytes.subarray(from, stateAt)).toString()),
    header,
    pixels: state.subarray(Math.ceil((textAt + length) / 4) * 4),
    /** The pictures that have a patch. */
    ids: [...ids].sort(),
  };
}

/** The result of a part: the same patches of other pictures, each of them weaker by a factor of its own, from 0.5 to 1. */
export function resultOf(template, part, ids) {
  const { checkpoint, header, pixels } = template;
  const nameOf = new Map(template.ids.map((id, i) => [id, ids[i]]));
  let first = 0;
  const layers = [];
  const order = [];
  for (const [at, layer] of header.state.layers.entries()) {
    const maps = [];
    const statistics = [];
    for (const [map, entries] of layer.maps.entries()) {
      const varied = entries.map((entry, rank) => ({
        entry: { ...entry, id: nameOf.get(entry.id), activation: variedActivation(entry, { part, at, map, rank }) },
        pixels: header.pixels[first + rank],
      }));
      first += entries.length;
      varied.sort((a, b) => b.entry.activation - a.entry.activation || (a.entry.id < b.entry.id ? -1 : 1));
      maps.push(varied.map(({ entry }) => entry));
      order.push(...varied.map((one) => one.pixels));
      const maximum = varied[0]?.entry.activation ?? layer.statistics[map].maximum;
      statistics.push({ ...layer.statistics[map], maximum });
    }
    layers.push({ ...layer, maps, statistics });
  }
  const blobs = header.blobs.map((blob) => ({ ...blob, id: nameOf.get(blob.id) }));
  const state = stateBytes({ ...header, state: { ...header.state, layers }, blobs, pixels: order }, pixels);
  return checkpointBytes(checkpoint, state);
}

/** The activation of a patch of the template in a part. */
export function variedActivation({ activation }, { part, at, map, rank }) {
  // A hash of the four numbers, as the mixer of MurmurHash 3 makes it.
  let hash = Math.imul(part, 0x9e3779b1) ^ Math.imul(at * 65536 + map * 16 + rank + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return Math.fround(activation * (0.5 + ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 33));
}

function stateBytes(header, pixels) {
  const text = Buffer.from(JSON.stringify(header));
  const textAt = STATE.length + 12;
  const first = Math.ceil((textAt + text.length) / 4) * 4;
  const bytes = Buffer.alloc(first + pixels.length);
  bytes.write(STATE);
  bytes.set(text, textAt);
  bytes.set(pixels, first);
  bytes.writeUInt32LE(1, STATE.length);
  bytes.writeUInt32LE(text.length, STATE.length + 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(STATE.length + 8)), STATE.length + 4);
  return bytes;
}

function checkpointBytes(header, state) {
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(CHECKPOINT.length + 8);
  prefix.write(CHECKPOINT);
  prefix.writeUInt32LE(1, CHECKPOINT.length);
  prefix.writeUInt32LE(text.length, CHECKPOINT.length + 4);
  const content = Buffer.concat([prefix, text, state]);
  return Buffer.concat([content, createHash('sha256').update(content).digest()]);
}
