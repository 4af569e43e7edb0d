import * as tf from '@tensorflow/tfjs-core';
import { checkFlag, checkKeys, checkValue, isCount } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { guardedMirror } from '../mirrors/guarded.js';
import type { Mirror } from '../mirrors/mirror.js';
import { checkLayer } from '../network/check-layer.js';
import type { Layer } from '../network/layer-access.js';
import { positionAt } from '../regions/position.js';
import { cellAt, cellCount, clipRegion } from '../regions/region.js';
import { tidied } from '../tensors/tidied.js';
import { MirrorBench } from './mirror-bench.js';

/** What a mirror is checked with. */
export interface CheckMirrorOptions {
  /** The shape of each of the layer's inputs, without the batch axis: `[[8, 8, 3]]`. */
  readonly inputShapes: readonly (readonly number[])[];
  /**
   * Whether the layer is linear apart from a bias, so that its mirror must be its adjoint. Give false for nonlinearities,
   * for max pooling, and for mirrors that are not meant to be adjoints. Default: true.
   */
  readonly linear?: boolean;
  /**
   * The axis of the feature maps, where the batch axis is 0. Default: the axis that the layer's `dataFormat` states, or
   * the last one.
   */
  readonly channelAxis?: number;
  /** The largest difference that is accepted, relative to the largest value. Default: 1e-4. */
  readonly tolerance?: number;
  /** The seed of the random inputs. Default: 1. */
  readonly seed?: number;
}

/** A property that was checked and found. */
export type MirrorCheck =
  | 'shapes'
  | 'finite'
  | 'homogeneous'
  | 'adjoint'
  | 'zero outside the window'
  | 'cropped equals whole'
  | 'no mutation'
  | 'no leaks';

const BATCH = 2;

const A_MIRROR =
  "Give the mirror itself, an object such as { window: 'pointwise', down: (signal) => signal }; if you have a function (layer) => mirror, give what it returns.";

/**
 * Checks your own mirror, in any test runner, on the current backend:
 *
 * - the signals it returns are shaped like the layer's inputs, and finite;
 * - twice the signal gives twice the result;
 * - the mirror of a linear layer is its adjoint: `⟨Ax, y⟩ = ⟨x, Aᵀy⟩`, where `A` is the layer's own call without its bias;
 * - the mirror sends nothing outside the window that it declares, and gives the same result on this window as on the
 *   whole extent;
 * - it neither changes nor disposes what it receives, and it leaves no tensors behind.
 *
 * @param layer a layer of tfjs-layers, or your own; it is built if it has not been built yet
 * @param mirror the mirror itself, not a function that makes it
 * @returns which properties were checked; this depends on the options and on the window
 * @throws DeconvnetError `invalid-mirror` if a property is missing (the message names it, with the numbers), if `mirror`
 * is not a mirror, or if one of its functions does not return tensors; `invalid-option`.
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tf from '@tensorflow/tfjs-core';
 * import * as tfl from '@tensorflow/tfjs-layers';
 * import { checkMirror } from 'deconvnet/testing';
 *
 * const layer = tfl.layers.rescaling({ scale: 0.5 });
 * await checkMirror(layer, { window: 'pointwise', down: (signal) => tf.mul(signal, 0.5) }, { inputShapes: [[4, 4, 3]] });
 * ```
 */
export async function checkMirror(
  layer: Layer,
  mirror: Mirror,
  options: CheckMirrorOptions,
): Promise<readonly MirrorCheck[]> {
  checkLayer('checkMirror', layer);
  const { inputShapes, linear, channelAxis, tolerance, seed } = resolveOptions(options);
  const guarded = guardedMirror(mirror, layer.name, A_MIRROR);
  const bench = new MirrorBench(layer, guarded, channelAxis);
  const inputs = inputShapes.map((shape, i) => tf.randomNormal([BATCH, ...shape], 0, 1, 'float32', seed + i));
  let output: tf.Tensor | undefined;
  let signal: tf.Tensor | undefined;
  try {
    output = tf.tidy(() => bench.apply(inputs));
    signal = tf.randomNormal(output.shape, 0, 1, 'float32', seed + 100);
    return await checkAll(bench, guarded, { inputs, output, signal, linear, tolerance, name: layer.name });
  } finally {
    tf.dispose([...inputs, ...(output ? [output] : []), ...(signal ? [signal] : [])]);
  }
}

