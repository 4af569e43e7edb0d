import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Placement } from '../../../src/mirrors/kit/placement.js';
import type { Mirror, MirrorContext } from '../../../src/mirrors/mirror.js';
import { type RuleOptions, resolveRule } from '../../../src/mirrors/rules.js';
import { builtInMirror } from '../../../src/mirrors/table.js';
import type { Layer } from '../../../src/network/layer-access.js';
import { extentOf, spatialAxes } from '../../../src/network/network.js';
import { fitRegion } from '../../../src/regions/fit-region.js';
import { type Region, wholeRegion } from '../../../src/regions/region.js';
import { inputRegionOf } from '../../../src/regions/window.js';
import { expectClose } from '../compare.js';

/** A layer and the shapes it is run on, the batch first. */
export interface MirrorCase {
  readonly title: string;
  readonly layer: Layer;
  readonly inputs: readonly number[][];
  /** The last axis where absent. */
  readonly channelAxis?: number;
  /** The last axes where absent. */
  readonly inputChannelAxes?: readonly number[];
  /** Where tfjs computes the layer wrong: regions are then compared with the mirror's own way up on the whole extent. */
  readonly wrongCall?: true;
}

/** The layer's own output. */
export function applyLayer(layer: Layer, inputs: readonly tf.Tensor[]): tf.Tensor {
  return layer.apply(inputs.length === 1 ? inputs[0]! : [...inputs], { training: false }) as tf.Tensor;
}

function stepOf(one: MirrorCase, output: readonly number[], rule: RuleOptions): { step: Mirror; placement: Placement } {
  const placement = {
    channelAxis: one.channelAxis ?? output.length - 1,
    inputChannelAxes: one.inputChannelAxes ?? one.inputs.map((shape) => shape.length - 1),
    inputShapes: one.inputs,
  };
  const steps = builtInMirror(one.layer, resolveRule(rule), placement)!;
  expect(steps).toHaveLength(1);
  return { step: steps[0]!, placement };
}

function contextOf(one: MirrorCase, step: Mirror, output: readonly number[], placement: Placement): MirrorContext {
  return {
    layer: one.layer,
    prepared: step.prepare?.(one.layer) ?? [],
    inputShapes: one.inputs,
    outputShape: output,
    inputRegions: one.inputs.map((shape, i) => wholeRegion(extentOf(shape, placement.inputChannelAxes[i]!))),
    outputRegion: wholeRegion(extentOf(output, placement.channelAxis)),
  };
}

/** Sends a signal down the mirror of a layer (of one step) after a way up on these inputs. */
export function sendDown(
  one: MirrorCase,
  inputs: readonly tf.Tensor[],
  signal: tf.Tensor,
  rule: RuleOptions = {},
): tf.Tensor[] {
  const output = applyLayer(one.layer, inputs);
  const { step, placement } = stepOf(one, output.shape, rule);
  const at = contextOf(one, step, output.shape, placement);
  const recorded = step.record?.({ inputs, output, at }) ?? [];
  const below = step.down(signal, { ...at, recorded });
  const signals = Array.isArray(below) ? below : [below];
  expect(signals.map(({ shape }) => shape)).toEqual(one.inputs.map(([, ...shape]) => [signal.shape[0], ...shape]));
  return signals;
}

/** Asserts that two lists of tensors hold the same values, and that there is something to compare. */
export async function expectSame(
  got: readonly tf.Tensor[],
  want: readonly tf.Tensor[],
  title = '',
  tolerance = 1e-5,
): Promise<void> {
  expect(
    got.map(({ shape }) => shape),
    title,
  ).toEqual(want.map(({ shape }) => shape));
  const values = async (tensors: readonly tf.Tensor[]): Promise<number[]> =>
    (await Promise.all(tensors.map((tensor) => tensor.data()))).flatMap((data) => Array.from(data));
  const found = await values(got);
  for (const value of found) if (!Number.isFinite(value)) throw new Error(`${title}: ${value}`);
  expectClose(found, await values(want), tolerance);
}

/** Asserts that the mirror of a layer is its adjoint, with A(x) - A(0) taken from the layer's own call. */
export async function expectAdjoint(one: MirrorCase, rule: RuleOptions = {}): Promise<void> {
  const scalars = tf.tidy(() => {
    const xs = one.inputs.map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', 3 + i));
    const linear = tf.sub(
      applyLayer(one.layer, xs),
      applyLayer(
        one.layer,
        xs.map((x) => tf.zerosLike(x)),
      ),
    );
    const y = tf.randomNormal(linear.shape, 0, 1, 'float32', 50);
    const below = sendDown(one, xs, y, rule);
    const products = below.map((signal, i) => tf.sum(tf.mul(signal, xs[i]!)));
    const up = tf.mul(linear, y);
    return tf.stack([tf.sum(up), tf.addN(products), tf.sum(tf.abs(up))]);
  });
  const [up, down, size] = (await scalars.data()) as unknown as [number, number, number];
  scalars.dispose();
  expect(size, one.title).toBeGreaterThan(0);
  expect(Math.abs(up - down), one.title).toBeLessThanOrEqual(1e-5 * size + 1e-6);
}

