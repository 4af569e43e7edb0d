// A convolution that skips the zeros of its input, in WebAssembly SIMD. It works in the memory of TensorFlow.js's wasm
// backend, which it imports. It has no data and no stack of its own there: the caller gives it the addresses of tensors
// and of scratch memory.
//
// The result has the same bits as that of XNNPACK, which TensorFlow.js uses: each output starts with its bias and adds
// the products of one input cell after the other, row by row of the kernel and channel by channel, each product rounded
// before it is added. Left out are products with 0, which change nothing, as long as all numbers are finite and no bias
// is -0.
//
// AssemblyScript compiles this file: `npm run build:wasm`.

import {
  channels,
  dilationX,
  dilationY,
  height,
  isFinite4,
  kernelHeight,
  kernelWidth,
  lanesOf,
  MAGNITUDE,
  outputChannels,
  outputHeight,
  outputWidth,
  padLeft,
  padTop,
  strideX,
  strideY,
  width,
} from './geometry';

export { describe } from './geometry';
export { copyBias, countNonZero, list, pack } from './prepare';

/**
 * The most bytes of weights that are used for many cells in turn, so that they stay in the processor's first cache. It is at
 * least one row of the kernel.
 */
const CACHED: usize = 25_000;

/**
 * Computes the outputs of a batch.
 *
 * @param weights what `pack` made
 * @param starts what `list` made
 * @param bias what `copyBias` made
 * @param out the outputs
 * @param lowest the activation: outputs below are raised to it
 * @param highest and outputs above are lowered to it
 * @param sums scratch memory for 32 numbers of each cell in `bandRows` rows of the output
 * @returns whether all outputs are finite, before they are limited
 */
export function convolve(
  batch: i32,
  weights: usize,
  starts: usize,
  bias: usize,
  out: usize,
  lowest: f32,
  highest: f32,
  sums: usize,
  bandRows: i32,
): bool {
  let largest = i32x4.splat(0);
  const perImage = (<usize>(height * width)) << 2;
  const outPerImage = (<usize>(outputHeight * outputWidth * outputChannels)) << 2;
  for (let from = 0; from < outputChannels; ) {
    const lanes = lanesOf(outputChannels - from);
    const at = (<usize>from) << 2;
    for (let image = 0; image < batch; image++) {
      const lines = starts + <usize>image * perImage;
      const target = out + <usize>image * outPerImage + at;
      for (let y = 0; y < outputHeight; y += bandRows) {
        const end = min(y + bandRows, outputHeight);
        // The sizes of these types are the numbers of vectors that are computed together.
        if (lanes === 32) sumBand<u64>(y, end, weights, lines, bias + at, sums);
        else if (lanes === 16) sumBand<u32>(y, end, weights, lines, bias + at, sums);
        else if (lanes === 8) sumBand<u16>(y, end, weights, lines, bias + at, sums);
        else sumBand<u8>(y, end, weights, lines, bias + at, sums);
        largest = finishBand(y, end, from, sums, target, lowest, highest, largest);
      }
    }
    weights += (<usize>(kernelHeight * kernelWidth * channels * lanes)) << 2;
    from += lanes;
  }
  return isFinite4(largest);
}

/**
 * Sums the products of some rows of the output, for as many vectors of four output channels as the size of the type N
 * says. It goes through the cells once for each few rows of the kernel, because reading all of a large kernel for each cell
 * is slow.
 */
function sumBand<N>(from: i32, to: i32, weights: usize, lines: usize, bias: usize, sums: usize): void {
  const rowBytes = <usize>(kernelWidth * channels) * (sizeof<N>() << 4);
  const together = max(1, <i32>(CACHED / rowBytes));
  for (let ky = 0; ky < kernelHeight; ky += together) {
    const end = min(ky + together, kernelHeight);
    let sum = sums;
    for (let y = from; y < to; y++) {
      for (let x = 0; x < outputWidth; x++, sum += sizeof<N>() << 4) {
        sumCell<N>(y, x, ky, end, weights, lines, ky === 0 ? bias : sum, sum);
      }
    }
  }
}