function resolveOptions(options: CheckMirrorOptions): Required<Omit<CheckMirrorOptions, 'channelAxis'>> & {
  readonly channelAxis: number | undefined;
} {
  checkKeys('checkMirror', options, ['inputShapes', 'linear', 'channelAxis', 'tolerance', 'seed']);
  const { inputShapes, linear = true, channelAxis, tolerance = 1e-4, seed = 1 } = options;
  const isShape = (shape: unknown): boolean => Array.isArray(shape) && shape.every((size) => isCount(size, 1));
  const areShapes = Array.isArray(inputShapes) && inputShapes.length > 0 && inputShapes.every(isShape);
  checkValue(areShapes, 'inputShapes lists the shape of each input without the batch, [[8, 8, 3]]', inputShapes);
  checkFlag('linear', linear);
  checkValue(channelAxis === undefined || isCount(channelAxis, 1), 'channelAxis is an axis, 1 or more', channelAxis);
  checkValue(typeof tolerance === 'number' && tolerance >= 0, 'tolerance is a number, 0 or more', tolerance);
  checkValue(Number.isFinite(seed), 'seed is a number', seed);
  return { inputShapes, linear, channelAxis, tolerance, seed };
}

interface Subject {
  readonly inputs: readonly tf.Tensor[];
  readonly output: tf.Tensor;
  readonly signal: tf.Tensor;
  readonly linear: boolean;
  readonly tolerance: number;
  readonly name: string;
}

async function checkAll(bench: MirrorBench, mirror: Mirror, subject: Subject): Promise<readonly MirrorCheck[]> {
  const { inputs, output, signal, linear, tolerance, name } = subject;
  const passed: MirrorCheck[] = [];
  const verify = (check: MirrorCheck, isRight: boolean, otherwise: string): void => {
    if (!isRight) {
      throw new DeconvnetError('invalid-mirror', `The mirror of layer '${name}' fails '${check}': ${otherwise}.`, {
        layer: name,
      });
    }
    passed.push(check);
  };
  const given = [...inputs, output, signal];
  const before = await Promise.all(given.map((tensor) => tensor.data()));
  const { numTensors } = tf.memory();

  const alive = (): boolean => given.every((tensor) => !tensor.isDisposed);
  const shapes = tidied(() => bench.down(inputs, output, signal).map(({ shape }) => shape.join('x')));
  const expected = inputs.map(({ shape }) => shape.join('x'));
  verify(
    'shapes',
    shapes.join() === expected.join(),
    `it returns ${shapes.join(', ')} for inputs of ${expected.join(', ')}`,
  );

  if (!alive()) verify('no mutation', false, 'it disposes what it is given');

  const scales = await numbers(() => {
    const once = bench.down(inputs, output, signal);
    const twice = bench.down(inputs, output, tf.mul(signal, 2));
    return [largest(once), largest(once.map((below, i) => tf.sub(twice[i]!, tf.mul(below, 2))))];
  });
  verify('finite', scales.every(Number.isFinite), 'it returns NaN or Infinity');
  verify(
    'homogeneous',
    scales[1]! <= tolerance * scales[0]!,
    `twice the signal differs from twice the result by ${scales[1]}`,
  );

  if (linear) {
    const [up, down, size] = (await numbers(() => {
      const zero = bench.apply(inputs.map((input) => tf.zerosLike(input)));
      const image = tf.mul(tf.sub(bench.apply(inputs), zero), signal);
      const below = bench.down(inputs, output, signal);
      const products = below.map((part, i) => tf.sum(tf.mul(part, inputs[i]!)));
      return [tf.sum(image), products.reduce((a, b) => tf.add(a, b)), tf.sum(tf.abs(image))];
    })) as [number, number, number];
    const products = `⟨Ax, y⟩ is ${up}, ⟨x, Aᵀy⟩ is ${down}`;
    const hint = 'If the layer is not linear, or has a fused activation, give { linear: false }';
    verify('adjoint', Math.abs(up - down) <= tolerance * size, `${products}. ${hint}`);
  }

  if (mirror.window !== undefined && bench.extent(output.shape).length > 0) {
    const [outside, difference, scale] = await checkWindow(bench, mirror.window, subject);
    verify('zero outside the window', outside === 0, `one output sends up to ${outside} beyond it`);
    verify('cropped equals whole', difference <= tolerance * scale, `they differ by ${difference} of ${scale}`);
  }

  const after = await Promise.all(given.map((tensor) => tensor.data()));
  const same = after.every((values, i) => values.every((value, j) => Object.is(value, before[i]![j])));
  verify('no mutation', same && alive(), 'it changes or disposes what it is given');
  verify('no leaks', tf.memory().numTensors === numTensors, `${tf.memory().numTensors - numTensors} tensors stay`);
  return passed;
}

