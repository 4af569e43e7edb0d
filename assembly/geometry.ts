/** The bits of a number without its sign. */
export const MAGNITUDE: u32 = 0x7fffffff;

export let height: i32, width: i32, channels: i32;
export let outputHeight: i32, outputWidth: i32, outputChannels: i32;
export let kernelHeight: i32, kernelWidth: i32;
export let strideY: i32, strideX: i32, dilationY: i32, dilationX: i32, padTop: i32, padLeft: i32;

/** States the convolution that the other functions are about. */
export function describe(
  h: i32,
  w: i32,
  c: i32,
  oh: i32,
  ow: i32,
  oc: i32,
  kh: i32,
  kw: i32,
  sy: i32,
  sx: i32,
  dy: i32,
  dx: i32,
  top: i32,
  left: i32,
): void {
  height = h;
  width = w;
  channels = c;
  outputHeight = oh;
  outputWidth = ow;
  outputChannels = oc;
  kernelHeight = kh;
  kernelWidth = kw;
  strideY = sy;
  strideX = sx;
  dilationY = dy;
  dilationX = dx;
  padTop = top;
  padLeft = left;
}

/** Whether all four numbers with these bits, without their signs, are finite. */
export function isFinite4(magnitudes: v128): bool {
  return !v128.any_true(i32x4.ge_u(magnitudes, i32x4.splat(0x7f800000)));
}

/** How many output channels are computed together, where so many are left. */
export function lanesOf(left: i32): i32 {
  return left > 16 ? 32 : left > 8 ? 16 : left > 4 ? 8 : 4;
}
