import { expect, it } from 'vitest';
import { type ByteSource, bytesInMemory } from '../../../src/models/bytes/byte-source.js';
import { HeapChecker } from '../../../src/models/h5/heap-checker.js';

const MEGABYTE = 2 ** 20;

/** Bytes that count how many reads there were, and of how many bytes. */
function counting(bytes: Uint8Array): ByteSource & { reads: number; bytes: number } {
  const inMemory = bytesInMemory(bytes);
  return {
    size: bytes.length,
    reads: 0,
    bytes: 0,
    read(into, position) {
      this.reads++;
      this.bytes += into.length;
      return inMemory.read(into, position);
    },
  };
}

/** A file of zeros, with functions that write a text and a number of 8 bytes into it. */
function emptyFile(size: number) {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  return {
    bytes,
    text: (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at),
    number: (at: number, value: number) => view.setBigUint64(at, BigInt(value), true),
  };
}

it('checks thousands of heaps that claim most of a file by their headers, and reads each byte a few times at most', () => {
  const size = 10 * MEGABYTE;
  const { bytes, text, number } = emptyFile(size);
  // Each heap has one object, whose header is the beginning of the next heap.
  const count = 3700;
  for (let i = 0; i < count; i++) {
    text(40 * i, 'GCOL\u0001');
    number(40 * i + 8, size - 40 * i - MEGABYTE);
    number(40 * i + 24, size - 40 * i - MEGABYTE - 16);
  }
  const source = counting(bytes);
  const checker = new HeapChecker(source, 0);
  for (let times = 0; times < 3; times++) checker.damagedHeap(0, bytes.subarray(0, 40 * count));
  expect(source.bytes).toBeLessThan(5 * size);
  expect(source.reads).toBeLessThan(3 * count);
});

it('refuses heaps of objects without end: it counts what all heaps of a file take', () => {
  const size = 4 * MEGABYTE;
  const { bytes, text, number } = emptyFile(size);
  // All heaps share the objects behind their headers, which have 16 bytes each.
  const count = 2000;
  for (let i = 0; i < count; i++) {
    text(32 * i, 'GCOL\u0001');
    number(32 * i + 8, size - 32 * i);
    number(32 * i + 24, 32 * (count - i) - 16);
  }
  for (let at = 32 * count; at < size; at += 16) number(at + 8, 16);
  const source = counting(bytes);
  const checker = new HeapChecker(source, 0);
  const part = bytes.subarray(0, 32 * count);
  expect(checker.damagedHeap(0, part)).toBeGreaterThan(0);
  expect(source.bytes).toBeLessThan(6 * size);
  // From then on, nothing more is read for such heaps.
  const { reads } = source;
  expect(checker.damagedHeap(32, part.subarray(32))).toBeDefined();
  expect(source.reads - reads).toBeLessThan(10);
});

it('refuses local heaps with long lists of free parts: it counts what all heaps of a file take', () => {
  const size = 4 * MEGABYTE;
  const { bytes, text, number } = emptyFile(size);
  // They share a list of free parts, which begins elsewhere for each of them.
  const count = 1000;
  for (let i = 0; i < count; i++) {
    text(32 * i, 'HEAP');
    number(32 * i + 8, size - 64 * count);
    number(32 * i + 16, 16 * i);
    number(32 * i + 24, 64 * count);
  }
  for (let at = 0; at < size - 64 * count; at += 16) number(64 * count + at, at + 16);
  const source = counting(bytes);
  expect(new HeapChecker(source, 0).damagedHeap(0, bytes.subarray(0, 32 * count))).toBeDefined();
  expect(source.reads).toBeLessThan(size / 64);
});

it('checks a heap once, however often it is read, and looks among the bytes at hand first', () => {
  const { bytes, text, number } = emptyFile(8192);
  text(64, 'GCOL\u0001');
  number(72, 4096);
  number(88, 4080);
  bytes.fill(0x47, 5000, 8000);
  const source = counting(bytes);
  const checker = new HeapChecker(source, 0);
  for (let times = 0; times < 100; times++) expect(checker.damagedHeap(0, bytes)).toBeUndefined();
  expect(source.reads).toBe(1);
});

it('finds an object without a size, a circle of free parts, and a heap that began in the read before', () => {
  const global = emptyFile(8192);
  global.text(64, 'GCOL\u0001');
  global.number(72, 4096);
  const check = (bytes: Uint8Array, from = 0): number | undefined =>
    new HeapChecker(bytesInMemory(bytes), 0).damagedHeap(from, bytes.subarray(from));
  expect(check(global.bytes)).toBe(64);
  expect(check(global.bytes, 66)).toBe(64);
  // The second object, in the second window, has no size.
  global.number(88, 4000);
  global.number(72, 8000);
  expect(check(global.bytes)).toBe(64);
  global.number(64 + 16 + 4000 + 8, 8000 - 16 - 4000);
  expect(check(global.bytes)).toBeUndefined();
  const local = emptyFile(1024);
  local.text(0, 'HEAP');
  for (const [at, value] of [
    [8, 256],
    [16, 32],
    [24, 512],
    [544, 64],
    [576, 32],
  ] as const)
    local.number(at, value);
  expect(check(local.bytes)).toBe(0);
  local.number(576, 1);
  expect(check(local.bytes)).toBeUndefined();
});
