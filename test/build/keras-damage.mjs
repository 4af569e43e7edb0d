// Damages of files of Keras, by kind. Each takes the parts of a base and a source of random numbers, and gives the bytes
// of a file.
import { zipSync } from 'fflate';
import { DAMAGES as TOPOLOGY } from './damage.mjs';

const pick = (list, random) => list[Math.floor(random() * list.length)];
const below = (n, random) => Math.floor(random() * n);

/** Damages of any bytes: they change the array, or give another one. */
const BYTES = {
  flip(bytes, random) {
    for (let n = 1 + below(4, random); n > 0; n--) bytes[below(bytes.length, random)] ^= 1 << below(8, random);
    return bytes;
  },
  cut: (bytes, random) => bytes.subarray(0, below(bytes.length, random)),
  splice(bytes, random) {
    const from = below(bytes.length, random);
    return joined([bytes.subarray(0, from), bytes.subarray(from + 1 + below(64, random))]);
  },
  repeat(bytes, random) {
    const from = below(bytes.length, random);
    const part = bytes.subarray(from, from + 1 + below(512, random));
    return joined([bytes.subarray(0, from), part, bytes.subarray(from)]);
  },
  overwrite(bytes, random) {
    const from = below(bytes.length, random);
    const to = below(bytes.length, random);
    bytes.copyWithin(to, from, from + 1 + below(256, random));
    return bytes;
  },
  fill(bytes, random) {
    const from = below(bytes.length, random);
    bytes.fill(pick([0, 255, below(256, random)], random), from, from + 1 + below(32, random));
    return bytes;
  },
};

/** Damages of the structure of HDF5: numbers that are addresses, sizes, counts, kinds and versions. */
const STRUCTURE = {
  /** An address becomes another one, so that objects are shared or contain themselves. */
  retarget(view, random) {
    const places = words(view);
    view.setBigUint64(pick(places, random), view.getBigUint64(pick(places, random), true), true);
  },
  /** An address points to the place where it stands. */
  circle(view, random) {
    const place = pick(words(view), random);
    view.setBigUint64(place, BigInt(place - (place % 8) - 8 * below(5, random)), true);
  },
  /** An address or a size becomes absurd. */
  resize(view, random) {
    const place = pick(words(view), random);
    const value = view.getBigUint64(place, true);
    const absurd = [0n, 1n, value + 1n, value * 2n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 40n, 2n ** 63n, 2n ** 64n - 1n];
    view.setBigUint64(place, pick(absurd, random), true);
  },
  /** A small number in a header or table becomes another one. */
  renumber(view, random) {
    const places = words(view);
    const at = Math.min(view.byteLength - 4, pick(places, random) + below(24, random) - 8);
    const [old, to] = [view.getUint8(at), below(256, random)];
    if (random() < 0.5) view.setUint8(at, pick([old + 1, old - 1, 0, 255, to], random));
    else view.setUint16(at & ~1, pick([0, 1, 2, 16, 255, 4096, 65_535], random), true);
  },
  /** The kind of a record becomes that of another one. */
  resign(view, random) {
    const signs = [...signatures(view)];
    view.setUint32(pick(signs, random), view.getUint32(pick(signs, random), true), true);
  },
  /** A whole record replaces another one. */
  replace(view, random) {
    const signs = [...signatures(view)];
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const from = pick(signs, random);
    bytes.copyWithin(pick(signs, random), from, from + 8 * (1 + below(40, random)));
  },
};

/** The places of numbers that could be addresses in the file, or sizes of parts of it. */
function words(view) {
  const places = [];
  for (let at = 0; at + 8 <= view.byteLength; at += 4) {
    if (
      view.getUint32(at + 4, true) === 0 &&
      view.getUint32(at, true) > 0 &&
      view.getUint32(at, true) < view.byteLength
    )
      places.push(at);
  }
  return places;
}

const SIGNS = [
  'TREE',
  'SNOD',
  'HEAP',
  'GCOL',
  'OHDR',
  'OCHK',
  'FRHP',
  'FHDB',
  'FHIB',
  'BTHD',
  'BTLF',
  'BTIN',
  'FAHD',
  'FADB',
  'EAHD',
];

function* signatures(view) {
  const text = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  for (const sign of SIGNS) for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) yield at;
}

const joined = (parts) => new Uint8Array(Buffer.concat(parts));

/** Packs the parts of a `.keras` file again, with checksums that are right. */
const packed = (parts, random) =>
  zipSync(Object.fromEntries(random() < 0.3 ? Object.entries(parts).reverse() : Object.entries(parts)), {
    level: random() < 0.2 ? 6 : 0,
  });

const viewOf = ({ buffer, byteOffset, byteLength }) => new DataView(buffer, byteOffset, byteLength);

const onWhole = (damage) => ({
  for: () => true,
  damage: ({ whole }, random) => damage(whole.slice(), random),
});

/** The HDF5 file inside is damaged, and the zip file around it is sound. */
const onWeights = (damage) => ({
  for: () => true,
  damage({ whole, parts }, random) {
    if (!parts) return damage(whole.slice(), random);
    return packed({ ...parts, 'model.weights.h5': damage(parts['model.weights.h5'].slice(), random) }, random);
  },
});

const onTopology = (damage) => ({
  for: ({ parts }) => parts !== undefined,
  damage({ parts }, random) {
    const topology = JSON.parse(Buffer.from(parts['config.json']).toString());
    damage(topology, random);
    return packed({ ...parts, 'config.json': new Uint8Array(Buffer.from(JSON.stringify(topology))) }, random);
  },
});

const onDirectory = (damage) => ({
  for: ({ parts }) => parts !== undefined,
  damage({ whole }, random) {
    const bytes = whole.slice();
    const start = viewOf(bytes).getUint32(bytes.length - 6, true);
    const directory = damage(bytes.slice(start), random);
    return joined([bytes.subarray(0, start), directory]);
  },
});

const renamed = (prefix, kinds, on) =>
  Object.fromEntries(Object.entries(kinds).map(([name, damage]) => [`${prefix}: ${name}`, on(damage)]));

const inView = (damage) => (bytes, random) => {
  damage(viewOf(bytes), random);
  return bytes;
};

export const DAMAGES = {
  ...renamed('bytes', BYTES, onWhole),
  ...renamed('bytes of the weights', BYTES, onWeights),
  ...renamed(
    'structure',
    Object.fromEntries(Object.entries(STRUCTURE).map(([name, damage]) => [name, inView(damage)])),
    onWeights,
  ),
  ...renamed('topology', TOPOLOGY, onTopology),
  ...renamed('directory', BYTES, onDirectory),
};