/**
 * Sends down single outputs, from two corners and from the middle. It measures the largest value outside the window, the
 * largest difference between the cropped and the whole result, and the largest value of all.
 */
async function checkWindow(
  bench: MirrorBench,
  reach: NonNullable<Mirror['window']>,
  { inputs, output, signal }: Subject,
): Promise<[outside: number, difference: number, scale: number]> {
  const extent = bench.extent(output.shape);
  const places = [extent.map(() => 0), extent.map((n) => n >> 1), extent.map((n) => n - 1)];
  const worst: [number, number, number] = [0, 0, 0];
  for (const start of places) {
    const outputRegion = cellAt(start);
    const found = await numbers(() => {
      const one = tf.mul(signal, maskOf(bench, signal, outputRegion));
      const whole = bench.down(inputs, output, one);
      const inputRegions = bench.regionsOf(reach, inputs, outputRegion);
      if (inputRegions.some(({ size }) => size.includes(0))) return [largest(whole), tf.scalar(0), tf.scalar(0)];
      const outside = whole.map((below, i) => {
        const inside = maskOf(bench, below, clipRegion(inputRegions[i]!, bench.extent(below.shape)));
        return tf.mul(below, tf.sub(1, inside));
      });
      const cropped = bench.downOnRegion(inputs, output, one, { inputRegions, outputRegion });
      const differences = cropped.map((below, i) => {
        // Outside the image a cropped signal may have any value, because the library masks it there.
        const real = bench.cut(tf.onesLike(whole[i]!), inputRegions[i]!);
        return tf.mul(tf.sub(below, bench.cut(whole[i]!, inputRegions[i]!)), real);
      });
      return [largest(outside), largest(differences), largest(whole)];
    });
    found.forEach((value, i) => {
      worst[i] = Math.max(worst[i]!, Number.isNaN(value) ? Number.POSITIVE_INFINITY : value);
    });
  }
  return worst;
}

/** One inside a region, zero elsewhere. */
function maskOf(bench: MirrorBench, whole: tf.Tensor, region: Parameters<MirrorBench['cut']>[1]): tf.Tensor {
  const extent = bench.extent(whole.shape);
  const flags = Float32Array.from({ length: cellCount(extent) }, (_, cell) => {
    const inside = positionAt(cell, extent).every((at, axis) => {
      const place = at - region.start[axis]!;
      return place >= 0 && place < region.size[axis]!;
    });
    return inside ? 1 : 0;
  });
  return tf.reshape(tf.tensor1d(flags), bench.alongSpace(whole.shape));
}

function largest(tensors: readonly tf.Tensor[]): tf.Tensor {
  return tensors.map((tensor) => tf.max(tf.abs(tensor))).reduce((a, b) => tf.maximum(a, b));
}

async function numbers(work: () => tf.Tensor[]): Promise<number[]> {
  const scalars = tidied(() => tf.stack(work()));
  try {
    return Array.from(await scalars.data());
  } finally {
    scalars.dispose();
  }
}
