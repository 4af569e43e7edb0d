import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';

/** What the compiled kernel exports (`assembly/skip-zeros.ts`). Addresses are in bytes. */
export interface Kernel {
  describe(...convolution: number[]): void;
  countNonZero(x: number, size: number): number;
  copyBias(bias: number, to: number): number;
  list(x: number, batch: number, starts: number, entries: number): void;
  pack(weights: number, to: number): number;
  convolve(
    batch: number,
    weights: number,
    starts: number,
    bias: number,
    out: number,
    lowest: number,
    highest: number,
    sums: number,
    bandRows: number,
  ): number;
}

/** What is used of the wasm backend of TensorFlow.js. */
export interface WasmBackend {
  readonly wasm: {
    readonly asm: Readonly<Record<string, unknown>>;
    readonly HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  getMemoryOffset(dataId: TensorInfo['dataId']): number;
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
  disposeData(dataId: TensorInfo['dataId']): boolean;
}

/** A convolution of tensors with channels last, perhaps with a bias, whose outputs are limited to a range. */
export interface Convolution {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias: TensorInfo | undefined;
  readonly info: backend_util.Conv2DInfo;
  readonly lowest: number;
  readonly highest: number;
}

/** Our kernel is used if it is estimated to take less than this share of the time of TensorFlow.js's kernel. */
const WORTH = 0.9;

/** The number of cells of the output whose sums are in memory at a time. A band has at least one whole row. */
const BAND = 128;

/** Bytes in a line of the processor's cache. */
const LINE = 64;

/** The fewest multiply-adds for which it is worth to look at the input. */
const FEWEST = 100_000;

/**
 * Computes a convolution by a kernel that skips the zeros of the input, if that is faster than the kernel of TensorFlow.js
 * and gives the same bits.
 *
 * @returns undefined if the kernel of TensorFlow.js has to be used
 */
export function skipZeros(kernel: Kernel, backend: WasmBackend, convolution: Convolution): TensorInfo | undefined {
  const { x, filter, info } = convolution;
  const overhead = overheadOf(info);
  const cells = info.batchSize * info.outHeight * info.outWidth;
  if (!(overhead < WORTH) || cells * sizeOf(filter) < FEWEST) return undefined;
  const size = sizeOf(x);
  const nonZero = countNonZero(kernel, backend, x);
  if (nonZero === undefined || overhead + (0.9 * nonZero) / size > WORTH) return undefined;
  return convolveNonZero(kernel, backend, convolution, nonZero);
}

/**
 * The time that our kernel takes without any multiply-add, in times of TensorFlow.js's whole convolution: for copying the
 * weights, which counts as much as 16 cells of the output; for listing the input, which counts as much as 20 multiply-adds
 * of each value; and for beginning each cell of the output, which counts as much as 12 products. To this the kernel adds
 * 0.9 times the share of values that are not zero. These figures are fitted to measurements (docs/performance.md).
 *
 * It is infinite where the bits would differ, or where even looking for zeros costs too much.
 */
function overheadOf(info: backend_util.Conv2DInfo): number {
  const { batchSize, outHeight, outWidth, inChannels, outChannels, filterHeight, filterWidth } = info;
  // TensorFlow.js adds in another order if there are one or two output channels.
  if (outChannels < 3 || padsWrong(info)) return Number.POSITIVE_INFINITY;
  const taps = filterHeight * filterWidth;
  // Like the kernel of TensorFlow.js, ours computes 8 channels in the time of 3.
  const perValue = taps * Math.ceil(outChannels / 8) * 8;
  if (perValue < 64) return Number.POSITIVE_INFINITY;
  return 16 / (batchSize * outHeight * outWidth) + 20 / perValue + 12 / (taps * inChannels);
}

/**
 * Whether TensorFlow.js pads an axis wrongly on wasm: if the padding is `same`, and the stride is so long that the last
 * windows end before the input does. Windows with one cell are right. It keeps its wrong results, so that they do not
 * depend on the number of zeros.
 */
function padsWrong(info: backend_util.Conv2DInfo): boolean {
  if (info.padInfo.type !== 'SAME' || info.filterHeight * info.filterWidth === 1) return false;
  const seenY = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight;
  const seenX = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth;
  return seenY < info.inHeight || seenX < info.inWidth;
}

/** The number of values that are not zero; undefined if one is not finite, because its product with 0 is not 0. */
export function countNonZero(kernel: Kernel, backend: WasmBackend, x: TensorInfo): number | undefined {
  const count = kernel.countNonZero(backend.getMemoryOffset(x.dataId), sizeOf(x));
  return count < 0 ? undefined : count;
}

/**
 * Computes a convolution by our kernel, however long it takes. It needs scratch memory for a copy of the weights, for two
 * numbers per value that is not zero, and for the sums of a band of the output.
 *
 * @returns undefined if a weight, a bias or an output is not finite, or a bias is -0, because the bits could differ then;
 * or if there is no memory
 */
export function convolveNonZero(
  kernel: Kernel,
  backend: WasmBackend,
  { x, filter, bias, info, lowest, highest }: Convolution,
  nonZero: number,
): TensorInfo | undefined {
  const at = (tensor: TensorInfo): number => backend.getMemoryOffset(tensor.dataId);
  const lanes = Math.ceil(info.outChannels / 32) * 32;
  const taps = info.filterHeight * info.filterWidth * info.inChannels;
  const positions = info.batchSize * info.inHeight * info.inWidth;
  const bandRows = Math.max(1, Math.floor(BAND / info.outWidth));
  // One entry is written beyond the last one.
  const numbers = [32 * bandRows * info.outWidth, lanes, taps * lanes, positions + 1, 2 * (nonZero + 1)];
  const { wasm } = backend;
  const scratch = wasm._malloc(4 * numbers.reduce((a, b) => a + b, 0) + LINE) >>> 0;
  if (scratch === 0) return undefined;
  let next = Math.ceil(scratch / LINE) * LINE;
  const [sums, biases, weights, starts, entries] = numbers.map((count) => {
    const address = next;
    next += 4 * count;
    return address;
  }) as [number, number, number, number, number];
  let out: TensorInfo | undefined;
  try {
    const { padInfo } = info;
    kernel.describe(
      ...[info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth, info.outChannels],
      ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth],
      ...[info.dilationHeight, info.dilationWidth, padInfo.top, padInfo.left],
    );
    if (!kernel.copyBias(bias ? at(bias) : 0, biases) || !kernel.pack(at(filter), weights)) return undefined;
    kernel.list(at(x), info.batchSize, starts, entries);
    out = backend.makeOutput(info.outShape, 'float32');
    if (kernel.convolve(info.batchSize, weights, starts, biases, at(out), lowest, highest, sums, bandRows)) return out;
    backend.disposeData(out.dataId);
    return undefined;
  } finally {
    wasm._free(scratch);
  }
}

function sizeOf({ shape }: TensorInfo): number {
  return shape.reduce((a, b) => a * b, 1);
}