/** Adds the products of one cell of the output with some rows of the kernel. The sums stay in registers. */
function sumCell<N>(y: i32, x: i32, from: i32, to: i32, weights: usize, lines: usize, before: usize, sum: usize): void {
  let a0 = v128.load(before);
  let a1 = a0,
    a2 = a0,
    a3 = a0,
    a4 = a0,
    a5 = a0,
    a6 = a0,
    a7 = a0;
  if (sizeof<N>() > 1) a1 = v128.load(before, 16);
  if (sizeof<N>() > 2) {
    a2 = v128.load(before, 32);
    a3 = v128.load(before, 48);
  }
  if (sizeof<N>() > 4) {
    a4 = v128.load(before, 64);
    a5 = v128.load(before, 80);
    a6 = v128.load(before, 96);
    a7 = v128.load(before, 112);
  }
  const tapBytes = <usize>channels * (sizeof<N>() << 4);
  const left = x * strideX - padLeft;
  // Without dilation, the taps of one row of the kernel read neighbouring columns, whose entries are neighbours too.
  const together = dilationX === 1 ? kernelWidth : 1;
  for (let ky = from; ky < to; ky++) {
    const row = y * strideY + ky * dilationY - padTop;
    if (<u32>row >= <u32>height) continue;
    const line = lines + ((<usize>(row * width)) << 2);
    for (let kx = 0; kx < kernelWidth; kx += together) {
      const column = left + kx * dilationX;
      const first = max(column, 0);
      const end = min(column + together, width);
      if (first >= end) continue;
      const last = load<usize>(line + ((<usize>end) << 2));
      const base = weights + <usize>(ky * kernelWidth + kx - column) * tapBytes;
      let entry = load<usize>(line + ((<usize>first) << 2));
      if (entry >= last) continue;
      do {
        const w = base + load<usize>(entry) * sizeof<N>();
        const v = v128.load32_splat(entry, 4);
        a0 = f32x4.add(a0, f32x4.mul(v, v128.load(w)));
        if (sizeof<N>() > 1) a1 = f32x4.add(a1, f32x4.mul(v, v128.load(w, 16)));
        if (sizeof<N>() > 2) {
          a2 = f32x4.add(a2, f32x4.mul(v, v128.load(w, 32)));
          a3 = f32x4.add(a3, f32x4.mul(v, v128.load(w, 48)));
        }
        if (sizeof<N>() > 4) {
          // This never happens. But because the loop may end here, engines add the first four products before they load
          // the other weights. Otherwise they load all weights first, and run out of registers.
          if (w === 0) break;
          a4 = f32x4.add(a4, f32x4.mul(v, v128.load(w, 64)));
          a5 = f32x4.add(a5, f32x4.mul(v, v128.load(w, 80)));
          a6 = f32x4.add(a6, f32x4.mul(v, v128.load(w, 96)));
          a7 = f32x4.add(a7, f32x4.mul(v, v128.load(w, 112)));
        }
        entry += 8;
      } while (entry < last);
    }
  }
  v128.store(sum, a0);
  if (sizeof<N>() > 1) v128.store(sum, a1, 16);
  if (sizeof<N>() > 2) {
    v128.store(sum, a2, 32);
    v128.store(sum, a3, 48);
  }
  if (sizeof<N>() > 4) {
    v128.store(sum, a4, 64);
    v128.store(sum, a5, 80);
    v128.store(sum, a6, 96);
    v128.store(sum, a7, 112);
  }
}

/** Limits the sums of some rows of the output, and writes them. Returns the largest magnitudes before. */
function finishBand(
  from: i32,
  to: i32,
  channel: i32,
  sums: usize,
  out: usize,
  lowest: f32,
  highest: f32,
  largest: v128,
): v128 {
  const low = f32x4.splat(lowest);
  const high = f32x4.splat(highest);
  const lanes = lanesOf(outputChannels - channel);
  const own = min(lanes, outputChannels - channel);
  out += (<usize>(from * outputWidth * outputChannels)) << 2;
  for (let cell = (to - from) * outputWidth; cell > 0; cell--) {
    for (let c = 0; c < lanes; c += 4, sums += 16) {
      const values = v128.load(sums);
      largest = i32x4.max_u(largest, v128.and(values, i32x4.splat(MAGNITUDE)));
      const limited = f32x4.pmin(f32x4.pmax(values, low), high);
      const target = out + ((<usize>c) << 2);
      if (c + 4 <= own) {
        v128.store(target, limited);
        continue;
      }
      v128.store(sums, limited);
      for (let i: usize = 0; c + <i32>i < own; i++) store<u32>(target + (i << 2), load<u32>(sums + (i << 2)));
    }
    out += (<usize>outputChannels) << 2;
  }
  return largest;
}
