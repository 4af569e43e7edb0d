import {
  channels,
  height,
  isFinite4,
  kernelHeight,
  kernelWidth,
  lanesOf,
  MAGNITUDE,
  outputChannels,
  width,
} from './geometry';

/** How many of `size` numbers are not zero; -1 if one of them is not finite. */
export function countNonZero(x: usize, size: i32): i32 {
  const zero = f32x4.splat(0);
  const magnitude = i32x4.splat(MAGNITUDE);
  let counts = i32x4.splat(0);
  let largest = i32x4.splat(0);
  for (; size >= 4; size -= 4, x += 16) {
    const values = v128.load(x);
    counts = i32x4.sub(counts, f32x4.ne(values, zero));
    largest = i32x4.max_u(largest, v128.and(values, magnitude));
  }
  let count =
    i32x4.extract_lane(counts, 0) +
    i32x4.extract_lane(counts, 1) +
    i32x4.extract_lane(counts, 2) +
    i32x4.extract_lane(counts, 3);
  for (; size > 0; size--, x += 4) {
    if (load<f32>(x) !== 0) count++;
    largest = i32x4.max_u(largest, i32x4.splat(load<u32>(x) & MAGNITUDE));
  }
  return isFinite4(largest) ? count : -1;
}

/** Whether the biases are finite and none is -0. Then it copies them, with zeros up to a multiple of 32. */
export function copyBias(bias: usize, to: usize): bool {
  const end = to + ((<usize>outputChannels + 31) & ~31) * 4;
  let fits = true;
  for (let i = 0; i < outputChannels; i++, to += 4) {
    const bits = bias === 0 ? 0 : load<u32>(bias + ((<usize>i) << 2));
    if (bits === 0x80000000 || (bits & MAGNITUDE) >= 0x7f800000) fits = false;
    store<u32>(to, bits);
  }
  for (; to < end; to += 4) store<u32>(to, 0);
  return fits;
}

/**
 * Lists the numbers that are not zero, in their order: for each the number of channels before it in its row, times 16,
 * which is the distance of its weights if there is one vector of them for each channel; then the number itself. `starts`
 * gets the address of the first entry of each position, and the end of the last one.
 */
export function list(x: usize, batch: i32, starts: usize, entries: usize): void {
  for (let row = batch * height; row > 0; row--) {
    let offset: usize = 0;
    for (let column = 0; column < width; column++, starts += 4) {
      store<usize>(starts, entries);
      let c = channels;
      for (; c >= 4; c -= 4, x += 16) {
        if (v128.any_true(f32x4.ne(v128.load(x), f32x4.splat(0)))) {
          // An entry is always written, and the next one overwrites it if it was zero, which is faster than a branch.
          entries = append(x, offset, entries);
          entries = append(x + 4, offset + 16, entries);
          entries = append(x + 8, offset + 32, entries);
          entries = append(x + 12, offset + 48, entries);
        }
        offset += 64;
      }
      for (; c > 0; c--, x += 4, offset += 16) entries = append(x, offset, entries);
    }
  }
  store<usize>(starts, entries);
}

function append(x: usize, offset: usize, entries: usize): usize {
  const value = load<f32>(x);
  store<usize>(entries, offset);
  store<f32>(entries, value, 4);
  return entries + ((<usize>(value !== 0)) << 3);
}

/**
 * Copies the weights so that those of output channels which are computed together lie together, one tap and channel after
 * the other, with zeros beyond the last output channel. As TensorFlow.js has them, those of all others are between.
 *
 * @returns whether all of them are finite
 */
export function pack(weights: usize, to: usize): bool {
  const rows = kernelHeight * kernelWidth * channels;
  const magnitude = i32x4.splat(MAGNITUDE);
  let largest = i32x4.splat(0);
  // The weights are read in their order, because memory is read faster so.
  for (let row = 0; row < rows; row++) {
    let block = to;
    for (let left = outputChannels; left > 0; ) {
      const lanes = lanesOf(left);
      let target = block + ((<usize>(row * lanes)) << 2);
      const end = target + ((<usize>lanes) << 2);
      for (let own = min(lanes, left); own >= 4; own -= 4, weights += 16, target += 16) {
        const values = v128.load(weights);
        largest = i32x4.max_u(largest, v128.and(values, magnitude));
        v128.store(target, values);
      }
      for (let own = min(lanes, left) & 3; own > 0; own--, weights += 4, target += 4) {
        const bits = load<u32>(weights);
        largest = i32x4.max_u(largest, i32x4.splat(bits & MAGNITUDE));
        store<u32>(target, bits);
      }
      for (; target < end; target += 4) store<u32>(target, 0);
      block += (<usize>(rows * lanes)) << 2;
      left -= lanes;
    }
  }
  return isFinite4(largest);
}
