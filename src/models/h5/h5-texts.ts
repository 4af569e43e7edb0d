import type { H5Metadata, H5Module } from './import-h5wasm.js';

/** A pointer in the memory of the library. */
const POINTER = 4;

/**
 * The texts of an attribute, in order.
 *
 * @throws Error if the library cannot read them
 */
export function h5Texts(
  module: H5Module,
  file: bigint,
  path: string,
  name: string,
  { size, vlen, total_size: count }: H5Metadata,
): string[] {
  const bytes = (vlen ? POINTER : size) * count;
  const memory = module._malloc(bytes);
  if (memory === 0) throw new Error(`${bytes} bytes of memory are not free`);
  try {
    if (module.get_attribute_data(file, path, name, BigInt(memory)) < 0) throw new Error('the values cannot be read');
    if (!vlen) return Array.from({ length: count }, (_, i) => textAt(module, memory + i * size, size));
    const view = new DataView(module.HEAPU8.buffer, memory, bytes);
    const texts = Array.from({ length: count }, (_, i) => textAt(module, view.getUint32(i * POINTER, true)));
    module.reclaim_vlen_memory(file, path, name, BigInt(memory));
    return texts;
  } finally {
    module._free(memory);
  }
}

/** A text in the memory of the library, which ends at a zero, or after `size` bytes. Files say ASCII where Keras wrote UTF-8. */
function textAt({ HEAPU8: heap }: H5Module, start: number, size = heap.length - start): string {
  // An empty text may have no memory.
  if (start === 0) return '';
  const zero = heap.indexOf(0, start);
  return new TextDecoder().decode(heap.subarray(start, Math.min(zero < 0 ? heap.length : zero, start + size)));
}
