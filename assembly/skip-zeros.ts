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
 * Computes the outputs of a batch.
 *
 * @param weights what `pack` made
 * @param starts what `list` made
 * @param bias what `copyBias` made
 * @param out the outputs
 * @param lowest the activation: outputs below are raised to it
 * @param highest and outputs above are lowered to it
 * @param spare 128 bytes of scratch memory
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
  spare: usize,
): bool {
  let fits = true;
  for (let from = 0; from < outputChannels; ) {
    const left = outputChannels - from;
    const lanes = lanesOf(left);
    const at = (<usize>from) << 2;
    // The sizes of these types are the numbers of vectors that are computed together.
    if (lanes === 32)
      fits = convolveLanes<u64>(batch, left, weights, starts, bias + at, out + at, lowest, highest, spare) && fits;
    else if (lanes === 16)
      fits = convolveLanes<u32>(batch, left, weights, starts, bias + at, out + at, lowest, highest, spare) && fits;
    else if (lanes === 8)
      fits = convolveLanes<u16>(batch, left, weights, starts, bias + at, out + at, lowest, highest, spare) && fits;
    else fits = convolveLanes<u8>(batch, left, weights, starts, bias + at, out + at, lowest, highest, spare) && fits;
    weights += (<usize>(kernelHeight * kernelWidth * channels * lanes)) << 2;
    from += lanes;
  }
  return fits;
}

/** As many vectors of four output channels, for a batch, as the size of the type N says. */
function convolveLanes<N>(
  batch: i32,
  left: i32,
  weights: usize,
  starts: usize,
  bias: usize,
  out: usize,
  lowest: f32,
  highest: f32,
  spare: usize,
): bool {
  const lanes = <i32>(sizeof<N>() << 2);
  const perImage = (<usize>(height * width)) << 2;
  let largest = i32x4.splat(0);
  for (; batch > 0; batch--, starts += perImage) {
    for (let y = 0; y < outputHeight; y++) {
      for (let x = 0; x < outputWidth; x++, out += (<usize>outputChannels) << 2) {
        largest = convolveCell<N>(y, x, weights, starts, bias, left < lanes ? spare : out, lowest, highest, largest);
        if (left >= lanes) continue;
        for (let i: usize = 0; i < (<usize>left) << 2; i += 4) store<u32>(out + i, load<u32>(spare + i));
      }
    }
  }
  return isFinite4(largest);
}

/** One cell of the output. Its vectors stay in registers. */
function convolveCell<N>(
  y: i32,
  x: i32,
  weights: usize,
  starts: usize,
  bias: usize,
  out: usize,
  lowest: f32,
  highest: f32,
  largest: v128,
): v128 {
  let a0 = v128.load(bias);
  let a1 = a0,
    a2 = a0,
    a3 = a0,
    a4 = a0,
    a5 = a0,
    a6 = a0,
    a7 = a0;
  if (sizeof<N>() > 1) a1 = v128.load(bias, 16);
  if (sizeof<N>() > 2) {
    a2 = v128.load(bias, 32);
    a3 = v128.load(bias, 48);
  }
  if (sizeof<N>() > 4) {
    a4 = v128.load(bias, 64);
    a5 = v128.load(bias, 80);
    a6 = v128.load(bias, 96);
    a7 = v128.load(bias, 112);
  }
  const rowBytes = sizeof<N>() << 4;
  const left = x * strideX - padLeft;
  // Without dilation, the taps of one row of the kernel read neighbouring columns, whose entries are neighbours too.
  const together = dilationX === 1 ? kernelWidth : 1;
  for (let ky = 0; ky < kernelHeight; ky++) {
    const row = y * strideY + ky * dilationY - padTop;
    if (<u32>row >= <u32>height) continue;
    for (let kx = 0; kx < kernelWidth; kx += together) {
      const column = left + kx * dilationX;
      const first = max(column, 0);
      const end = min(column + together, width);
      if (first >= end) continue;
      const line = starts + ((<usize>(row * width)) << 2);
      const last = load<usize>(line + ((<usize>end) << 2));
      const base = weights + <usize>((ky * kernelWidth + kx - column) * channels) * rowBytes;
      for (let entry = load<usize>(line + ((<usize>first) << 2)); entry < last; entry += 8) {
        const w = base + load<usize>(entry) * sizeof<N>();
        const v = v128.load32_splat(entry, 4);
        a0 = f32x4.add(a0, f32x4.mul(v, v128.load(w)));
        if (sizeof<N>() > 1) a1 = f32x4.add(a1, f32x4.mul(v, v128.load(w, 16)));
        if (sizeof<N>() > 2) {
          a2 = f32x4.add(a2, f32x4.mul(v, v128.load(w, 32)));
          a3 = f32x4.add(a3, f32x4.mul(v, v128.load(w, 48)));
        }
        if (sizeof<N>() > 4) {
          a4 = f32x4.add(a4, f32x4.mul(v, v128.load(w, 64)));
          a5 = f32x4.add(a5, f32x4.mul(v, v128.load(w, 80)));
          a6 = f32x4.add(a6, f32x4.mul(v, v128.load(w, 96)));
          a7 = f32x4.add(a7, f32x4.mul(v, v128.load(w, 112)));
        }
      }
    }
  }
  const low = f32x4.splat(lowest);
  const high = f32x4.splat(highest);
  largest = put(a0, low, high, out, largest);
  if (sizeof<N>() > 1) largest = put(a1, low, high, out + 16, largest);
  if (sizeof<N>() > 2) {
    largest = put(a2, low, high, out + 32, largest);
    largest = put(a3, low, high, out + 48, largest);
  }
  if (sizeof<N>() > 4) {
    largest = put(a4, low, high, out + 64, largest);
    largest = put(a5, low, high, out + 80, largest);
    largest = put(a6, low, high, out + 96, largest);
    largest = put(a7, low, high, out + 112, largest);
  }
  return largest;
}

function put(values: v128, low: v128, high: v128, out: usize, largest: v128): v128 {
  v128.store(out, f32x4.min(f32x4.max(values, low), high));
  return i32x4.max_u(largest, v128.and(values, i32x4.splat(MAGNITUDE)));
}
