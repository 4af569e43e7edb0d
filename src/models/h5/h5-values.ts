import type { io } from '@tensorflow/tfjs-core';
import type { H5File } from './h5-file.js';
import type { H5Module } from './import-h5wasm.js';

/** A data set that holds the values of a weight. */
export interface H5Weight {
  readonly path: string;
  readonly shape: readonly number[];
  /** How TensorFlow.js reads the bytes that `piecesOf` gives. */
  readonly form: Pick<io.WeightsManifestEntry, 'dtype' | 'quantization'>;
  readonly kind: Kind;
  /** Bytes of a value in the file. */
  readonly size: number;
  /** The sizes of the blocks in which the file holds the values, if it does. */
  readonly chunks: readonly number[] | null;
}

/** How the values are stored, if not as TensorFlow.js reads them. */
type Kind = 'as they are' | 'bfloat16' | 'float64' | 'int8' | 'uint8' | 'int16' | 'uint16' | 'uint32' | 'int64';

/** So many bytes are read at once. */
const PIECE = 2 ** 20;

/** Blocks of a data set that are larger than this are not read. */
const MOST_CHUNK = 2 ** 28;

/** The filters that the library has: deflate, shuffle, Fletcher's checksum, szip, n bits, and scale and offset. */
const FILTERS = [1, 2, 3, 4, 5, 6];

/** No weight has more axes. */
const MOST_AXES = 8;

/**
 * Describes a data set of a weight.
 *
 * @throws DeconvnetError `model-unreadable` for a type that no version of Keras stores, or an absurd shape.
 */
export function h5Weight(file: H5File, path: string): H5Weight {
  if (file.kindOf(path) !== 'dataset') throw file.fault(path, 'is missing, or is not a data set');
  const { type, size, signed, shape: lengths, chunks, virtual_sources: elsewhere } = file.metadata(path);
  if (lengths === null) throw file.fault(path, 'holds nothing');
  if (elsewhere)
    throw file.fault(path, `has its values in ${elsewhere[0]?.file_name ?? 'other files'}: it is a virtual data set`);
  const count = lengths.reduce((product, length) => product * length, 1);
  if (lengths.length > MOST_AXES || !lengths.every(Number.isSafeInteger) || !(count * size < 2 ** 40))
    throw file.fault(path, `has the shape [${lengths}]`);
  const block = chunks?.reduce((product, length) => product * length, size);
  if (block && block > MOST_CHUNK) throw file.fault(path, `is stored in blocks of ${block} bytes`);
  const described = (kind: Kind, form: H5Weight['form']): H5Weight => ({
    path,
    shape: lengths,
    form,
    kind,
    size,
    chunks,
  });
  if (type === 1) {
    if (size === 4) return described('as they are', { dtype: 'float32' });
    if (size === 2) return described('as they are', { dtype: 'float32', quantization: { dtype: 'float16' } });
    if (size === 8) return described('float64', { dtype: 'float32' });
  }
  if (type === 0) {
    if (size === 4) return described(signed ? 'as they are' : 'uint32', { dtype: 'int32' });
    if (size === 8) return described('int64', { dtype: 'int32' });
    if (size === 2) return described(signed ? 'int16' : 'uint16', { dtype: 'int32' });
    if (size === 1) return described(signed ? 'int8' : 'uint8', { dtype: 'int32' });
  }
  // NumPy has no 16-bit brain floats, so Keras stores their bytes and says in an attribute what they are.
  if (type === 5 && size === 2 && file.text(path, 'dtype') === 'bfloat16')
    return described('bfloat16', { dtype: 'float32' });
  if (type === 8 && size === 1) return described('as they are', { dtype: 'bool' });
  throw file.fault(path, `has values of a type that a weight cannot have (class ${type}, ${size} bytes)`);
}

/** The values of a weight in pieces of about a megabyte. Each is valid until the next one is asked for. */
export function* piecesOf(file: H5File, weight: H5Weight): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
  if (weight.shape.includes(0)) return;
  // The memory of the library moves when it grows, and another file may be read before a piece was used.
  let copy = new Uint8Array(0);
  for (const block of blocksOf(weight)) {
    const length = block.count.reduce((product, n) => product * n, weight.size);
    if (copy.length < length) copy = new Uint8Array(length);
    const piece = copy.subarray(0, length);
    readBlock(file, weight.path, block, piece);
    yield decoded(weight.kind, piece);
  }
}

