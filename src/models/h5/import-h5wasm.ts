import { DeconvnetError } from '../../errors/deconvnet-error.js';

/** What this library uses of h5wasm. */
export interface H5Module {
  readonly FS: H5FileSystem;
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  readonly H5G_GROUP: number;
  readonly H5G_DATASET: number;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  open(name: string, mode: number, trackOrder: boolean, low: number, high: number): bigint;
  close_file(file: bigint): number;
  get_names(file: bigint, path: string, recursive: boolean): string[];
  get_type(file: bigint, path: string): number;
  get_attribute_names(file: bigint, path: string): string[];
  get_attribute_metadata(file: bigint, path: string, name: string): H5Metadata;
  get_attribute_data(file: bigint, path: string, name: string, pointer: bigint): number;
  /** Frees the texts that `get_attribute_data` allocated. */
  reclaim_vlen_memory(file: bigint, path: string, name: string, pointer: bigint): number;
  get_dataset_metadata(file: bigint, path: string): H5Metadata;
  get_dataset_filters(file: bigint, path: string): readonly { readonly id: number; readonly name: string }[];
  get_dataset_data(
    file: bigint,
    path: string,
    count: readonly bigint[] | null,
    offset: readonly bigint[] | null,
    strides: readonly bigint[] | null,
    pointer: bigint,
  ): number;
}

/** The type and the shape of a data set or an attribute. */
export interface H5Metadata {
  /** The class of the type: 0 integer, 1 float, 3 string, 5 opaque, 8 enumeration. */
  readonly type: number;
  /** Bytes of a value. */
  readonly size: number;
  readonly signed: boolean;
  /** Whether texts have lengths of their own. */
  readonly vlen: boolean;
  /** The encoding of texts: 0 ASCII, 1 UTF-8. */
  readonly cset?: number;
  readonly total_size: number;
  readonly shape: readonly number[] | null;
  readonly chunks: readonly number[] | null;
  /** Where the values of a virtual data set are. */
  readonly virtual_sources?: readonly { readonly file_name: string }[];
}

/** The file system in memory that the HDF5 library reads. */
interface H5FileSystem {
  /** The error of a system call, which the library gets as its result. */
  readonly ErrnoError: new (
    code: number,
  ) => object;
  writeFile(path: string, bytes: Uint8Array): void;
  unlink(path: string): void;
  lookupPath(path: string): { readonly node: { stream_ops: object } };
  getStream(number: number): { readonly tty?: { ops: object } } | null;
}

let loading: Promise<H5Module> | undefined;

/**
 * Loads h5wasm, which reads HDF5, when the first such file is opened.
 *
 * @throws DeconvnetError `missing-peer`.
 */
export function importH5wasm(): Promise<H5Module> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<H5Module> {
  // Bundlers only warn of a missing package if its import is in a try block.
  try {
    const { ready } = await import('h5wasm');
    const module = (await ready) as unknown as H5Module;
    // The HDF5 library prints each error as a page of lines in C. What went wrong is said by errors of ours.
    const errors = module.FS.getStream(2)?.tty;
    if (errors) errors.ops = { ...errors.ops, put_char: () => undefined, fsync: () => undefined };
    return module;
  } catch (cause) {
    throw new DeconvnetError(
      'missing-peer',
      'h5wasm is needed to read HDF5: files of Keras that end in .h5, and the weights in .keras files. It is not installed, or it does not load. Install it: npm install h5wasm',
      { cause },
    );
  }
}
