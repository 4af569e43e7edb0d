import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { ByteSource } from '../bytes/byte-source.js';
import { capital } from '../bytes/capital.js';
import { hdf5Start } from '../bytes/hdf5-start.js';
import { CheckedReader } from './checked-reader.js';
import { h5Texts } from './h5-texts.js';
import { type H5Metadata, type H5Module, importH5wasm } from './import-h5wasm.js';

/** Attributes of more bytes than this are not read. The largest in files of Keras is the topology. */
const MOST_ATTRIBUTE = 2 ** 28;

/** The error of the system for a disk that does not work. */
const IO_ERROR = 29;

/** A group with more members than this is not read. */
const MOST_MEMBERS = 100_000;

/** How the library opens a file. */
const READ = 0;
const CREATE = 2;

let opened = 0;

/** An open HDF5 file. Its bytes are read when they are needed. Close it when you have read it. */
export class H5File {
  readonly #subject: string;
  readonly #reader: CheckedReader;
  readonly #name: string;
  readonly module: H5Module;
  readonly id: bigint;

  private constructor(subject: string, reader: CheckedReader, module: H5Module, name: string, id: bigint) {
    this.#subject = subject;
    this.#reader = reader;
    this.#name = name;
    this.module = module;
    this.id = id;
  }

  /**
   * Opens an HDF5 file.
   *
   * @param subject the name of the file in messages
   * @throws DeconvnetError `missing-peer`; `model-unreadable`.
   */
  static async open(subject: string, source: ByteSource): Promise<H5File> {
    const module = await importH5wasm();
    const { FS } = module;
    opened++;
    const name = `/deconvnet-${opened}.h5`;
    FS.writeFile(name, new Uint8Array(0));
    const { node } = FS.lookupPath(name);
    Object.defineProperty(node, 'usedBytes', { value: source.size });
    const reader = new CheckedReader(source, hdf5Start(source) ?? 0);
    node.stream_ops = {
      ...node.stream_ops,
      read(_stream: unknown, heap: Int8Array, offset: number, length: number, position: number): number {
        const read = reader.read(new Uint8Array(heap.buffer, heap.byteOffset + offset, length), position);
        // The library takes back what it has begun if a read fails, and an exception of ours would leave it half done.
        if (read === undefined) throw new FS.ErrnoError(IO_ERROR);
        return read;
      },
    };
    try {
      const id = module.open(name, READ, false, -1, -1);
      if (id >= 0n) return new H5File(subject, reader, module, name, id);
    } catch {
      // A trap of WebAssembly: the message would not help anyone.
    }
    FS.unlink(name);
    if (reader.error instanceof DeconvnetError) throw reader.error;
    throw new DeconvnetError(
      'model-unreadable',
      stillWorks(module)
        ? `${capital(subject)} is not a complete HDF5 file. It is damaged or was cut short. Download or save it again.`
        : brokenLibrary(subject),
    );
  }

  close(): void {
    try {
      this.module.close_file(this.id);
    } catch {
      // The library has already said what is wrong with the file.
    }
    this.module.FS.unlink(this.#name);
  }

  /**
   * Reads values of a weight: bytes in which no structure is looked for.
   *
   * @param whyNot finds the end of the message if they cannot be read
   * @returns how many bytes were read from the file for them
   */
  readValues(path: string, whyNot: (module: H5Module) => string, read: (module: H5Module) => void): number {
    const before = this.#reader.bytes;
    this.#reader.readsValues = true;
    try {
      read(this.module);
      return this.#reader.bytes - before;
    } catch (cause) {
      throw this.#faultOf(
        path,
        this.#read(path, () => whyNot(this.module)),
        cause,
      );
    } finally {
      this.#reader.readsValues = false;
    }
  }

  /** The error for a place in this file that cannot be read. If the bytes could not be read at all, it is the error of their source. */
  fault(path: string, what: string, cause?: unknown): DeconvnetError {
    if (cause instanceof DeconvnetError) return cause;
    return new DeconvnetError(
      'model-unreadable',
      `${path} in ${this.#subject} ${what}. The file is damaged, or is not one of Keras. Download or save it again.`,
      { cause },
    );
  }

  /** What is at a path. Links are followed inside the file only. */
  kindOf(path: string): 'group' | 'dataset' | undefined {
    const type = this.#read(path, () => this.module.get_type(this.id, path));
    if (type === this.module.H5G_GROUP) return 'group';
    return type === this.module.H5G_DATASET ? 'dataset' : undefined;
  }

  /** The names in a group. The list is empty if the file does not have the group. */
  namesIn(path: string): string[] {
    if (this.kindOf(path) !== 'group') return [];
    const names = this.#read(path, () => this.module.get_names(this.id, path, false));
    if (names.length > MOST_MEMBERS) throw this.fault(path, `has ${names.length} members`);
    return names;
  }

  /** An attribute that is a text or a list of texts. It is undefined if the file does not have it. */
  text(path: string, name: string): string | readonly string[] | undefined {
    const names = this.#read(path, () => this.module.get_attribute_names(this.id, path));
    if (!names.includes(name)) return undefined;
    const where = `The attribute '${name}' of ${path}`;
    const metadata = this.#read(where, () => this.module.get_attribute_metadata(this.id, path, name));
    const { type, size, total_size: count, shape } = metadata;
    if (count === 0) return shape?.length ? [] : undefined;
    if (!(size * count <= MOST_ATTRIBUTE)) throw this.fault(where, `has ${size * count} bytes`);
    // An empty list has a type of numbers in NumPy.
    if (type !== 3) return undefined;
    const texts = this.#read(where, () => h5Texts(this.module, this.id, path, name, metadata));
    return shape?.length ? texts : texts[0];
  }

  /** The type and the shape of a data set. */
  metadata(path: string): H5Metadata {
    return this.#read(path, () => this.module.get_dataset_metadata(this.id, path));
  }

  #read<Value>(path: string, read: () => Value): Value {
    try {
      return read();
    } catch (cause) {
      throw this.#faultOf(path, 'cannot be read', cause);
    }
  }

  /** What the reader found, or else what the library says. */
  #faultOf(path: string, what: string, cause: unknown): unknown {
    const { error, damage } = this.#reader;
    if (error instanceof DeconvnetError) return error;
    if (!stillWorks(this.module))
      return new DeconvnetError('model-unreadable', brokenLibrary(this.#subject), { cause });
    return this.fault(path, damage === undefined ? what : `cannot be read: ${damage}`, error ?? cause);
  }
}

function brokenLibrary(subject: string): string {
  return `${capital(subject)} cannot be read, because the library that reads HDF5 does not work any more: damaged files that were read before have broken its memory. Start the program again, or reload the page.`;
}

/**
 * Whether the library can write and close an empty file. Each damaged file can spoil a little of its memory, so that after
 * many thousands of them it refuses all files.
 */
function stillWorks(module: H5Module): boolean {
  const name = '/deconvnet-empty.h5';
  try {
    const id = module.open(name, CREATE, false, -1, -1);
    if (id < 0n) return false;
    module.close_file(id);
    module.FS.unlink(name);
    return true;
  } catch {
    return false;
  }
}
