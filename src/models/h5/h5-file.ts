import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { ByteSource } from '../bytes/byte-source.js';
import { capital } from '../bytes/capital.js';
import { type H5Metadata, type H5Module, type H5Wasm, importH5wasm } from './import-h5wasm.js';

/** Attributes of more bytes than this are not read. The largest in files of Keras is the topology. */
const MOST_ATTRIBUTE = 2 ** 28;

/** A group with more members than this is not read. */
const MOST_MEMBERS = 100_000;

let opened = 0;

/** An open HDF5 file. Its bytes are read when they are needed. Close it when you have read it. */
export class H5File {
  readonly #subject: string;
  readonly #h5: H5Wasm;
  readonly #name: string;
  readonly #id: bigint;

  private constructor(subject: string, h5: H5Wasm, name: string, id: bigint) {
    this.#subject = subject;
    this.#h5 = h5;
    this.#name = name;
    this.#id = id;
  }

  /**
   * Opens an HDF5 file.
   *
   * @param subject the name of the file in messages
   * @throws DeconvnetError `missing-peer`; `model-unreadable`.
   */
  static async open(subject: string, source: ByteSource): Promise<H5File> {
    const h5 = await importH5wasm();
    const { FS } = h5.module;
    opened++;
    const name = `/deconvnet-${opened}.h5`;
    FS.writeFile(name, new Uint8Array(0));
    const { node } = FS.lookupPath(name);
    Object.defineProperty(node, 'usedBytes', { value: source.size });
    node.stream_ops = {
      ...node.stream_ops,
      read: (_stream: unknown, heap: Int8Array, offset: number, length: number, position: number): number =>
        source.read(new Uint8Array(heap.buffer, heap.byteOffset + offset, length), position),
    };
    let isOpen = false;
    try {
      const id = h5.module.open(name, 0, false, -1, -1);
      isOpen = id >= 0n;
      if (isOpen) return new H5File(subject, h5, name, id);
    } catch (error) {
      // Of a trap of WebAssembly, the message would not help anyone.
      if (error instanceof DeconvnetError) throw error;
    } finally {
      if (!isOpen) FS.unlink(name);
    }
    throw new DeconvnetError(
      'model-unreadable',
      `${capital(subject)} is not a complete HDF5 file. It is damaged or was cut short. Download or save it again.`,
    );
  }

  close(): void {
    try {
      this.module.close_file(this.#id);
    } catch {
      // The library has already said what is wrong with the file.
    }
    this.module.FS.unlink(this.#name);
  }

  get id(): bigint {
    return this.#id;
  }

  get module(): H5Module {
    return this.#h5.module;
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
    const type = this.#read(path, () => this.module.get_type(this.#id, path));
    if (type === this.module.H5G_GROUP) return 'group';
    return type === this.module.H5G_DATASET ? 'dataset' : undefined;
  }

  /** The names in a group. The list is empty if the file does not have the group. */
  namesIn(path: string): string[] {
    if (this.kindOf(path) !== 'group') return [];
    const names = this.#read(path, () => this.module.get_names(this.#id, path, false));
    if (names.length > MOST_MEMBERS) throw this.fault(path, `has ${names.length} members`);
    return names;
  }

  /** An attribute that is a text or a list of texts. It is undefined if the file does not have it. */
  text(path: string, name: string): string | readonly string[] | undefined {
    const names = this.#read(path, () => this.module.get_attribute_names(this.#id, path));
    if (!names.includes(name)) return undefined;
    const where = `The attribute '${name}' of ${path}`;
    const {
      type,
      size,
      vlen,
      cset,
      total_size: count,
      shape,
    } = this.#read(where, () => this.module.get_attribute_metadata(this.#id, path, name));
    if (count === 0) return shape?.length ? [] : undefined;
    if (!(size * count <= MOST_ATTRIBUTE)) throw this.fault(where, `has ${size * count} bytes`);
    // An empty list has a type of numbers in NumPy.
    if (type !== 3) return undefined;
    const texts = this.#read(where, () => {
      if (!vlen) return this.#fixedTexts(path, name, size, count);
      const value = new this.#h5.Group(this.#id, path).get_attribute(name, false) as string | string[];
      // Keras marks its texts as ASCII, and they are UTF-8 all the same.
      return [value]
        .flat()
        .map((text) => (cset === 0 ? fromUtf8(Uint8Array.from(text, (one) => one.charCodeAt(0))) : text));
    });
    return shape?.length ? texts : texts[0];
  }

  /** Texts that all have the same number of bytes in the file, filled up with zeros. */
  #fixedTexts(path: string, name: string, size: number, count: number): string[] {
    const { module } = this;
    const pointer = module._malloc(size * count);
    if (pointer === 0) throw new Error('too little memory');
    try {
      module.get_attribute_data(this.#id, path, name, BigInt(pointer));
      const bytes = module.HEAPU8.slice(pointer, pointer + size * count);
      return Array.from({ length: count }, (_, i) => {
        const text = bytes.subarray(i * size, (i + 1) * size);
        const end = text.indexOf(0);
        return fromUtf8(end < 0 ? text : text.subarray(0, end));
      });
    } finally {
      module._free(pointer);
    }
  }

  /** The type and the shape of a data set. */
  metadata(path: string): H5Metadata {
    return this.#read(path, () => this.module.get_dataset_metadata(this.#id, path));
  }

  #read<Value>(path: string, read: () => Value): Value {
    try {
      return read();
    } catch (cause) {
      throw this.fault(path, 'cannot be read', cause);
    }
  }
}

function fromUtf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