/**
 * Asserts that under the rule `gradient` the mirror is the layer's vector-Jacobian product, as `tf.grads` gives it, or
 * that of `run` where tfjs's own gradient fails.
 */
export async function expectGradient(
  one: MirrorCase,
  inputs?: readonly tf.Tensor[],
  run: (given: tf.Tensor[]) => tf.Tensor = (given) => applyLayer(one.layer, given),
): Promise<void> {
  const xs = inputs ?? one.inputs.map((shape, i) => tf.randomNormal(shape, 0, 2, 'float32', 7 + i));
  const signal = tf.randomNormal(applyLayer(one.layer, xs).shape, 0, 1, 'float32', 60);
  const want = tf.grads((...given: tf.Tensor[]) => run(given))([...xs], signal);
  const got = tf.tidy(() => sendDown(one, xs, signal, { rule: 'gradient' }));
  await expectSame(got, want, one.title);
}

/** Asserts that one picture serves a batch of seeds: each gets what it gets alone. */
export async function expectManySeeds(one: MirrorCase, rule: RuleOptions = {}, seeds = 3): Promise<void> {
  const single = { ...one, inputs: one.inputs.map(([, ...shape]) => [1, ...shape]) };
  const xs = single.inputs.map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', 11 + i));
  const output = applyLayer(one.layer, xs);
  const signals = Array.from({ length: seeds }, (_, i) => tf.randomNormal(output.shape, 0, 1, 'float32', 70 + i));
  const together = sendDown(single, xs, tf.concat(signals, 0), rule);
  const apart = signals.map((signal) => sendDown(single, xs, signal, rule));
  await expectSame(
    together,
    together.map((_, input) => tf.concat(apart.map((below) => below[input]!))),
    one.title,
  );
}

/**
 * Asserts that a mirror with a window does on a region what it does on the whole extent: up, and down with records of
 * that region. `margin` cells more of each input are held than the region reads, as where another layer reads them.
 */
export async function expectRegions(
  one: MirrorCase,
  region: Region,
  rule: RuleOptions = {},
  margin = 1,
): Promise<void> {
  const xs = one.inputs.map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', 21 + i));
  const output = applyLayer(one.layer, xs);
  const { step, placement } = stepOf(one, output.shape, rule);
  const whole = contextOf(one, step, output.shape, placement);
  const outputAxes = spatialAxes(output.rank, placement.channelAxis);
  const inputAxes = one.inputs.map((shape, i) => spatialAxes(shape.length, placement.inputChannelAxes[i]!));
  const inputRegions = whole.inputRegions.map(({ size }) => {
    const seen = step.window ? inputRegionOf(step.window, region, size) : wholeRegion(size);
    return { start: seen.start.map((from) => from - margin), size: seen.size.map((cells) => cells + 2 * margin) };
  });
  const at = { ...whole, inputRegions, outputRegion: region };

  const toHeld = (x: tf.Tensor, i: number): tf.Tensor =>
    fitRegion(x, whole.inputRegions[i]!, inputRegions[i]!, inputAxes[i]!);
  const held = xs.map(toHeld);
  const outside = (x: tf.Tensor, to: Region): tf.Tensor => fitRegion(x, whole.outputRegion, to, outputAxes);
  const real = outside(tf.ones(output.shape), region);
  const wanted = outside(one.wrongCall ? step.up!(xs, whole) : output, region);
  // Cells outside the extent hold what they will: a layer's readers put their own padding there.
  const made = step.up ? tf.mul(step.up(held, at), real) : wanted;
  if (step.up) await expectSame([made], [wanted], `${one.title}, up`);

  const signal = tf.mul(tf.randomNormal(real.shape, 0, 1, 'float32', 80), real);
  const recorded = step.record?.({ inputs: held, output: made, at }) ?? [];
  const below = step.down(signal, { ...at, recorded });
  const wholeRecords = step.record?.({ inputs: xs, output, at: whole }) ?? [];
  const everything = step.down(fitRegion(signal, region, whole.outputRegion, outputAxes), {
    ...whole,
    recorded: wholeRecords,
  });
  const list = (x: tf.Tensor | tf.Tensor[]): tf.Tensor[] => (Array.isArray(x) ? x : [x]);
  await expectSame(
    // What arrives outside the extent (on padding) is dropped by the library.
    list(below).map((x, i) => tf.mul(x, toHeld(tf.ones(one.inputs[i]!), i))),
    list(everything).map(toHeld),
    `${one.title}, down`,
  );
}