function readBlock(file: H5File, path: string, { count, offset }: Block, into: Uint8Array): void {
  const whyNot = (module: H5Module): string => {
    const unknown = module.get_dataset_filters(file.id, path).find(({ id }) => !FILTERS.includes(id));
    return unknown
      ? `is packed by ${unknown.name || `the filter ${unknown.id}`}, which cannot be unpacked: save it with gzip, or without a filter`
      : 'cannot be read: the file ends too early, or a block in it is damaged, or its values are in another file';
  };
  const read = file.readValues(path, whyNot, (module) => {
    const pointer = module._malloc(into.length);
    if (pointer === 0) throw new Error(`${into.length} bytes of memory are not free`);
    try {
      // A single value has no axes, and is read whole.
      const [counts, offsets, strides] = [count, offset, count.map(() => 1)].map((list) =>
        list.length === 0 ? null : list.map(BigInt),
      );
      const status = module.get_dataset_data(file.id, path, counts!, offsets!, strides!, BigInt(pointer));
      if (status < 0) throw new Error(`status ${status}`);
      into.set(module.HEAPU8.subarray(pointer, pointer + into.length));
    } finally {
      module._free(pointer);
    }
  });
  // The library gives zeros for values that were never written.
  if (read === 0 && into.every((byte) => byte === 0)) throw file.fault(path, 'has no values: they were never written');
}

/** A part of a data set: how many values along each axis, and from where. */
interface Block {
  readonly count: readonly number[];
  readonly offset: readonly number[];
}

/** Divides a weight into blocks, in the order of its values. A block is whole along all axes after the first that it cuts. */
function* blocksOf({ shape, size, chunks }: H5Weight): Generator<Block, void, undefined> {
  let axis = 0;
  let inner = shape.reduce((product, length) => product * length, size);
  // Blocks of the file are read whole, because each part of one would cost the unpacking of all of it.
  while (axis < shape.length && inner > PIECE && !(chunks && axis > 0)) inner /= shape[axis++]!;
  if (axis === 0) return yield { count: [...shape], offset: shape.map(() => 0) };
  const cut = axis - 1;
  const least = chunks?.[cut] ?? 1;
  const step = least * Math.max(1, Math.floor(PIECE / inner / least));
  const outer = shape.slice(0, cut);
  const index = outer.map(() => 0);
  for (;;) {
    for (let from = 0; from < shape[cut]!; from += step) {
      const rest = shape.slice(axis);
      yield {
        count: [...outer.map(() => 1), Math.min(step, shape[cut]! - from), ...rest],
        offset: [...index, from, ...rest.map(() => 0)],
      };
    }
    let place = cut - 1;
    while (place >= 0 && ++index[place]! === shape[place]) index[place--] = 0;
    if (place < 0) return;
  }
}

/** The bytes as TensorFlow.js reads them. Whole numbers that do not fit into 32 bits are counts of training, and saturate. */
function decoded(kind: Kind, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset: at, byteLength: length } = bytes;
  const asBytes = ({ buffer: made }: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
    new Uint8Array(made);
  switch (kind) {
    case 'as they are':
      return bytes;
    case 'bfloat16':
      // A brain float is the upper half of a float of 32 bits.
      return asBytes(Int32Array.from(new Uint16Array(buffer, at, length / 2), (half) => half << 16));
    case 'float64':
      return asBytes(Float32Array.from(new Float64Array(buffer, at, length / 8)));
    case 'int64':
      return asBytes(
        Int32Array.from(
          Array.from(new BigInt64Array(buffer, at, length / 8), (long) =>
            Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Number(long))),
          ),
        ),
      );
    case 'uint32':
      return asBytes(Int32Array.from(new Uint32Array(buffer, at, length / 4), (long) => Math.min(long, 2 ** 31 - 1)));
    case 'int16':
      return asBytes(Int32Array.from(new Int16Array(buffer, at, length / 2)));
    case 'uint16':
      return asBytes(Int32Array.from(new Uint16Array(buffer, at, length / 2)));
    case 'int8':
      return asBytes(Int32Array.from(new Int8Array(buffer, at, length)));
    case 'uint8':
      return asBytes(Int32Array.from(bytes));
  }
}
